import { elementSimilarityByChance, overlap } from '../../../src/core/agreement/overlap';
import type { Measure } from '../../../src/core/measures';
import { linearScale, niceStep, type Scale } from '../../../src/core/render/colours';
import type { Agreement, LayerReport } from '../../../src/core/report';
import { measureReport } from '../layer-measures';

/** How two partitions are compared. */
export interface Metric {
  readonly id: string;
  /** Its value of a pair; `turned` reads the pair as (b, a), which directed metrics tell apart. */
  readonly of: (pair: Agreement, turned: boolean) => number | null;
  /** Its value where nothing but chance makes the partitions agree. */
  readonly baseline?: (pair: Agreement, layer: LayerReport) => number | null;
}

const labelsOf = (layer: LayerReport, measure: string): Int32Array =>
  Int32Array.from(measureReport(layer, measure)?.clusters ?? []);

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
    baseline: ({ a, b }, layer) => elementSimilarityByChance(overlap(labelsOf(layer, a), labelsOf(layer, b))),
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

const metricOf = (id: string): Metric => METRICS.find((metric) => metric.id === id) ?? METRICS[0]!;

export interface AgreementTable {
  readonly metric: Metric;
  readonly relative: boolean;
  readonly scale: Scale;
  readonly valueOf: (a: Measure, b: Measure) => number | null;
}

/**
 * The metric of all pairs of a layer, with a scale that holds them.
 * @param minusBaseline where the metric has a baseline
 */
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
  // Most metrics end at 1; those in bits do not.
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
