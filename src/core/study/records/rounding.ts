import type { Sourced } from './description';

/** More than people write, and fewer than a float32 tells apart. */
const DIGITS = 6;

/**
 * Makes values of one key that differ by rounding alone the same: 10 ** -5 of one program is 0.000009999999999999999,
 * 0.3 in float32 is 0.30000001192092896. All take the one that is written shortest, so that equal configurations are
 * equal. Whole numbers stay: seeds are long.
 */
export function unround(checkpoints: readonly Map<string, Sourced>[]): void {
  const shortest = new Map<string, number>();
  for (const values of checkpoints) {
    for (const [key, { value }] of values) {
      if (!isRounded(value)) continue;
      const name = nameOf(key, value);
      const other = shortest.get(name);
      if (other === undefined || String(value).length < String(other).length) shortest.set(name, value);
    }
  }
  for (const values of checkpoints) {
    for (const [key, { value, source }] of values) {
      const meant = isRounded(value) ? shortest.get(nameOf(key, value)) : undefined;
      if (meant !== undefined && meant !== value) values.set(key, { value: meant, source });
    }
  }
}

function isRounded(value: Sourced['value']): value is number {
  return typeof value === 'number' && !Number.isInteger(value);
}

function nameOf(key: string, value: number): string {
  return `${value.toPrecision(DIGITS)} ${key}`;
}
