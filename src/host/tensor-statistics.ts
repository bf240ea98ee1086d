import type { Tensor } from '../core/tensor/dtype';
import type { TensorStatistics } from '../protocol';

const BINS = 64;

/** Values of a tensor piece by piece, as often as it is iterated. */
export type Pieces = AsyncIterable<Tensor['data']>;

/**
 * Statistics of a tensor's finite values in two passes, so that no more than a piece of it need be in memory.
 * The mean and SD are those of all values (not a sample's); null where no value is finite.
 */
export async function tensorStatistics(pieces: Pieces): Promise<TensorStatistics> {
  const { count, finite, zeros, min, max, sum } = await extent(pieces);
  const histogram = new Array<number>(BINS).fill(0);
  if (finite === 0)
    return { count, min: null, max: null, mean: null, sd: null, zeros, nonFinite: count, histogram };
  const mean = sum / finite;
  const perValue = max > min ? BINS / (max - min) : 0;
  let squares = 0;
  for await (const values of pieces) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      squares += (value - mean) ** 2;
      // The greatest value belongs to the last bin, as in NumPy.
      histogram[Math.min(BINS - 1, Math.floor((value - min) * perValue))]!++;
    }
  }
  const sd = Math.sqrt(squares / finite);
  // Of values near the end of float64 the sums overflow.
  const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { count, min, max, mean: orNull(mean), sd: orNull(sd), zeros, nonFinite: count - finite, histogram };
}

async function extent(pieces: Pieces) {
  let [count, finite, zeros, sum] = [0, 0, 0, 0];
  let [min, max] = [Infinity, -Infinity];
  for await (const values of pieces) {
    count += values.length;
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      finite++;
      sum += value;
      if (value === 0) zeros++;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { count, finite, zeros, sum, min, max };
}
