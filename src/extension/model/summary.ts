import { familyOf, inOrder } from '../../core/measures';
import type { LayerReport, Report } from '../../core/report';
import { markdownCode, markdownTable } from '../../core/report/markdown-text';
import type { EntryState } from './entry';

/** The modules of a checkpoint in a few lines of Markdown, for a language model: no figures, no unit lists. */
export function summaryMarkdown(name: string, report: Report, state: EntryState): string {
  const { data, network, layers } = report;
  return [
    `# Modules of ${markdownCode(name)}`,
    ...(state === 'stale'
      ? ['Stale: the checkpoint, its data or the settings changed since this analysis.']
      : []),
    `Measured on ${data.samples} ${data.split} samples of ${markdownCode(data.path)}, ${data.classes} classes.`,
    ...network.assumptions.map((assumption) => `Assumed: ${assumption}`),
    'forward_*: upstream, what drives the units. backward_*: downstream, what they do. Q: modularity; z: against null networks.',
    ...layers.flatMap((layer) => [
      `## ${markdownCode(layer.name)} (${layer.kind}, ${layer.units} units)`,
      markdownTable([['Measure', 'Q', 'z', 'Null', 'Clusters', 'Dead units'], ...rows(layer)]),
      agreement(layer),
    ]),
  ]
    .filter((line) => line !== '')
    .join('\n\n')
    .concat('\n');
}

function rows({ methods }: LayerReport): string[][] {
  return inOrder(Object.keys(methods)).flatMap((measure) => {
    const result = methods[measure];
    if (result === undefined) return [];
    const { q, count, clusters } = result;
    const dead = clusters.filter((label) => label < 0).length;
    return [
      [
        markdownCode(measure),
        number(q),
        number(result.null?.z ?? null),
        result.null?.kind ?? '–',
        String(count),
        String(dead),
      ],
    ];
  });
}

/** How far upstream and downstream modules are the same. */
function agreement({ agreement: pairs }: LayerReport): string {
  const across = pairs.filter(({ a, b }) => familyOf(a) !== familyOf(b));
  const similarities = across.flatMap(({ element_sim: similarity }) => similarity ?? []);
  if (similarities.length === 0) return '';
  const mean = similarities.reduce((a, b) => a + b, 0) / similarities.length;
  return `Upstream and downstream partitions agree by ${number(mean)} on average (element-centric similarity, 1: equal).`;
}

function number(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
