import { readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { plural } from '../core/base/text';
import { VERSION } from '../core/base/version';
import { writeFileAtomically } from '../core/file/local';
import type { ExampleMatrix } from '../core/render/study/example-matrices';
import { labelWords } from '../core/render/score-words';
import { FIGURE_DEFAULTS } from '../core/render/study/figure-options';
import {
  drawStudyFigures,
  studyHtml,
  studyMarkdown,
  type StudyReport,
} from '../core/render/study/study-report';
import { findingsOf } from '../core/study/findings/findings';
import { statisticsJson } from '../core/study/findings/statistics-json';
import type { StudyStatistics } from '../core/study/findings/study-statistics';
import type { StoredResult } from '../core/study/stored-result';
import type { StudyData } from '../core/study/study-data';
import { MOST_UNITS } from './study-matrices';

/** What the results of a study have in common, gathered while they pass by. */
export class StudyMaking {
  readonly #assumptions = new Set<string>();
  readonly #data = new Set<string>();
  readonly #settings = new Set<string>();
  readonly #versions = new Set<string>();

  add({ report: { network, data, settings, tool } }: StoredResult): void {
    for (const assumption of network.assumptions) this.#assumptions.add(assumption);
    const { path, split, samples } = data;
    this.#data.add(`${path}, ${split} split, ${plural(samples, 'sample')}, ${labelWords(data)}`);
    const nulls = settings.nulls.map(({ kind, count }) => `${count} ${kind}`).join(', ') || 'none';
    const { solver, seed, backend } = settings;
    this.#settings.add(`solver ${solver}, seed ${seed}, backend ${backend}, null networks: ${nulls}`);
    this.#versions.add(`${tool.name} ${tool.version}`);
  }

  get assumptions(): string[] {
    return [...this.#assumptions];
  }

  /** Terms, and what is said of them; what differs between results is said of each. */
  get terms(): [string, string][] {
    return [
      ['Data', [...this.#data].join('; ')],
      ['Settings', [...this.#settings].join('; ')],
      ['Results by', [...this.#versions].join('; ')],
      ['Report by', `modscope ${VERSION}`],
    ];
  }
}

const NO_MATRICES = `Association matrices are not shown: those of the examples were not kept, because their layers have more than ${MOST_UNITS} units, or because they were analyzed before this study chose them.`;

/** What a report is made of. */
interface Collected {
  readonly data: StudyData;
  readonly statistics: StudyStatistics;
  readonly failures: StudyReport['failures'];
  readonly making: StudyMaking;
  readonly examples: readonly ExampleMatrix[];
}

/**
 * Writes statistics.json, figures/*.svg, study.md and study.html into the folder of a study, study.md last: where it is new,
 * the rest is. Figures of an earlier report that are drawn no more go.
 * @returns the files
 * @throws InputError where they cannot be written
 */
export async function writeStudyReport(
  path: string,
  { data, statistics, failures, making, examples }: Collected,
): Promise<string[]> {
  const figures = drawStudyFigures(data, { ...FIGURE_DEFAULTS, examples });
  const report: StudyReport = {
    title: `Study ${basename(resolve(path))}`,
    data,
    findings: findingsOf(statistics).map(({ sentence }) => sentence),
    assumptions: making.assumptions,
    failures,
    made: making.terms,
    notDrawn: examples.length > 0 || data.checkpoints.length === 0 ? [] : [NO_MATRICES],
    figures,
  };
  const files: readonly (readonly [string, string])[] = [
    ...figures.map(({ file, svg }) => [file, svg] as const),
    ['statistics.json', statisticsJson(statistics)],
    ['study.html', studyHtml(report)],
    ['study.md', studyMarkdown(report)],
  ];
  for (const [file, text] of files) await writeFileAtomically(join(path, file), text);
  const kept = new Set(files.map(([file]) => join(path, file)));
  const folder = join(path, 'figures');
  for (const name of await readdir(folder).catch(() => [])) {
    const earlier = join(folder, name);
    if (name.endsWith('.svg') && !kept.has(earlier)) await rm(earlier, { force: true });
  }
  return [...kept];
}
