import type { MatrixPicture } from '../../../src/protocol';
import { linearScale, type Scale, superscript, type Tick } from '../../../src/core/report/scale';

/** Entry of a picture that stands for no value; the one before is the greatest value. */
export const NO_VALUE = 255;
const LAST = 254;

/** The scale of a picture's bytes, with ticks for its colour bar. */
export function pictureScale({ low, high, scale }: Pick<MatrixPicture, 'low' | 'high' | 'scale'>): Scale {
  if (!(high > low)) return linearScale(0, 1);
  if (scale === 'linear') return linearScale(low, high);
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const ticks: Tick[] = [];
  const step = Math.ceil((to - from) / 7);
  for (let k = Math.ceil(from - 1e-9); k <= to + 1e-9; k += step) {
    ticks.push({ at: (k - from) / (to - from), label: `10${superscript(k)}` });
  }
  const position = (value: number): number =>
    value > 0 ? Math.min(1, Math.max(0, (Math.log10(value) - from) / (to - from))) : 0;
  return { position, ticks, exponent: 0, clipped: false };
}

/** Roughly the value a byte stands for; null for none. */
export function valueOfByte({ low, high, scale }: MatrixPicture, byte: number): number | null {
  if (byte === NO_VALUE) return null;
  const at = byte / LAST;
  return scale === 'log' ? low * (high / low) ** at : low + (high - low) * at;
}
