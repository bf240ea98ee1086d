import { sizeOf } from '../../tensor/shape';
import type { Batch } from './value';

/** An axis of the samples' own. */
export function batchAlong(axis: number): Batch {
  return { axis, merged: false, before: 1 };
}

export function isLeading({ axis, merged }: Batch): boolean {
  return axis === 0 && !merged;
}

/** The shape of one sample. */
export function withoutSamples(shape: readonly number[], { axis, merged }: Batch, samples: number): number[] {
  return merged ? shape.with(axis, shape[axis]! / samples) : shape.toSpliced(axis, 1);
}

/** The shape of all samples, from that of one. */
export function withSamples(shape: readonly number[], { axis, merged }: Batch, samples: number): number[] {
  return merged ? shape.with(axis, shape[axis]! * samples) : shape.toSpliced(axis, 0, samples);
}

/** The axis in the shape of one sample; null for the samples' own, also where it is merged with another. */
export function sampleAxis(axis: number, batch: Batch): number | null {
  if (axis === batch.axis) return null;
  return !batch.merged && axis > batch.axis ? axis - 1 : axis;
}

/** Where samples are once values are read as of the shape `to`; null where that cuts through the samples. */
export function reshapeBatch(
  from: readonly number[],
  batch: Batch,
  to: readonly number[],
  samples: number,
): Batch | null {
  const ahead = sizeOf(from.slice(0, batch.axis)) * batch.before;
  let found: Batch | null = null;
  let passed = 1;
  for (const [axis, size] of to.entries()) {
    const before = ahead / passed;
    if (Number.isInteger(before) && size > 0 && size % (before * samples) === 0) {
      const merged = size !== samples || before !== 1;
      // With a batch of one, axes of size 1 look like it: an axis of its own is what exporters mean.
      if (!merged) return batchAlong(axis);
      found ??= { axis, merged, before };
    }
    passed *= size;
  }
  return found;
}

/** Where samples are once axis i of the result is axis permutation[i], and how the axes of one sample move. */
export function transposeBatch(
  permutation: readonly number[],
  batch: Batch,
): { batch: Batch; permutation: number[] } {
  const moved = { ...batch, axis: permutation.indexOf(batch.axis) };
  if (batch.merged) return { batch: moved, permutation: [...permutation] };
  const rest = permutation.filter((axis) => axis !== batch.axis);
  return { batch: moved, permutation: rest.map((axis) => (axis > batch.axis ? axis - 1 : axis)) };
}

/** The same place in a shape of another rank, counted from the last axis as broadcasting does. */
export function alignBatch(batch: Batch, rank: number, otherRank: number): Batch {
  return { ...batch, axis: batch.axis + otherRank - rank };
}

export function isSameBatch(a: Batch, b: Batch): boolean {
  return a.axis === b.axis && a.merged === b.merged && a.before === b.before;
}

/**
 * The shape of a constant beside one sample of such values: broadcasting aligns last axes, and the samples' axis is
 * left out. Null where the constant differs between samples.
 * @param rank of the values, samples included
 */
export function besideSample(
  shape: readonly number[],
  rank: number,
  batch: Batch,
  samples: number,
): number[] | null {
  const axis = batch.axis + shape.length - rank;
  const size = shape[axis];
  if (axis < 0 || size === undefined) return [...shape];
  if (size !== 1 && !(samples === 1 && batch.merged)) return null;
  return batch.merged ? [...shape] : shape.toSpliced(axis, 1);
}
