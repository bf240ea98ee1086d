import { type PaletteName, resample } from './palette';
import { encodePng } from './png';
import type { Scale } from './scale';
import { MISSING } from './svg';

/** The last colour of an image's table stands for "no value". */
const LEVELS = 255;
const MISSING_LEVEL = LEVELS;

/**
 * A matrix as the address of one embedded picture: thousands of rectangles would be many times its size.
 *
 * @param values row-major from the top left, side × side; what is not finite is drawn as missing
 */
export function heatImage(side: number, values: Float64Array, scale: Scale, palette: PaletteName): string {
  const pixels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    pixels[i] = Number.isFinite(value) ? Math.round(scale.position(value) * (LEVELS - 1)) : MISSING_LEVEL;
  }
  const colours = new Uint8Array(3 * (LEVELS + 1));
  colours.set(resample(palette, LEVELS));
  colours.set(Buffer.from(MISSING.slice(1), 'hex'), 3 * MISSING_LEVEL);
  return `data:image/png;base64,${encodePng(side, side, pixels, colours).toString('base64')}`;
}
