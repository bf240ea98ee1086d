import type { Shape } from '../../tensor/shape';

/** How an image lies in an array: `start` is the place of its first value, the steps lie between neighbours. */
export interface Grid {
  readonly start: number;
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

export type ImageShape = readonly [channels: number, height: number, width: number];

/** A shape that is known to have three dimensions. */
export function imageShapeOf(shape: Shape | undefined): ImageShape {
  const [channels = 0, height = 0, width = 0] = shape ?? [];
  return [channels, height, width];
}

/** [channels, height, width]. */
export function channelsFirst([, height, width]: ImageShape, start: number): Grid {
  return { start, row: width, column: 1, channel: height * width };
}

/** [height, width, channels]. */
export function channelsLast([channels, , width]: ImageShape, start: number): Grid {
  return { start, row: width * channels, column: channels, channel: 1 };
}

/** Columns and channels of a tile, which stays in the cache while it is read one way and written the other. */
const COLUMNS = 32;
const CHANNELS = 16;

/** to[c, y, x] += from[c, y, x], of two images that may lie differently. */
export function addImage(
  from: Float32Array,
  source: Grid,
  to: Float32Array,
  target: Grid,
  [channels, height, width]: ImageShape,
): void {
  const { column: across, channel: deep } = source;
  const { column: acrossTo, channel: deepTo } = target;
  // Rows that follow on each other in both are one row: images of a few columns go as fast as wide ones.
  const joined = source.row === width * across && target.row === width * acrossTo;
  const columns = joined ? height * width : width;
  for (let y = 0; y < (joined ? 1 : height); y++) {
    for (let x0 = 0; x0 < columns; x0 += COLUMNS) {
      const length = Math.min(COLUMNS, columns - x0);
      const start = source.start + y * source.row + x0 * across;
      const startTo = target.start + y * target.row + x0 * acrossTo;
      for (let c0 = 0; c0 < channels; c0 += CHANNELS) {
        const c1 = Math.min(c0 + CHANNELS, channels);
        for (let c = c0; c < c1; c++) {
          let i = start + c * deep;
          let o = startTo + c * deepTo;
          for (let x = 0; x < length; x++, i += across, o += acrossTo) to[o]! += from[i]!;
        }
      }
    }
  }
}
