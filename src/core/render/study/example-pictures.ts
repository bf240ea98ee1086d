import type { SquareMatrix } from '../../base/matrix';
import type { Measure } from '../../measures';
import { associationRange, heatImage } from '../association-figure';
import { linearScale, type PaletteName } from '../colours';
import { orderByCluster, orderedCells, type Segment } from '../order';
import type { ExampleMatrix } from './example-matrices';

// From association matrices to the pictures that figures of examples hold. Matrices are reduced as they are read, so that never
// more than one of full size is in memory.

/** Cells of a picture's side: as many as are seen at the size in which figures show them. */
const MOST_CELLS = 96;

/** A matrix in some order, reduced to what a picture shows. */
export type ReducedMatrix = Omit<ExampleMatrix, 'image' | 'high'> & {
  readonly side: number;
  /** Row-major, NaN where nothing but the diagonal is in a cell. */
  readonly values: Float64Array;
};

/** A matrix and where it is from. */
export interface ExampleSource {
  readonly checkpoint: number;
  readonly layer: string;
  readonly measure: Measure;
  readonly matrix: SquareMatrix;
}

/**
 * A matrix as its units come, or in the order of a measure's clusters.
 * @param order whose clusters, and the label of each unit, −1 dead; null: as they come
 */
export function reduceExample(
  { checkpoint, layer, measure, matrix }: ExampleSource,
  order: { readonly measure: Measure; readonly labels: ArrayLike<number>; readonly by: SquareMatrix } | null,
): ReducedMatrix {
  const { units, segments } =
    order === null
      ? {
          units: Int32Array.from({ length: matrix.size }, (_, unit) => unit),
          segments: [] as readonly Segment[],
        }
      : orderByCluster(order.by, Array.from(order.labels));
  return {
    checkpoint,
    layer,
    measure,
    units: matrix.size,
    orderedBy: order?.measure ?? null,
    segments,
    ...orderedCells(matrix, units, MOST_CELLS),
  };
}

/** The pictures, with one scale for all matrices of a layer and measure: from 0 to where 99 % of their cells end. */
export function paintExamples(reduced: readonly ReducedMatrix[], palette: PaletteName): ExampleMatrix[] {
  const groups = new Map<string, ReducedMatrix[]>();
  for (const one of reduced) {
    const key = JSON.stringify([one.layer, one.measure]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const ranges = new Map(
    [...groups].map(
      ([key, members]) =>
        [key, associationRange(joined(members.map(({ values }) => values)), 'linear')] as const,
    ),
  );
  return reduced.map(({ side, values, ...example }) => {
    const range = ranges.get(JSON.stringify([example.layer, example.measure]));
    const high = range?.high ?? 1;
    return {
      ...example,
      high,
      image: heatImage(side, values, linearScale(0, high, range?.clipped), palette),
    };
  });
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
