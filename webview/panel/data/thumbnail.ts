import type { MatrixPicture } from '../../../src/protocol';

/** A matrix small enough to keep one of every method. */
export type Thumbnail = Pick<MatrixPicture, 'units' | 'order' | 'clusters' | 'levels'>;

/** Side beyond which a thumbnail shows no more, in pixels. */
const SIDE = 256;

/** @returns a copy, so that the large levels can be freed */
export function thumbnailOf({ units, order, clusters, levels }: MatrixPicture): Thumbnail {
  const small = levels.filter(({ size }) => size <= SIDE);
  // A pyramid ends at one cell; whatever it ends with will do.
  return { units, order, clusters, levels: small.length > 0 ? small : levels.slice(-1) };
}
