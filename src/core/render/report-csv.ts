import type { PlainValue } from '../base/plain-value';
import { printable } from '../base/text';
import { familyOf, inOrder, MEASURES } from '../measures';
import type { Report } from '../report';

/** What a row shows of a checkpoint's report. */
type StudyRow = Pick<Report, 'checkpoint' | 'stats' | 'layers'>;

type Scalar = null | boolean | number | string;
type Section = (row: StudyRow) => Iterable<readonly [column: string, value: Scalar]>;

/**
 * A study as one wide CSV table (RFC 4180, UTF-8, line feeds): a header and one row per checkpoint. Columns are path, format,
 * hp.<hyper-parameter>, statistics, then <layer>.<measure>.q and .clusters, and .z where there is a null model; what a
 * checkpoint does not have is empty. Every row is seen twice, so that no more than one is ever held: first for its columns,
 * then for its line.
 */
export class StudyCsv {
  // Section by section, so that a column only some rows have stands with its like.
  readonly #columns = SECTIONS.map(() => new Set<string>());

  addColumns(row: StudyRow): void {
    SECTIONS.forEach((section, i) => {
      for (const [name] of section(row)) this.#columns[i]?.add(name);
    });
  }

  header(): string {
    return csvLine(this.#columns.flatMap((names) => [...names]));
  }

  line(row: StudyRow): string {
    return csvLine(
      SECTIONS.flatMap((section, i) => {
        const values = new Map(section(row));
        return [...(this.#columns[i] ?? [])].map((name) => values.get(name));
      }),
    );
  }
}

const SECTIONS: readonly Section[] = [
  ({ checkpoint }) => [
    ['path', checkpoint.path],
    ['format', checkpoint.format],
  ],
  ({ checkpoint }) => [...flatten(checkpoint.hyperParameters)].map(([key, value]) => [`hp.${key}`, value]),
  ({ stats }) => [
    ...(['train', 'val', 'test'] as const).flatMap((name) => {
      const { loss, accuracy, r2 } = stats[name] ?? {};
      const columns: [string, number | null | undefined][] = [
        [`${name}.loss`, loss],
        [`${name}.accuracy`, accuracy],
        [`${name}.r2`, r2],
      ];
      return columns.flatMap(([column, value]): [string, number | null][] =>
        value === undefined ? [] : [[column, value]],
      );
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
function csvLine(values: readonly (Scalar | undefined)[]): string {
  return `${values.map(cell).join(',')}\n`;
}

function cell(value: Scalar | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? csvText(value) : String(value);
}

/** Text as a cell. What a spreadsheet would run as a formula is made text by an apostrophe (OWASP, "CSV injection"). */
export function csvText(value: string): string {
  const text = printable(value, 1000);
  const inert = /^\s*[=+\-@＝＋－＠]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",;\s]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

const HEADER = [
  'layer',
  'kind',
  'units',
  'shape',
  'method',
  'family',
  'q',
  'clusters',
  'soft_clusters',
  'dead_units',
  'null_kind',
  'null_mean',
  'null_sd',
  'z',
  'p',
  'stability',
  'standard_error',
];

/** A report as CSV (RFC 4180): a header, and a row per layer and measure; what is undefined is empty. */
export function layersCsv({ layers }: Pick<Report, 'layers'>): string {
  const rows = layers.flatMap((layer) =>
    inOrder(Object.keys(layer.methods)).flatMap((measure) => {
      const result = layer.methods[measure];
      if (result === undefined) return [];
      const { q, count, softCount, clusters, null: model, stability, standardError } = result;
      const dead = clusters.filter((label) => label < 0).length;
      const test = [model?.kind, model?.mean, model?.sd, model?.z, model?.p];
      const about = [layer.name, layer.kind, layer.units, layer.shape.join('x'), measure, familyOf(measure)];
      return [[...about, q, count, softCount, dead, ...test, stability, standardError]];
    }),
  );
  return [HEADER, ...rows].map(csvLine).join('');
}

/** Hyper-parameters nest a few levels; what is deeper is no setting. */
const MAX_DEPTH = 4;

/** The scalars of nested hyper-parameters under dotted keys: { model: { width: 64 } } → model.width. Lists are left out. */
export function flatten(values: Readonly<Record<string, PlainValue>>): Map<string, Scalar> {
  const flat = new Map<string, Scalar>();
  const visit = (value: PlainValue, key: string, depth: number): void => {
    if (value === null || typeof value !== 'object') {
      flat.set(key, value);
    } else if (!Array.isArray(value) && depth < MAX_DEPTH) {
      for (const [name, item] of Object.entries(value)) visit(item, `${key}.${name}`, depth + 1);
    }
  };
  for (const [name, item] of Object.entries(values)) visit(item, name, 1);
  return flat;
}
