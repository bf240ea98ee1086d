import type { Measure as Method } from '../../../src/core/measures';
import type { Agreement, LayerReport } from '../../../src/core/report';
import { linearScale, niceStep, type Scale } from '../../../src/core/report/scale';
import { overlap, shuffledElementSim } from './overlap';

/** How two partitions are compared. */
export interface Metric {
  readonly id: string;
  /** Of a listed pair; `turned` where it is read as (b, a), which matters to the directed ones. */
  readonly of: (pair: Agreement, turned: boolean) => number | null;
  /** What the metric is where nothing but chance makes partitions agree. */
  readonly baseline?: (pair: Agreement, layer: LayerReport) => number | null;
}

const clustersOf = (layer: LayerReport, method: string): readonly number[] =>
  layer.methods[method as Method]?.clusters ?? []; // agreement is between methods of the layer

const plain = (id: Extract<keyof Agreement, string>): Metric => ({
  id,
  of: (pair) => {
    const value = pair[id];
    return typeof value === 'number' ? value : null;
  },
});
const directed = (id: 'transfer' | 'transfer_norm'): Metric => ({
  id,
  of: (pair, turned) => pair[id]?.[turned ? 1 : 0] ?? null,
});

export const METRICS: readonly Metric[] = [
  {
    ...plain('element_sim'),
    baseline: ({ a, b }, layer) => shuffledElementSim(overlap(clustersOf(layer, a), clustersOf(layer, b))),
  },
  { ...plain('alignment'), baseline: ({ alignmentNull }) => alignmentNull?.mean ?? null },
  plain('alignment_optimal'),
  plain('rmi_norm'),
  plain('rmi'),
  plain('vi_norm'),
  plain('vi'),
  plain('ami'),
  plain('ari'),
  plain('rsa'),
  directed('transfer_norm'),
  directed('transfer'),
];

export const metricOf = (id: string): Metric => METRICS.find((metric) => metric.id === id) ?? METRICS[0]!;

export interface AgreementTable {
  readonly metric: Metric;
  readonly relative: boolean;
  readonly scale: Scale;
  readonly valueOf: (a: Method, b: Method) => number | null;
}

/** The metric of all pairs of a layer, with a scale that holds them. */
export function agreementTable(layer: LayerReport, id: string, minusBaseline: boolean): AgreementTable {
  const metric = metricOf(id);
  const baseline = minusBaseline ? metric.baseline : undefined;
  const values = new Map<string, number | null>();
  for (const pair of layer.agreement) {
    const base = baseline === undefined ? 0 : baseline(pair, layer);
    const minus = (value: number | null): number | null =>
      value === null || base === null ? null : value - base;
    values.set(`${pair.a} ${pair.b}`, minus(metric.of(pair, false)));
    values.set(`${pair.b} ${pair.a}`, minus(metric.of(pair, true)));
  }
  const known = [...values.values()].filter((value) => value !== null);
  const greatest = Math.max(...known, 0);
  // Most metrics end at 1; those in bits and Q do not.
  const high = greatest > 0.5 && greatest <= 1 ? 1 : roundUp(greatest || 1);
  return {
    metric,
    relative: baseline !== undefined,
    scale: linearScale(-roundUp(-Math.min(...known, 0)), high),
    valueOf: (a, b) => values.get(`${a} ${b}`) ?? null,
  };
}

function roundUp(value: number): number {
  if (value <= 0) return 0;
  const step = niceStep(value / 5);
  return Math.ceil(value / step - 1e-9) * step;
}
