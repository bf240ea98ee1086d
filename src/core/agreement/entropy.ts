import type { Overlap } from './overlap';

/** Entropies of two partitions, in nats. */
export interface Entropies {
  readonly a: number;
  readonly b: number;
  /** H(a | b), exactly 0 where b determines a. */
  readonly aGivenB: number;
  readonly bGivenA: number;
}

/** The conditional entropies are summed as they are, all terms positive: differences of entropies lose digits. */
export function entropies({ units, rows, columns, counts }: Overlap): Entropies {
  let aGivenB = 0;
  let bGivenA = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) {
      const count = counts[i * columns.length + j]!;
      if (count === 0) continue;
      aGivenB += count * Math.log(columns[j]! / count);
      bGivenA += count * Math.log(rows[i]! / count);
    }
  }
  return {
    a: entropy(rows, units),
    b: entropy(columns, units),
    aGivenB: aGivenB / units,
    bGivenA: bGivenA / units,
  };
}

function entropy(sizes: Int32Array, units: number): number {
  let sum = 0;
  for (const size of sizes) sum += size * Math.log(units / size);
  return sum / units;
}
