import { type ProgressListener, type Stage, STAGES } from '../core/analysis/progress';

/** Rows of text in columns: the first left-aligned, the others right-aligned. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...rows.map((row) => row[c]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The longest line of `namedLines`, in characters. */
const LINE = 80;

/** Names and what is to be said of each, lists broken at their commas so that no line is long. */
export function namedLines(rows: readonly (readonly [string, string])[]): string {
  const indent = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows
    .map(([name, text]) => {
      const lines: string[] = [];
      for (const part of text.split(/(?<=,) /)) {
        const last = lines.at(-1);
        if (last !== undefined && indent + last.length + 1 + part.length <= LINE) {
          lines[lines.length - 1] = `${last} ${part}`;
        } else lines.push(part);
      }
      return `${name.padEnd(indent)}${lines.join(`\n${' '.repeat(indent)}`)}`;
    })
    .join('\n');
}

/** A number of a table; a dash where it is undefined. */
export function tableNumber(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

const SAYS: Record<Stage, string> = {
  read: 'reading',
  compute: 'computing the measures',
  statistics: 'computing statistics',
  cluster: 'clustering',
  nulls: 'clustering null networks',
  agree: 'comparing the methods',
  write: 'writing the report',
};

/** Progress on standard error: one line that is rewritten in a terminal, nothing elsewhere. */
export function progressLine(name: string, stream: NodeJS.WriteStream = process.stderr): ProgressListener {
  if (!stream.isTTY) return () => undefined;
  return (stage, done, total) => {
    const share = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
    const step = `[${STAGES.indexOf(stage) + 1}/${STAGES.length}]`;
    stream.write(`\r\u001b[K${step} ${name}: ${SAYS[stage]}${share}`);
  };
}

/** Removes the progress line, so that what follows stands at the beginning of a line. */
export function clearProgress(stream: NodeJS.WriteStream = process.stderr): void {
  if (stream.isTTY) stream.write('\r\u001b[K');
}
