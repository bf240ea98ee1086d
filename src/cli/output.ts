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
