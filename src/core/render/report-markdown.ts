import { plural, readable } from '../base/text';
import { FAMILIES, familyOf, inOrder, type Measure } from '../measures';
import type { LayerReport, Report } from '../report';
import type { Figures, LayerFigures } from './figures';
import { escapeMarkdown, MARKDOWN, markdownCode, markdownImage, markdownTable } from './markdown';
import { LOSS_NAMES, lossValue, scoreOf } from './score-words';
import {
  agreementSentence,
  checkpointName,
  clusterSizes,
  facts,
  hyperParameters,
  isEstimated,
  layerSize,
  layerTitle,
  quality,
  STANDARD_ERROR_HELP,
} from './words';

/**
 * The report for reading. Pictures are files beside it: Markdown previews show those, but no embedded SVG.
 *
 * @param figures those drawn of this report; what could not be drawn is left out
 */
export function reportMarkdown(report: Report, figures: Figures): string {
  const sections = [
    `# Modules of ${markdownCode(checkpointName(report))}`,
    headline(report),
    ...warnings(report),
    factsTable(report),
    ...assumptions(report),
    '## Statistics',
    statisticsTable(report),
    ...modularity(report, figures),
    '## Layers',
    LAYER_HELP,
    ...report.layers.flatMap((layer, i) => layerSection(layer, figures.layers[i])),
    '## Timings',
    timings(report),
    `Written by ${escapeMarkdown(report.tool.name)} ${escapeMarkdown(report.tool.version)} on ${report.createdAt.slice(0, 10)}. Full precision and all clusters: [report.json](report.json).`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** The first thing to know: where modularity is highest. */
function headline({ layers }: Report): string {
  let top:
    | { readonly layer: string; readonly measure: Measure; readonly q: number; readonly count: number }
    | undefined;
  for (const { name, methods } of layers) {
    for (const measure of inOrder(Object.keys(methods))) {
      const { q, count } = methods[measure] ?? { q: null, count: 0 };
      if (q !== null && q > (top?.q ?? -Infinity)) top = { layer: name, measure, q, count };
    }
  }
  return top === undefined
    ? '**No clusters:** every unit of every layer is dead. Check the data and the scaling of its values.'
    : `Most modular: **${markdownCode(top.layer)}** by ${markdownCode(top.measure)}, Q = **${top.q.toFixed(3)}** in ${plural(top.count, 'cluster')}.`;
}

function warnings({ network }: Report): string[] {
  return (network.warnings ?? []).map((warning) => `> **Warning:** ${escapeMarkdown(warning)}`);
}

function assumptions({ network: { assumptions, notes = [] } }: Report): string[] {
  const list = (sentences: readonly string[]) =>
    sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n');
  return [
    ...(assumptions.length === 0
      ? []
      : ['**Assumed**, because the checkpoint does not say:', list(assumptions)]),
    ...(notes.length === 0 ? [] : ['**How it was read:**', list(notes)]),
  ];
}

function modularity({ layers }: Report, figures: Figures): string[] {
  const measures = inOrder(layers.flatMap((layer) => Object.keys(layer.methods)));
  if (measures.length === 0) return [];
  const q = (layer: LayerReport, measure: Measure): string => quality(layer.methods[measure]);
  // The longer list downwards: pages scroll that way.
  const rows =
    layers.length <= measures.length
      ? [
          ['Measure', ...layers.map(({ name }) => markdownCode(name))],
          ...measures.map((measure) => [markdownCode(measure), ...layers.map((layer) => q(layer, measure))]),
        ]
      : [
          ['Layer', ...measures.map(markdownCode)],
          ...layers.map((layer) => [
            markdownCode(layer.name),
            ...measures.map((measure) => q(layer, measure)),
          ]),
        ];
  const tested = layers.some((layer) => Object.values(layer.methods).some((result) => result.null !== null));
  return [
    '## Modularity',
    ...(figures.modularity === null ? [] : [markdownImage(figures.modularity)]),
    'Q and, in brackets, the number of clusters. `forward` measures look at what drives a unit (upstream), `backward` at what it does to the output (downstream).',
    markdownTable(rows),
    tested
      ? '*How to read this:* z is how far Q lies above its null model, in standard deviations; below 2 it may be chance.'
      : '*How to read this:* a random network has Q above 0 too. Compare with an untrained checkpoint of the same shape.',
    ...(isEstimated(layers) ? [STANDARD_ERROR_HELP] : []),
  ];
}

function timings({ timings: stages }: Report): string {
  const rows = Object.entries(stages).map(([stage, seconds]) => [
    escapeMarkdown(stage),
    `${readable(seconds)} s`,
  ]);
  return markdownTable([['Stage', 'Time'], ...rows]);
}

/** How to read a layer's section: once, before the first. */
const LAYER_HELP = [
  '- *Association matrices:* one row and column per unit, bright where two units go together. Modules are bright squares along the diagonal on a dark ground; bright bands across are units that go with all.',
  '- *Dead units* have no association with any other. Dead upstream, a unit does not respond to the input; dead downstream, the output does not depend on it. Either can be pruned.',
  '- *Agreement:* `element_sim` compares clusters, `rsa` the matrices themselves; 1 is full agreement. Random clusters agree a little too (four of 64 units: 0.26).',
].join('\n');

/** Beyond this a list of sizes is no longer read. */
const MAX_SIZES = 12;

/** One layer: its matrices, clusters, dead units, and how well the measures agree on it. */
function layerSection(layer: LayerReport, figures: LayerFigures | undefined): string[] {
  return [
    `### ${layerTitle(layer, MARKDOWN)}`,
    `${layerSize(layer)}.`,
    ...associations(figures),
    ...clusters(layer),
    ...agreement(layer, figures),
  ];
}

/** One family a column. A table makes the pictures share the width, however narrow the page. */
function associations(figures: LayerFigures | undefined): string[] {
  const families = FAMILIES.flatMap((family) => {
    const pictures = figures?.association.filter(({ measure }) => familyOf(measure) === family) ?? [];
    return pictures.length === 0 ? [] : [{ family, pictures }];
  });
  if (families.length === 0) return [];
  const rows = Array.from({ length: Math.max(...families.map(({ pictures }) => pictures.length)) }, (_, i) =>
    families.map(({ pictures }) =>
      pictures
        .slice(i, i + 1)
        .map(markdownImage)
        .join(''),
    ),
  );
  return ['#### Association matrices', markdownTable([families.map(({ family }) => family), ...rows])];
}

function clusters(layer: LayerReport): string[] {
  const measures = inOrder(Object.keys(layer.methods));
  if (measures.length === 0) return [];
  const rows = measures.flatMap((measure) => {
    const result = layer.methods[measure];
    if (result === undefined) return [];
    const { sizes, dead } = clusterSizes(result.clusters);
    const more = sizes.length - MAX_SIZES;
    const shown = sizes.slice(0, MAX_SIZES).join(', ') + (more > 0 ? `, ${more} more` : '');
    return [
      [markdownCode(measure), sizes.length === 0 ? '–' : shown, result.softCount.toFixed(1), String(dead)],
    ];
  });
  return [
    '#### Clusters',
    markdownTable([['Measure', 'Sizes of clusters 0, 1, …', 'Soft count', 'Dead'], ...rows]),
  ];
}

function agreement(layer: LayerReport, figures: LayerFigures | undefined): string[] {
  if (figures === undefined || figures.agreement.length === 0) return [];
  return [
    '#### Do the measures agree?',
    agreementSentence(layer.agreement, MARKDOWN),
    markdownTable([
      figures.agreement.map(({ metric }) => markdownCode(metric)),
      figures.agreement.map(markdownImage),
    ]),
  ];
}

/** More would bury the rest; report.json has them all. */
const MAX_HYPER_PARAMETERS = 24;

/** What was analysed, on what, and how. */
function factsTable(report: Report): string {
  const all = hyperParameters(report, MARKDOWN);
  const shown = all.slice(0, MAX_HYPER_PARAMETERS);
  if (all.length > shown.length) shown.push(`${all.length - shown.length} more`);
  return markdownTable([
    ...facts(report, MARKDOWN),
    ...(shown.length === 0 ? [] : [['Hyper-parameters', shown.join(' · ')]]),
  ]);
}

/** Loss and score per split, then the norms. */
function statisticsTable({ stats, data }: Report): string {
  const splits = (['train', 'val', 'test'] as const).flatMap((name) => {
    const split = stats[name];
    if (split === undefined) return [];
    const score = scoreOf(split, 4);
    return [
      [`${capitalised(score.name)}, ${name}`, score.percent],
      [`${capitalised(LOSS_NAMES[data.loss])}, ${name}`, lossValue(split, data.loss)],
    ];
  });
  return markdownTable([
    ['Statistic', 'Value'],
    ...splits,
    ['L1 norm, Σ\\|w\\|', readable(stats.l1Norm, 5)],
    ['L2 norm, Σw²', readable(stats.l2Norm, 5)],
    ['Nuclear norm', stats.nuclearNorm === null ? '–' : readable(stats.nuclearNorm, 5)],
    ['Weights with \\|w\\| < 0.001', `${(100 * stats.sparsity).toFixed(1)} %`],
  ]);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
