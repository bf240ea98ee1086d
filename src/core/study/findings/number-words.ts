import type { Interval } from '../statistics/bootstrap-interval';

// Numbers in sentences. Those that are mostly below 1 have no zero before the point, as is usual of correlations and p.

/** "p < .05" is what "found" means. */
export const SIGNIFICANT = 0.05;

/** ".90", "−.35", "1.00". */
export function decimal(value: number, digits = 2): string {
  const text = Math.abs(value)
    .toFixed(digits)
    .replace(/^0(?=\.)/, '');
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** "+.28", "−.03", ".00". */
export function signed(value: number): string {
  const text = decimal(value);
  return /^−|^\.0+$/.test(text) ? text : `+${text}`;
}

/** " [.25, .31]"; nothing where there is none. */
export function bracketed(interval: Interval | null, format: (value: number) => string = decimal): string {
  return interval === null ? '' : ` [${format(interval[0])}, ${format(interval[1])}]`;
}

/** "p < .001", "p = .012", "p = .80"; rounded up, so that nothing looks smaller than it is. */
export function pInWords(p: number): string {
  if (p < 0.001) return 'p < .001';
  const digits = p < 0.1 ? 3 : 2;
  // What is rounded in binary does not count as more.
  const scale = 10 ** digits;
  return `p = ${decimal(Math.min(1, Math.ceil(p * scale - 1e-9) / scale), digits)}`;
}
