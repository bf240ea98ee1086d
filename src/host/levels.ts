import type { AssociationRange } from '../core/report/association-range';

/** Palette entries 0 … 254 are values; the last one stands for "no value". */
export const LAST_LEVEL = 254;
export const NO_VALUE = 255;

/** Bits of a float64 that are kept of its upper half: sign, exponent, and 12 of the mantissa. */
const KEPT = 24;
const DROPPED = 32 - KEPT;

/**
 * Values as palette entries, round(254 · position) of what lies between the ends of the range, beyond them the ends.
 * @param values not negative, or NaN; from the beginning of their buffer
 */
export function quantise(
  values: Float64Array,
  range: AssociationRange,
  kind: 'linear' | 'log',
): Uint8Array<ArrayBuffer> {
  return kind === 'linear' ? linear(values, range) : logarithmic(values, range);
}

function linear(values: Float64Array, { low, high }: AssociationRange): Uint8Array<ArrayBuffer> {
  const levels = new Uint8Array(values.length);
  const factor = LAST_LEVEL / (high - low);
  for (let i = 0; i < values.length; i++) {
    const level = (values[i]! - low) * factor + 0.5;
    // A comparison with NaN is false.
    levels[i] = level >= LAST_LEVEL ? LAST_LEVEL : level >= 0 ? level : level < 0 ? 0 : NO_VALUE;
  }
  return levels;
}

/**
 * Sixteen million logarithms take a third of a second. Positive floats sort as their bits do, so that the upper bits give
 * the level to within one, and a comparison with the value where the next level begins settles it.
 */
function logarithmic(values: Float64Array, { low, high }: AssociationRange): Uint8Array<ArrayBuffer> {
  const step = Math.log(high / low) / LAST_LEVEL;
  const begins = Float64Array.from({ length: LAST_LEVEL + 2 }, (_, level) =>
    level === 0 ? -Infinity : level > LAST_LEVEL ? Infinity : low * Math.exp((level - 0.5) * step),
  );
  const first = upperBits(low);
  const table = Uint8Array.from({ length: upperBits(high) - first + 1 }, (_, i) => {
    const value = fromUpperBits(first + i);
    return value <= low ? 0 : Math.min(LAST_LEVEL, Math.floor(Math.log(value / low) / step + 0.5));
  });
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const levels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value <= low) levels[i] = 0;
    else if (value >= high) levels[i] = LAST_LEVEL;
    else if (value > low) {
      const level = table[(words[2 * i + 1]! >>> DROPPED) - first]!;
      levels[i] = value >= begins[level + 1]! ? level + 1 : value < begins[level]! ? level - 1 : level;
    } else levels[i] = NO_VALUE;
  }
  return levels;
}

function upperBits(value: number): number {
  return new Uint32Array(Float64Array.of(value).buffer)[1]! >>> DROPPED;
}

function fromUpperBits(bits: number): number {
  return new Float64Array(Uint32Array.of(0, bits << DROPPED).buffer)[0]!;
}
