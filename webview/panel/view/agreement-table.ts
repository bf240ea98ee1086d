import type { LayerReport } from '../../../src/core/analysis/report';
import { exact, type Write } from '../data/format';
import { METRICS } from '../data/metrics';
import { words } from '../strings';
import type { Rows } from './plain-table';

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
