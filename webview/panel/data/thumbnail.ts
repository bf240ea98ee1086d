import type { MatrixPicture } from '../../../src/protocol';

/** A matrix small enough to keep one of every method. */
export type Thumbnail = Pick<MatrixPicture, 'units' | 'order' | 'clusters' | 'levels'>;

/** Side beyond which a thumbnail shows no more, in pixels. */
export const THUMBNAIL_SIDE = 256;

/** Of a picture that is there; the large levels are not held. */
export function thumbnailOf({ units, order, clusters, levels }: MatrixPicture): Thumbnail {
  return { units, order, clusters, levels: levels.filter(({ size }) => size <= THUMBNAIL_SIDE) };
}
