import { readable } from '../../../src/core/base/text';

const missing = '–';

export const fixed = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? missing : value.toFixed(digits).replace(/^-(?=0\.0*$)/, '');

/** For reading; very large and small ones as 1.2e-5. */
export function exact(value: number | null, digits = 4): string {
  if (value === null || !Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(digits - 1)
    : readable(value, digits);
}

/** How numbers are written: for reading, or for copying. */
export type Write = (value: number | null, digits?: number) => string;

/** In full, for what is copied; nothing for what is not defined. */
export const full: Write = (value) => (value === null ? '' : String(value));

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Of an error relative to what it is the error of, which may be far below a percent. */
export const relative = (share: number): string => `${exact(100 * share, 2)} %`;

/** Of what was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Rows of cells, as spreadsheets take them. */
export const tsv = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows.map((row) => row.map((cell) => String(cell ?? '').replace(/[\t\r\n]/g, ' ')).join('\t')).join('\n');
