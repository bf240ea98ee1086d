import { plural } from '../../base/text';
import { VERSION } from '../../base/version';
import type { StudyData } from '../../study/study-data';
import { descriptionList, escapeHtml, htmlCode, page } from '../html';
import { escapeMarkdown, markdownCode, markdownImage, markdownTable } from '../markdown';
import { neutralsCss } from '../svg';
import { type FigureOptions, type StudyFigure } from './figure-options';
import { STUDY_FIGURES } from './study-figures';

/** What a study's report says, whatever it is written in. All text may come from files. */
export interface StudyReport {
  readonly title: string;
  readonly data: StudyData;
  /** What was found, in sentences. */
  readonly findings: readonly string[];
  /** What was assumed of the networks, because their files do not say. */
  readonly assumptions: readonly string[];
  readonly failures: readonly { readonly path: string; readonly reason: string }[];
  /** How the results were made: terms, and what is said of them. */
  readonly made: readonly (readonly [term: string, value: string])[];
  readonly figures: readonly DrawnFigure[];
  /** Which figures are not drawn and why, in sentences. */
  readonly notDrawn: readonly string[];
}

/** A figure that was drawn for a report. */
export interface DrawnFigure {
  readonly figure: StudyFigure;
  /** Relative to the report, with forward slashes. */
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

/** The figures that a study has, and those of single layers where they show more. */
export function drawStudyFigures(data: StudyData, options: FigureOptions): DrawnFigure[] {
  return STUDY_FIGURES.filter((figure) => figure.applies(data, options)).flatMap((figure) => {
    const { id, title, byLayer } = figure;
    const svg = figure.draw(data, options);
    // Of a network with one layer it is the same.
    const each = byLayer ? figure.draw(data, { ...options, layers: 'each' }) : svg;
    const drawn = [{ figure, file: `figures/${id}.svg`, title, svg }];
    return each === svg
      ? drawn
      : [...drawn, { figure, file: `figures/${id}-layers.svg`, title: `${title}, by layer`, svg: each }];
  });
}

/** Failures that are named one by one; checkpoints.csv has all. */
const MOST_FAILURES = 20;

/** "15 of 16 checkpoints, 1 failed". */
function countsOf({ planned, failed, checkpoints }: StudyData): string {
  const done = checkpoints.length;
  const parts = [
    done === planned ? plural(done, 'checkpoint') : `${done} of ${plural(planned, 'checkpoint')}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(done + failed < planned ? [`${planned - done - failed} still to do`] : []),
  ];
  return parts.join(', ');
}

const HOW_TO_READ =
  'Q is the modularity of a layer: how much more its units go together within clusters than between them; 0 is none, and random networks have some too. Upstream measures compare what drives units, downstream ones what units do to the output. The run is the unit of replication: n counts runs.';

/** The report for reading in VS Code and on GitHub, with its pictures beside it. */
export function studyMarkdown(report: StudyReport): string {
  const { title, data, findings, assumptions, failures, made, figures, notDrawn } = report;
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
  const sections = [
    `# ${escapeMarkdown(title)}`,
    `${countsOf(data)}. ${escapeMarkdown(data.grouping.sentence)}`,
    ...(findings.length === 0 ? [] : ['## Findings', list(findings.map(escapeMarkdown))]),
    ...(assumptions.length === 0
      ? []
      : [
          '**Assumed**, because the checkpoints do not say. If wrong, describe the network in `modscope.json`.',
          list(assumptions.map(escapeMarkdown)),
        ]),
    '## Figures',
    HOW_TO_READ,
    ...figures.flatMap(({ figure, file, title: heading }) => [
      `### ${escapeMarkdown(heading)}`,
      escapeMarkdown(figure.explanation),
      markdownImage({ file, alt: heading }),
    ]),
    ...notDrawn.map(escapeMarkdown),
    ...(failures.length === 0
      ? []
      : [
          '## Failures',
          list(
            failures
              .slice(0, MOST_FAILURES)
              .map(({ path, reason }) => `${markdownCode(path)}: ${escapeMarkdown(reason)}`),
          ),
          ...(failures.length > MOST_FAILURES ? [`And ${failures.length - MOST_FAILURES} more.`] : []),
        ]),
    '## How it was made',
    markdownTable([['', ''], ...made.map(([term, value]) => [escapeMarkdown(term), escapeMarkdown(value)])]),
    `Written by modscope ${VERSION}. All numbers: [tables/checkpoints.csv](tables/checkpoints.csv), [tables/modularity.csv](tables/modularity.csv), [tables/agreement.csv](tables/agreement.csv), [statistics.json](statistics.json).`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Figures on a dark page. */
const DARK = `@media screen and (prefers-color-scheme: dark) {
${neutralsCss('figure', {
  ink: '#e6edf3',
  muted: '#9198a1',
  rule: '#5c646e',
  card: '#0d1117',
  cardEdge: '#3d444d',
  missing: '#262c36',
})}
}`;

/** The report as one HTML file with its pictures in it. */
export function studyHtml(report: StudyReport): string {
  const { title, data, findings, assumptions, failures, made, figures, notDrawn } = report;
  const list = (items: readonly string[]): string =>
    `<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`;
  return page(
    title,
    `<style>${DARK}</style>`,
    `<h1>${escapeHtml(title)}</h1>`,
    `<p>${countsOf(data)}. ${escapeHtml(data.grouping.sentence)}</p>`,
    findings.length === 0 ? '' : `<h2>Findings</h2>${list(findings.map(escapeHtml))}`,
    assumptions.length === 0
      ? ''
      : `<p><strong>Assumed</strong>, because the checkpoints do not say:</p>${list(assumptions.map(escapeHtml))}`,
    `<h2>Figures</h2><p>${escapeHtml(HOW_TO_READ)}</p>`,
    ...figures.map(
      ({ figure, title: heading, svg }) =>
        `<section><h3>${escapeHtml(heading)}</h3><p>${escapeHtml(figure.explanation)}</p><figure>${svg}</figure></section>`,
    ),
    ...notDrawn.map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
    failures.length === 0
      ? ''
      : `<h2>Failures</h2>${list(
          failures
            .slice(0, MOST_FAILURES)
            .map(({ path, reason }) => `${htmlCode(path)}: ${escapeHtml(reason)}`),
        )}${failures.length > MOST_FAILURES ? `<p>And ${failures.length - MOST_FAILURES} more.</p>` : ''}`,
    `<h2>How it was made</h2>${descriptionList(made.map(([term, value]) => [term, escapeHtml(value)]))}`,
    `<p class="muted">Written by modscope ${VERSION}.</p>`,
  );
}
