import type { Summary } from '../../src/core/study/curves';

/** With a true minus sign. */
export function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', '−');
}

/** "0.612 [0.601, 0.622]": a mean over runs and its 95 % interval. */
export function withInterval({ mean, interval }: Summary): string {
  if (mean === null) return '–';
  const range = interval === null ? '' : ` [${interval.map((end) => fixed(end, 3)).join(', ')}]`;
  return `${fixed(mean, 3)}${range}`;
}

/** "0.123 ± 0.004 (5)": a mean over runs, its standard error, and how many there are. */
export function withError(point: Summary | undefined): string {
  if (point === undefined || point.mean === null) return '–';
  const error = point.se === null ? '' : ` ± ${point.se.toFixed(3)}`;
  return `${fixed(point.mean, 3)}${error} (${point.n})`;
}
