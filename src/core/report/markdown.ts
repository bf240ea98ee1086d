import { inOrder, type Measure } from '../measures';
import type { LayerReport, Report } from '../report';
import type { Figures } from './figures';
import { factsTable, statisticsTable } from './markdown-facts';
import { LAYER_HELP, layerSection } from './markdown-layer';
import { markdownCode, escapeMarkdown, markdownImage, markdownTable } from './markdown-text';
import { isEstimated, quality, STANDARD_ERROR_HELP } from './measured';
import { plural, readable } from '../base/text';

/**
 * The report for reading. Pictures are files beside it: Markdown previews show those, but no embedded SVG.
 *
 * @param figures those drawn of this report; what could not be drawn is left out
 */
export function reportMarkdown(report: Report, figures: Figures): string {
  const name = report.checkpoint.path.split(/[/\\]/).at(-1) ?? '';
  const sections = [
    `# Modules of ${markdownCode(name)}`,
    headline(report),
    factsTable(report),
    ...assumptions(report),
    '## Statistics',
    statisticsTable(report.stats),
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

function assumptions({ network }: Report): string[] {
  if (network.assumptions.length === 0) return [];
  return [
    '**Assumed**, because the checkpoint does not say. If wrong, describe the network in `modscope.json`.',
    network.assumptions.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n'),
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
