/** A binary floating-point format of one or two bytes: a sign bit, the exponent, the mantissa. */
export interface SmallFloat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  /** False for "fn" formats: the largest exponent is an ordinary one, and only all ones are NaN. */
  readonly hasInfinity: boolean;
}

/** IEEE 754 binary16. */
export const HALF: SmallFloat = { exponentBits: 5, mantissaBits: 10, hasInfinity: true };
/** float8_e4m3fn and float8_e5m2: Micikevicius et al., "FP8 Formats for Deep Learning", 2022, table 1. */
export const E4M3: SmallFloat = { exponentBits: 4, mantissaBits: 3, hasInfinity: false };
export const E5M2: SmallFloat = { exponentBits: 5, mantissaBits: 2, hasInfinity: true };

const tables = new Map<SmallFloat, Float32Array>();

/** The value of every code; float32 holds each exactly. Made once: 256 KB for two bytes, 1 KB for one. */
export function smallFloats(format: SmallFloat): Float32Array {
  let table = tables.get(format);
  if (table === undefined) {
    const codes = 2 ** (1 + format.exponentBits + format.mantissaBits);
    table = Float32Array.from({ length: codes }, (_, code) => valueOf(format, code));
    tables.set(format, table);
  }
  return table;
}

function valueOf({ exponentBits, mantissaBits, hasInfinity }: SmallFloat, code: number): number {
  const mantissa = (code & (2 ** mantissaBits - 1)) / 2 ** mantissaBits;
  const exponent = (code >> mantissaBits) & (2 ** exponentBits - 1);
  const sign = code >> (exponentBits + mantissaBits) === 0 ? 1 : -1;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) {
    if (hasInfinity) return mantissa === 0 ? sign * Infinity : NaN;
    if (mantissa === 1 - 2 ** -mantissaBits) return NaN;
  }
  // The lowest exponent has no leading 1: zeros and subnormal numbers.
  const magnitude = exponent === 0 ? mantissa * 2 ** (1 - bias) : (1 + mantissa) * 2 ** (exponent - bias);
  return sign * magnitude;
}
