import { join } from 'node:path';
import { meanAndSd } from '../src/core/analysis/statistics';
import { Random } from '../src/core/base/random';
import { writeFileAtomically } from '../src/core/file/local';
import { type Measure, MEASURES } from '../src/core/measures';
import { markdownTable } from '../src/core/render/report-markdown';
import type { Report } from '../src/core/report';
import { StudyFolder } from '../src/store/study-folder';
import { studyReports } from '../src/store/study-collect';
import type { IdxFiles } from './data';
import { untrainedNetwork } from './dense-network';
import { writeNetwork } from './network-file';
import { PAPER_UNTRAINED, type MeanAndSd } from './paper';
import { runStudy } from './study';

/** The paper's network. */
const SIZES = [784, 64, 64, 10];
/** The paper's solver, and this program's own. */
const SOLVERS = ['monte_carlo', 'best'] as const;
/** What must be met: the mean of Q to this, its SD to this share of the paper's. */
const Q_WITHIN = 0.006;
const SD_WITHIN = 0.4;

export interface UntrainedOptions {
  readonly count: number;
  readonly images: IdxFiles;
  readonly folder: string;
  readonly dist: string;
  readonly study: readonly string[];
}

/** Q and clusters of one measure of one layer, over the networks. */
interface Distribution {
  readonly n: number;
  readonly q: MeanAndSd;
  readonly clusters: MeanAndSd;
  readonly softClusters: MeanAndSd;
}
type Distributions = ReadonlyMap<Measure, readonly Distribution[]>;

/**
 * Networks as they begin need no training to be compared with the paper's: all that counts for their Q is the architecture,
 * the images and the method. Writes them, studies them with two solvers, and reports both beside the paper.
 * @returns the report, in Markdown
 */
export async function untrainedCheck(options: UntrainedOptions): Promise<string> {
  const { count, images, folder, dist } = options;
  const paths = Array.from({ length: count }, (_, seed) =>
    join(folder, 'checkpoints', `seed=${seed}.safetensors`),
  );
  for (const [seed, path] of paths.entries()) {
    await writeNetwork(path, untrainedNetwork(SIZES, new Random(seed)), { run: seed, seed });
  }
  const found = new Map<string, Distributions>();
  for (const solver of SOLVERS) {
    const out = join(folder, `study-${solver}`);
    const data = ['--images', images.images, '--labels', images.labels];
    await runStudy(dist, [
      ...paths,
      ...data,
      '--solver',
      solver,
      '--nulls',
      'none',
      '--out',
      out,
      ...options.study,
    ]);
    found.set(solver, await distributionsOf(new StudyFolder(out)));
  }
  const report = untrainedReport(count, images.images, found);
  await writeFileAtomically(join(folder, 'untrained.md'), report);
  return report;
}

async function distributionsOf(folder: StudyFolder): Promise<Distributions> {
  const manifest = await folder.readManifest();
  const reports: Report[] = [];
  for await (const { report } of studyReports(folder, manifest)) reports.push(report);
  const of = (measure: Measure, layer: number): Distribution => {
    const results = reports.flatMap(({ layers }) => layers[layer]?.methods[measure] ?? []);
    const numbers = (all: (number | null)[]): MeanAndSd => meanAndSd(all.filter((one) => one !== null));
    return {
      n: results.length,
      q: numbers(results.map(({ q }) => q)),
      clusters: numbers(results.map(({ count }) => count)),
      softClusters: numbers(results.map(({ softCount }) => softCount)),
    };
  };
  return new Map(MEASURES.map((measure) => [measure, [of(measure, 0), of(measure, 1)]]));
}

function untrainedReport(count: number, images: string, found: ReadonlyMap<string, Distributions>): string {
  const sections = SOLVERS.map((solver) => {
    const rows = MEASURES.flatMap((measure) =>
      [0, 1].map((layer) => compared(measure, layer, found.get(solver)?.get(measure)?.[layer])),
    );
    const met = rows.filter(({ isMet }) => isMet).length;
    return [
      `## Solver \`${solver}\``,
      `${met} of ${rows.length} meet the paper: mean Q within ${Q_WITHIN}, SD within ${100 * SD_WITHIN} %.`,
      markdownTable([
        [
          'Measure',
          'Layer',
          'Q, paper',
          'Q here',
          'Difference',
          'SD / paper’s',
          'Clusters, paper',
          'Clusters here',
          'Soft',
          'Met',
        ],
        ...rows.map(({ cells }) => cells),
      ]),
    ].join('\n\n');
  });
  return [
    '# Untrained networks beside the paper’s',
    `${count} networks ${SIZES.join('-')} with torch’s default initialization, measured on \`${images}\`: ` +
      `mean ± SD over networks, n = ${count}. The paper’s are of 500 networks, read off its pictures to ±0.003, ` +
      'with the Monte Carlo solver; its clusters are of both layers together.',
    ...sections,
    '',
  ].join('\n\n');
}

function compared(
  measure: Measure,
  layer: number,
  here: Distribution | undefined,
): { readonly cells: string[]; readonly isMet: boolean } {
  const { q: paper, clusters } = PAPER_UNTRAINED[measure];
  const there = paper[layer === 0 ? 0 : 1];
  if (here === undefined) throw new Error(`no ${measure} of layer ${layer}`);
  const difference = here.q.mean - there.mean;
  const ratio = here.q.sd / there.sd;
  const isMet = Math.abs(difference) <= Q_WITHIN && Math.abs(ratio - 1) <= SD_WITHIN;
  const cells = [
    `\`${measure}\``,
    `${layer}`,
    both(there, 3, 4),
    both(here.q, 4, 4),
    `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(4)}`,
    ratio.toFixed(2),
    both(clusters, 1, 2),
    both(here.clusters, 2, 2),
    both(here.softClusters, 2, 2),
    isMet ? 'yes' : 'no',
  ];
  return { cells, isMet };
}

function both({ mean, sd }: MeanAndSd, digits: number, sdDigits: number): string {
  return `${mean.toFixed(digits)} ± ${sd.toFixed(sdDigits)}`;
}
