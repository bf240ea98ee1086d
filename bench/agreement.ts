/*
 * Agreement: the null of the alignment against its budget and the reference, and all pairs of eight methods.
 * The reference is alignment_score of the paper's code in PyTorch, shuffled 5,000 times.
 */

import { alignmentNulls } from '../src/core/agreement/alignment';
import { overlap } from '../src/core/agreement/overlap';
import { agreement, type AgreementItem } from '../src/core/analysis/agreement';
import { Random } from '../src/core/base/random';

const SHUFFLES = 5000;
const REFERENCE_MS = 3000;
const BUDGET_MS = 20;
const random = new Random(0);

function item(units: number, clusters: number, name: string): AgreementItem {
  const labels = Int32Array.from({ length: units }, () => random.integer(clusters));
  const data = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j <= i; j++) {
      const entry = random.uniform() + (labels[i] === labels[j] ? 1 : 0);
      data[i * units + j] = entry;
      data[j * units + i] = entry;
    }
  }
  return { name, labels, matrix: { size: units, data } };
}

/** Milliseconds: of the first run, and the median of all. */
function time(repeats: number, run: () => unknown): { first: number; median: number } {
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const from = performance.now();
    run();
    times.push(performance.now() - from);
  }
  const first = times[0]!;
  return { first, median: times.sort((a, b) => a - b)[repeats >> 1]! };
}

const table: Record<string, Record<string, string>> = {};

for (const [units, clusters] of [
  [64, 4],
  [64, 8],
  [256, 6],
  [1024, 10],
] as const) {
  const pair = overlap(item(units, clusters, 'a').labels, item(units, clusters, 'b').labels);
  const { first, median } = time(15, () => alignmentNulls([pair], SHUFFLES, 0));
  const atReferenceSize = units === 64;
  table[`null, one pair of ${units} units in ${clusters} clusters`] = {
    'first ms': first.toFixed(1),
    'median ms': median.toFixed(1),
    'reference / median': atReferenceSize ? `${(REFERENCE_MS / median).toFixed(0)}×` : '',
    'budget / median': atReferenceSize ? `${(BUDGET_MS / median).toFixed(1)}×` : '',
  };
}

for (const units of [64, 128, 1024]) {
  const items = Array.from({ length: 8 }, (_, i) => item(units, 5, String(i)));
  const repeats = units > 500 ? 3 : 15;
  const all = time(repeats, () => agreement(items, { nullSamples: SHUFFLES }));
  const rest = time(repeats, () => agreement(items, { nullSamples: 0 }));
  table[`all metrics, 28 pairs of ${units} units in 5 clusters`] = {
    'first ms': all.first.toFixed(1),
    'median ms': all.median.toFixed(1),
    'without null': rest.median.toFixed(1),
  };
}

console.table(table);
