import type { Measure as Method } from '../../../src/core/measures';
import type { LayerReport } from '../../../src/core/report';
import { exact, type Write } from '../data/format';
import { type AgreementTable, METRICS } from '../data/metrics';
import { words } from '../strings';
import type { Rows } from './plain-table';

/** The numbers of the heatmap, methods × methods. */
export function metricRows(methods: readonly Method[], { valueOf }: AgreementTable, write: Write): Rows {
  return [
    [words.method, ...methods],
    ...methods.map((a) => [a, ...methods.map((b) => write(a === b ? null : valueOf(a, b)))]),
  ];
}

/** Every pair by every metric; the directed ones both ways. */
export function agreementRows(layer: LayerReport, write: Write = exact): Rows {
  return [
    [words.method, words.method, ...METRICS.map(({ id }) => id)],
    ...layer.agreement.map((pair) => [
      pair.a,
      pair.b,
      ...METRICS.map((metric) => {
        const [there, back] = [metric.of(pair, false), metric.of(pair, true)];
        return there === back ? write(there) : `${write(there)} / ${write(back)}`;
      }),
    ]),
  ];
}
