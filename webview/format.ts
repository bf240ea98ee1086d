import { readable } from '../src/core/base/text';

/** Stands for a number that is not defined. */
const MISSING = '–';

/** With so many decimals; never "-0.00". */
export const fixed = (value: number | null | undefined, decimals: number): string =>
  value === null || value === undefined ? MISSING : value.toFixed(decimals).replace(/^-(?=0\.0*$)/, '');

/** How numbers are written: rounded for reading, or in full for copying. */
export type Write = (value: number | null, digits?: number) => string;

/** So many significant digits; very large and very small numbers as 1.2e-5. */
export const rounded: Write = (value, digits = 4) => {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(digits - 1)
    : readable(value, digits);
};

/** Every digit; nothing for a number that is not defined. */
export const full: Write = (value) => (value === null ? '' : String(value));

/** @param share 0 … 1 */
export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** @param share an error divided by what it is the error of: it may be far below a percent */
export const relativeError = (share: number): string => `${rounded(100 * share, 2)} %`;

/** The message of what was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A table; its first row names the columns. */
export type Rows = readonly (readonly (string | number)[])[];

/** The table as spreadsheets take it. */
export const tsv = (rows: Rows): string =>
  rows.map((row) => row.map((cell) => String(cell).replace(/[\t\r\n]/g, ' ')).join('\t')).join('\n');
