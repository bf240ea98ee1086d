import { familyOf, inOrder, MEASURES } from '../../core/measures';
import { markdownCode, markdownTable } from '../../core/render/markdown';
import { labelWords, LOSS_NAMES, scoreOf } from '../../core/render/score-words';
import type { LayerReport, MeasureReport, Report, SplitStatistics } from '../../core/report';
import type { EntryState } from './entry';

/** Modularity in Markdown for a language model: checkpoints side by side, and one. Models read English. */

/** A checkpoint as it is named in a comparison, and its report. */
interface Compared {
  readonly name: string;
  readonly report: Report;
}

/** Q of every layer by every measure, a column per checkpoint: Markdown. Highest of a row in bold. */
export function comparisonMarkdown(compared: readonly Compared[]): string {
  const names = shortNames(compared.map(({ name }) => name)).map(markdownCode);
  const layers = [...new Set(compared.flatMap(({ report }) => report.layers.map(({ name }) => name)))];
  return [
    '# Modularity compared',
    'Q (number of clusters) of each layer by each association measure; the highest of a row in bold.',
    ...layers.flatMap((layer) => {
      const rows = MEASURES.flatMap((measure) => {
        const found = compared.map(
          ({ report }) => report.layers.find(({ name }) => name === layer)?.methods[measure],
        );
        return found.some((result) => result !== undefined) ? [comparisonRow(measure, found)] : [];
      });
      return rows.length === 0 ? [] : [`## ${markdownCode(layer)}`, markdownTable([['', ...names], ...rows])];
    }),
    '## Checkpoints',
    markdownTable([
      ['', 'Data', 'Samples', 'Accuracy', 'Σ w²', 'Sparsity'],
      ...compared.map(({ report }, i) => [names[i]!, ...checkpointFacts(report)]),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

function comparisonRow(measure: string, found: readonly (MeasureReport | undefined)[]): string[] {
  const highest = Math.max(...found.map((result) => result?.q ?? -Infinity));
  const cells = found.map((result) => {
    if (result === undefined || result.q === null) return '–';
    const q = result.q.toFixed(3);
    return `${result.q === highest ? `**${q}**` : q} (${result.count})`;
  });
  return [markdownCode(measure), ...cells];
}

function checkpointFacts({ data, stats }: Report): string[] {
  const split =
    data.split === 'train' || data.split === 'val' || data.split === 'test' ? stats[data.split] : undefined;
  return [
    markdownCode(data.path.split(/[/\\]/).at(-1) ?? ''),
    String(data.samples),
    split === undefined ? '–' : comparedScore(split),
    stats.l2Norm.toPrecision(4),
    stats.sparsity.toFixed(3),
  ];
}

/** The accuracy; another score with its name. */
function comparedScore(split: SplitStatistics): string {
  const { name, share } = scoreOf(split, 3);
  return name === 'accuracy' ? share : `${name} ${share}`;
}

/** What all names begin and end with tells nothing apart. */
export function shortNames(names: readonly string[]): string[] {
  const [first = ''] = names;
  let start = 0;
  while (names.length > 1 && start < first.length && names.every((name) => name[start] === first[start]))
    start++;
  // Back to where a word begins, so that no number is cut in two.
  start = first.slice(0, start).search(/[^/\\_ -]*$/);
  return names.map((name) => name.slice(start));
}

/** The modules of a checkpoint in a few lines of Markdown, for a language model: no figures, no unit lists. */
export function summaryMarkdown(name: string, report: Report, state: EntryState): string {
  const { data, network, layers } = report;
  return [
    `# Modules of ${markdownCode(name)}`,
    ...(state === 'stale'
      ? ['Stale: the checkpoint, its data or the settings changed since this analysis.']
      : []),
    `Measured on ${data.samples} ${data.split} samples of ${markdownCode(data.path)}, ${labelWords(data)}; the loss is ${LOSS_NAMES[data.loss]}.`,
    ...(network.warnings ?? []).map((warning) => `Warning: ${warning}`),
    ...network.assumptions.map((assumption) => `Assumed: ${assumption}`),
    ...(network.notes ?? []),
    'forward_*: upstream, what drives the units. backward_*: downstream, what they do. Q: modularity; z: against null networks.',
    ...layers.flatMap((layer) => [
      `## ${markdownCode(layer.name)} (${layer.kind}, ${layer.units} units)`,
      markdownTable([['Measure', 'Q', 'z', 'Null', 'Clusters', 'Dead units'], ...measureRows(layer)]),
      agreementSentence(layer),
    ]),
  ]
    .filter((line) => line !== '')
    .join('\n\n')
    .concat('\n');
}

function measureRows({ methods }: LayerReport): string[][] {
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

/** How far upstream and downstream modules are the same; nothing where they are not compared. */
function agreementSentence({ agreement: pairs }: LayerReport): string {
  const across = pairs.filter(({ a, b }) => familyOf(a) !== familyOf(b));
  const similarities = across.flatMap(({ element_sim: similarity }) => similarity ?? []);
  if (similarities.length === 0) return '';
  const mean = similarities.reduce((a, b) => a + b, 0) / similarities.length;
  return `Upstream and downstream partitions agree by ${number(mean)} on average (element-centric similarity, 1: equal).`;
}

function number(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
