import { outputLength } from '../../tensor/engine';
import type { Shape } from '../../tensor/shape';
import { ShapeError } from './rules';

export type Sides = readonly [height: number, width: number];
export type Steps = readonly [vertical: number, horizontal: number];
export type Pads = readonly [top: number, left: number, bottom: number, right: number];

/** A window that moves over an image; its taps lie `dilations` apart. */
export interface Window {
  readonly kernel: Sides;
  readonly strides: Steps;
  readonly pads: Pads;
  readonly dilations: Steps;
}

/**
 * The sides of the image and of the result.
 * @throws ShapeError where the input is no image, or too small
 */
export function sidesOf(window: Window, input: Shape | undefined): [inputs: Sides, outputs: Sides] {
  const { kernel, strides, dilations, pads } = window;
  const [, height, width, ...rest] = input ?? [];
  if (height === undefined || width === undefined || rest.length > 0)
    throw new ShapeError(`takes [channels, height, width] and is given [${String(input)}]`);
  if (![...kernel, ...strides, ...dilations].every(isPositive) || !pads.every((pad) => isPositive(pad + 1)))
    throw new ShapeError(
      `has a kernel of [${String(kernel)}], strides [${String(strides)}], dilations [${String(dilations)}] and pads [${String(pads)}]`,
    );
  const [top, left, bottom, right] = pads;
  const outputs = [
    outputLength(height, kernel[0], top + bottom, strides[0], dilations[0]),
    outputLength(width, kernel[1], left + right, strides[1], dilations[1]),
  ] as const;
  if (Math.min(...outputs) < 1)
    throw new ShapeError(`has a kernel of [${String(kernel)}], too large for ${height} × ${width}`);
  return [[height, width], outputs];
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

/** Where one tap of a window meets the image: at results in rows `top` … `bottom` − 1 and columns `left` … `right` − 1. */
interface Tap {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  /** The place in the image, which may lie outside, of the first result; that of others is strides further. */
  readonly origin: number;
}

/** All taps in row-major order. */
export function tapsOf(
  { kernel, strides, dilations, pads }: Window,
  [height, width]: Sides,
  [rows, columns]: Sides,
): readonly Tap[] {
  const taps: Tap[] = [];
  for (let ky = 0; ky < kernel[0]; ky++) {
    const y = ky * dilations[0] - pads[0];
    const [top, bottom] = met(y, strides[0], height, rows);
    for (let kx = 0; kx < kernel[1]; kx++) {
      const x = kx * dilations[1] - pads[1];
      const [left, right] = met(x, strides[1], width, columns);
      taps.push({ top, bottom, left, right, origin: y * width + x });
    }
  }
  return taps;
}

/** For which of `count` results first + stride · result lies in 0 … length − 1: those from the one to before the other. */
function met(first: number, stride: number, length: number, count: number): [from: number, end: number] {
  const from = Math.max(0, Math.ceil(-first / stride));
  return [from, Math.max(from, Math.min(count, Math.floor((length - 1 - first) / stride) + 1))];
}

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
