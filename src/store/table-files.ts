import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { replaceFile } from '../core/file/local';
import { csvText } from '../core/render/report-csv';
import type { Scalar } from '../core/study/describe';
import type { Column, Outcome, Row, Table } from '../core/study/tables';

/** Rows, and how their values are written that are not text: making digits of numbers takes the most time. */
interface Rows {
  readonly values: readonly Row[];
  readonly digits: readonly (readonly string[])[];
}

/** Takes the rows of a table, some at a time, and gives the bytes of its file. */
interface Encoder {
  add(rows: Rows): Iterable<string | Uint8Array>;
  finish(): Iterable<string | Uint8Array>;
}

const FORMATS: Readonly<Record<string, (columns: readonly Column[]) => Encoder>> = {
  csv: csvEncoder,
  json: jsonEncoder,
  parquet: (columns) => new ParquetEncoder(columns),
};

/**
 * Writes tables as .csv, .json and .parquet while the outcomes come, with the rows of a few of them in memory.
 * @returns the files, each of which took its place when all were complete
 * @throws InputError where they cannot be written
 */
export async function writeTables(
  folder: string,
  tables: readonly Table[],
  outcomes: AsyncIterable<Outcome>,
): Promise<string[]> {
  const files = tables.flatMap((table) =>
    Object.entries(FORMATS).map(([ending, encoder]) => ({
      path: join(folder, `${table.name}.${ending}`),
      table,
      encoder: encoder(table.columns),
    })),
  );
  await withFiles(
    files.map(({ path }) => path),
    async (outputs) => {
      for await (const outcome of outcomes) {
        const rows = new Map(tables.map((table) => [table, withDigits(table.rowsOf(outcome))]));
        for (const [at, { table, encoder }] of files.entries()) {
          for (const piece of encoder.add(rows.get(table) ?? NO_ROWS)) await outputs[at]?.write(piece);
        }
      }
      for (const [at, { encoder }] of files.entries()) {
        for (const piece of encoder.finish()) await outputs[at]?.write(piece);
      }
    },
  );
  return files.map(({ path }) => path);
}

const NO_ROWS: Rows = { values: [], digits: [] };

function withDigits(values: readonly Row[]): Rows {
  const digits = values.map((row) => row.map((value) => (typeof value === 'string' ? '' : String(value))));
  return { values, digits };
}

/** Opens all files under temporary names; they take their own when `use` is through. */
async function withFiles(
  paths: readonly string[],
  use: (outputs: readonly Output[]) => Promise<void>,
  opened: readonly Output[] = [],
): Promise<void> {
  const [path, ...others] = paths;
  if (path === undefined) return use(opened);
  await replaceFile(path, async (temporary) => {
    const output = new Output(await open(temporary, 'wx'));
    try {
      await withFiles(others, use, [...opened, output]);
      await output.flush();
    } finally {
      await output.close();
    }
  });
}

/** Bytes that are gathered before they are written. */
const CHUNK = 1 << 20;

/** A file that is written from its beginning to its end. */
class Output {
  #waiting: Buffer[] = [];
  #bytes = 0;

  constructor(private readonly handle: FileHandle) {}

  async write(piece: string | Uint8Array): Promise<void> {
    const bytes = Buffer.from(piece);
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= CHUNK) await this.#drain();
  }

  /** All of it to the disk. */
  async flush(): Promise<void> {
    await this.#drain();
    await this.handle.sync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  async #drain(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#bytes = 0;
    await this.handle.writeFile(bytes); // from where it stands
  }
}

/** A header and a line per row (RFC 4180); what is undefined is empty. */
function csvEncoder(columns: readonly Column[]): Encoder {
  const text = remembered(csvText);
  const cell = (value: Scalar, digits = ''): string => {
    if (typeof value === 'string') return text(value);
    return value === null ? '' : digits;
  };
  let header = line(columns.map(({ name }) => csvText(name)));
  const take = (): string => {
    const first = header;
    header = '';
    return first;
  };
  return {
    *add({ values, digits }) {
      yield (
        take() +
        values.map((row, at) => line(row.map((value, column) => cell(value, digits[at]?.[column])))).join('')
      );
    },
    *finish() {
      yield take();
    },
  };
}

function line(cells: readonly string[]): string {
  return `${cells.join(',')}\n`;
}

/**
 * {"columns": […], "data": [[…], …]}, a row a line: what pandas calls orient="split". With the names in every row the
 * agreement of a few thousand checkpoints would be longer than a string can be.
 */
function jsonEncoder(columns: readonly Column[]): Encoder {
  const text = remembered((value) => JSON.stringify(value));
  const cell = (value: Scalar, digits = 'null'): string => (typeof value === 'string' ? text(value) : digits);
  const names = JSON.stringify(columns.map(({ name }) => name));
  const start = `{"columns":${names},"data":[\n`;
  let before = start;
  return {
    *add({ values, digits }) {
      if (values.length === 0) return;
      const line = (row: Row, at: number): string =>
        `[${row.map((value, column) => cell(value, digits[at]?.[column])).join(',')}]`;
      yield before + values.map(line).join(',\n');
      before = ',\n';
    },
    *finish() {
      yield `${before === start ? start : '\n'}]}\n`;
    },
  };
}

/** Texts that are remembered: those of a row come again in most of the next ones. */
const REMEMBERED = 1000;

function remembered(encode: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= REMEMBERED) known.clear();
    const encoded = encode(text);
    known.set(text, encoded);
    return encoded;
  };
}

/** Rows of a row group: what is held in memory. */
const ROW_GROUP = 20_000;

const PARQUET_TYPES = { text: 'STRING', number: 'DOUBLE', integer: 'INT32', boolean: 'BOOLEAN' } as const;

/** Apache Parquet, compressed with Snappy; every column may be null. */
class ParquetEncoder implements Encoder {
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #values: Scalar[][];
  #rows = 0;

  constructor(private readonly columns: readonly Column[]) {
    this.#values = columns.map(() => []);
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaFromColumnData({ columnData: this.#columnData() }),
      createdBy: 'modscope',
      statistics: false, // of use to queries of many files; a tenth of the time of all tables
    });
  }

  *add({ values }: Rows): Iterable<Uint8Array> {
    for (const row of values) {
      row.forEach((value, at) => this.#values[at]?.push(value));
    }
    this.#rows += values.length;
    if (this.#rows >= ROW_GROUP) yield this.#group();
  }

  *finish(): Iterable<Uint8Array> {
    if (this.#rows > 0) yield this.#group();
    void this.#writer.finish(); // at once: it writes into memory
    yield this.#taken();
  }

  #group(): Uint8Array {
    void this.#writer.write({ columnData: this.#columnData(), rowGroupSize: this.#rows }); // likewise
    this.#values = this.columns.map(() => []);
    this.#rows = 0;
    return this.#taken();
  }

  #columnData() {
    return this.columns.map(({ name, type }, at) => ({
      name,
      type: PARQUET_TYPES[type],
      nullable: true,
      data: this.#values[at] ?? [],
    }));
  }

  /** The bytes since the last time. The writer counts on from where it was. */
  #taken(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes.buffer, 0, this.#bytes.index).slice();
    this.#bytes.index = 0;
    return bytes;
  }
}
