/** Columns whose values are of the same runs, so that they can be resampled together. */
export interface Series {
  /** Which of the columns they are. */
  readonly columns: readonly number[];
  /** The runs that have a value. */
  readonly rows: readonly number[];
  /** The values of those runs, column by column. */
  readonly values: readonly Float64Array[];
}

/** @param columns each with a number or null of every run @returns columns without any number among them */
export function seriesOf(columns: readonly (readonly (number | null)[])[]): Series[] {
  const together = new Map<string, number[]>();
  columns.forEach((column, index) => {
    const known = column.map((value) => (value === null ? '0' : '1')).join('');
    const others = together.get(known);
    if (others === undefined) together.set(known, [index]);
    else others.push(index);
  });
  return [...together.values()].map((members) => {
    const first = columns[members[0]!]!;
    const rows = [...first.keys()].filter((row) => first[row] !== null);
    const values = members.map((member) => {
      const column = columns[member]!;
      return Float64Array.from(rows, (row) => column[row] ?? 0); // of none of them null
    });
    return { columns: members, rows, values };
  });
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Products of two numbers that a test or an interval takes at most, which bounds its time to a fraction of a second. */
const MOST_PRODUCTS = 1e8;
/** What drawing a run takes, in such products. */
const DRAWING = 10;

/** How often to draw runs for several statistics: as often as is wanted, less often where each draw takes long. */
export function affordable(
  runs: number,
  statistics: number,
  { most, least }: { readonly most: number; readonly least: number },
): number {
  const products = runs * (statistics + DRAWING);
  return Math.max(least, Math.min(most, Math.floor(MOST_PRODUCTS / Math.max(1, products))));
}
