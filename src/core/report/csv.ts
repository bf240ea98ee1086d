import { printable } from '../base/text';
import { MEASURES } from '../measures';
import type { Report } from '../report';
import { flatten } from './flatten';

/** What a row shows of a checkpoint's report. */
export type StudyRow = Pick<Report, 'checkpoint' | 'stats' | 'layers'>;

type Value = null | boolean | number | string;
type Section = (row: StudyRow) => Iterable<readonly [column: string, value: Value]>;

/**
 * A study as CSV (RFC 4180, UTF-8, line feeds): a header and one row per checkpoint. Columns are path, format,
 * hp.<hyper-parameter>, statistics, then <layer>.<measure>.q and .clusters, and .z where there is a null model; what a
 * checkpoint does not have is empty.
 */
export function studyCsv(rows: readonly StudyRow[]): string {
  const values = rows.map((row) => SECTIONS.map((section) => new Map(section(row))));
  // Section by section, so that a column only some rows have stands with its like.
  const columns = SECTIONS.map((_, i) => [...new Set(values.flatMap((row) => [...row[i]!.keys()]))]);
  const lines = values.map((row) => columns.flatMap((names, i) => names.map((name) => row[i]!.get(name))));
  return [columns.flat(), ...lines].map(csvLine).join('');
}

const SECTIONS: readonly Section[] = [
  ({ checkpoint }) => [
    ['path', checkpoint.path],
    ['format', checkpoint.format],
  ],
  ({ checkpoint }) => [...flatten(checkpoint.hyperParameters)].map(([key, value]) => [`hp.${key}`, value]),
  ({ stats }) => [
    ...(['train', 'val', 'test'] as const).flatMap((name): [string, number][] => {
      const split = stats[name];
      return split === undefined
        ? []
        : [
            [`${name}.loss`, split.loss],
            [`${name}.accuracy`, split.accuracy],
          ];
    }),
    ['l1Norm', stats.l1Norm],
    ['l2Norm', stats.l2Norm],
    ['nuclearNorm', stats.nuclearNorm],
    ['sparsity', stats.sparsity],
  ],
  ({ layers }) =>
    layers.flatMap((layer) =>
      MEASURES.flatMap((measure): [string, number | null][] => {
        const result = layer.methods[measure];
        if (result === undefined) return [];
        const column = `${layer.name}.${measure}`;
        const z: [string, number | null][] = result.null === null ? [] : [[`${column}.z`, result.null.z]];
        return [[`${column}.q`, result.q], [`${column}.clusters`, result.count], ...z];
      }),
    ),
];

/** A line with its end; null and undefined are empty. */
export function csvLine(values: readonly (Value | undefined)[]): string {
  return `${values.map(cell).join(',')}\n`;
}

function cell(value: Value | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Strings a spreadsheet would run as a formula are made text by an apostrophe (OWASP, "CSV injection"). */
function quoted(value: string): string {
  const text = printable(value, 1000);
  const inert = /^\s*[=+\-@＝＋－＠]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",;\s]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
