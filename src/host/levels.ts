import type { AssociationRange } from '../core/report/association-range';

/** Palette entries 0 … 254 are values; the last one stands for "no value". */
export const LAST_LEVEL = 254;
export const NO_VALUE = 255;

/** Bits of a float64 that are kept of its upper half: sign, exponent, and 14 of the mantissa. */
const KEPT = 26;
const DROPPED = 32 - KEPT;
/** Logarithm of the ratio of a level's ends that is safely more than one step of the kept bits. */
const NARROWEST = 2 ** -14;

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
    const value = values[i]!;
    if (value >= high) levels[i] = LAST_LEVEL;
    else if (value > low) levels[i] = ((value - low) * factor + 0.5) | 0;
    // A comparison with NaN is false.
    else levels[i] = value <= low ? 0 : NO_VALUE;
  }
  return levels;
}

/**
 * Sixteen million logarithms take a third of a second. Positive floats sort as their bits do, so that the upper bits give
 * the level, or the one below where the next one begins among floats of the same upper bits: a comparison settles it.
 */
function logarithmic(values: Float64Array, { low, high }: AssociationRange): Uint8Array<ArrayBuffer> {
  const step = Math.log(high / low) / LAST_LEVEL;
  // Narrower than the upper bits can tell apart; over so short a way a logarithm is a straight line.
  if (step < NARROWEST) return linear(values, { low, high, clipped: false });
  const begins = Float64Array.from({ length: LAST_LEVEL + 2 }, (_, level) =>
    level > LAST_LEVEL ? Infinity : low * Math.exp((level - 0.5) * step),
  );
  const first = upperBits(low);
  const table = new Uint8Array(upperBits(high) - first + 1);
  for (let i = 0, level = 0; i < table.length; i++) {
    while (fromUpperBits(first + i) >= begins[level + 1]!) level++;
    table[i] = level;
  }
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const levels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= high) levels[i] = LAST_LEVEL;
    else if (value > low) {
      const level = table[(words[2 * i + 1]! >>> DROPPED) - first]!;
      levels[i] = level + Number(value >= begins[level + 1]!);
    } else levels[i] = value <= low ? 0 : NO_VALUE;
  }
  return levels;
}

function upperBits(value: number): number {
  return new Uint32Array(Float64Array.of(value).buffer)[1]! >>> DROPPED;
}

function fromUpperBits(bits: number): number {
  return new Float64Array(Uint32Array.of(0, bits << DROPPED).buffer)[0]!;
}
