import { plural, readable } from '../base/text';
import { familyOf, rawOf } from '../measures';
import type { Agreement, LayerReport, MeasureReport, Report } from '../report';
import { sizeOf } from '../tensor/shape';
import { flatten } from './report-csv';
import { labelWords } from './score-words';

// What a report says in words, whatever it is written in.

/** How a format shows what comes out of a file. */
export interface Markup {
  /** Text as it stands, without any effect. */
  readonly plain: (text: string) => string;
  /** A name or a path. */
  readonly code: (text: string) => string;
  /** Markup that is to stand out. */
  readonly strong: (markup: string) => string;
}

/** The name of the checkpoint's file. */
export function checkpointName({ checkpoint }: Report): string {
  return checkpoint.path.split(/[/\\]/).at(-1) ?? '';
}

/** Terms and what is said of them: what was analysed, on what, and how. */
export function facts({ checkpoint, network, data, settings }: Report, { plain, code }: Markup): string[][] {
  return [
    ['Checkpoint', `${code(checkpoint.path)} (${plain(checkpoint.format)})`],
    ['SHA-256', code(checkpoint.sha256)],
    ['Network from', plain(network.source)],
    [
      'Data',
      `${code(data.path)}, ${plain(data.split)} split, ${plural(data.samples, 'sample')}, ${labelWords(data)}`,
    ],
    [
      'Settings',
      `solver ${settings.solver}, seed ${settings.seed}, backend ${plain(settings.backend)}, ${plural(settings.workers, 'worker')}`,
    ],
  ];
}

/** The checkpoint's hyper-parameters, each with its name. */
export function hyperParameters({ checkpoint }: Report, { plain, code }: Markup): string[] {
  return [...flatten(checkpoint.hyperParameters)].map(
    ([key, value]) => `${code(key)} ${plain(String(value))}`,
  );
}

/** What a layer's section is headed. */
export function layerTitle({ kind, name }: LayerReport, { code }: Markup): string {
  return kind === 'combined' ? 'All hidden layers combined' : `Layer ${code(name)}`;
}

/** What "matrix ±" is, where there is one. */
export const STANDARD_ERROR_HELP =
  '"matrix ±" is the standard error of an association matrix that was estimated with random directions, as a share of the matrix (Frobenius norm); those without are exact.';

/** "64 units"; "16 channels, 32 × 32" of a convolution; "12 units, 5 positions" of tokens. */
export function layerSize({ kind, units, shape }: Pick<LayerReport, 'kind' | 'units' | 'shape'>): string {
  if (kind === 'conv') return `${plural(units, 'channel')}, ${shape.slice(1).join(' × ')}`;
  const positions = sizeOf(shape) / Math.max(1, units);
  return plural(units, 'unit') + (positions > 1 ? `, ${plural(positions, 'position')}` : '');
}

/**
 * Q, in brackets the number of clusters, z against the null model, and the standard error of the association: "0.123 (2, z 7.3, matrix ± 1.3 %)"; it is not one of Q.
 * @param digits of Q
 */
export function quality(result: MeasureReport | undefined, digits = 3): string {
  if (result === undefined || result.q === null) return '–';
  const z = result.null?.z ?? null;
  const details = [
    String(result.count),
    ...(z === null ? [] : [`z ${z.toFixed(1)}`]),
    ...(result.standardError === null ? [] : [`matrix ± ${readable(100 * result.standardError, 2)} %`]),
  ];
  return `${result.q.toFixed(digits)} (${details.join(', ')})`;
}

/** Whether any association was estimated. */
export function isEstimated(layers: readonly LayerReport[]): boolean {
  return layers.some(({ methods }) =>
    Object.values(methods).some(({ standardError }) => standardError !== null),
  );
}

/** How many units are in each cluster and in none. @param labels unit → cluster, −1 dead */
export function clusterSizes(labels: readonly number[]): { readonly sizes: number[]; readonly dead: number } {
  const sizes: number[] = new Array<number>(
    labels.reduce((most, label) => Math.max(most, label + 1), 0),
  ).fill(0);
  let dead = 0;
  for (const label of labels) {
    if (label < 0) dead++;
    else sizes[label]! += 1;
  }
  return { sizes, dead };
}

/** Whether what drives units also says what they do: how well the clusters of different measures agree. */
export function agreementSentence(agreement: readonly Agreement[], { strong }: Markup): string {
  const { upstream, downstream, between } = familyMeans(agreement);
  const of = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
  return `Mean agreement of clusters between different measures: ${of(upstream)} upstream, ${of(downstream)} downstream, ${strong(of(between))} between the two.`;
}

/** null where there is no such pair. */
interface FamilyMeans {
  readonly upstream: number | null;
  readonly downstream: number | null;
  readonly between: number | null;
}

/**
 * Mean agreement of clusters within the families and between them: whether what drives units also says what they do. A measure
 * and its own normalised form are not counted: they agree by construction.
 */
function familyMeans(agreement: readonly Agreement[]): FamilyMeans {
  const groups: Record<keyof FamilyMeans, number[]> = { upstream: [], downstream: [], between: [] };
  for (const pair of agreement) {
    const { a, b, element_sim: value } = pair;
    if (value === null || rawOf(a) === rawOf(b)) continue;
    groups[familyOf(a) === familyOf(b) ? familyOf(a) : 'between'].push(value);
  }
  return {
    upstream: mean(groups.upstream),
    downstream: mean(groups.downstream),
    between: mean(groups.between),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value) / values.length;
}
