import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { Outcome, Row, Table } from '../../src/core/study/tables';
import { writeTables } from '../../src/store/table-files';
import { exampleManifest } from '../core/study/study-example';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();

async function* outcomes(count: number): AsyncGenerator<Outcome> {
  const [entry] = exampleManifest().checkpoints;
  if (entry === undefined) throw new Error('the example has checkpoints');
  for (let index = 0; index < count; index++) {
    yield await Promise.resolve({ entry, result: null, failure: null, untrained: null });
  }
}

/** A table that has the next of the lists of rows for every outcome. */
function tableOf(rows: readonly (readonly Row[])[]): Table {
  let next = 0;
  return {
    name: 'modularity',
    columns: [
      { name: 'hp.name', type: 'text' },
      { name: '=q', type: 'number' },
      { name: 'clusters', type: 'integer' },
      { name: 'best', type: 'boolean' },
    ],
    rowsOf: () => rows[next++] ?? [],
  };
}

/** The rows of {"columns": […], "data": [[…], …]}. */
function objects(json: string): Record<string, unknown>[] {
  const { columns, data } = JSON.parse(json) as { columns: string[]; data: unknown[][] };
  return data.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
}

async function written(name: string, rows: readonly (readonly Row[])[]) {
  const to = join(folder, name);
  const [csv = '', json = '', parquet = ''] = await writeTables(to, [tableOf(rows)], outcomes(rows.length));
  return {
    names: readdirSync(to),
    csv: parse(readFileSync(csv), { columns: false }),
    json: objects(readFileSync(json, 'utf8')),
    parquet: await parquetReadObjects({ file: await asyncBufferFromFile(parquet) }),
  };
}

describe('the files of tables', () => {
  const ROWS: readonly (readonly Row[])[] = [
    [
      ['=1+1', 0.1 + 0.2, 3, true],
      ['ä "quoted", ☃', -1e-300, 0, false],
    ],
    [],
    [[null, null, null, null]],
  ];

  it('hold the same in every format, numbers to the last digit', async () => {
    const { names, csv, json, parquet } = await written('same', ROWS);
    expect(names).toEqual(['modularity.csv', 'modularity.json', 'modularity.parquet']);
    const expected = ROWS.flat().map(([name, q, clusters, best]) => ({
      'hp.name': name,
      '=q': q,
      clusters,
      best,
    }));
    expect(json).toEqual(expected);
    expect(parquet).toEqual(expected);
    expect(csv).toEqual([
      ['hp.name', "'=q", 'clusters', 'best'],
      ["'=1+1", '0.30000000000000004', '3', 'true'],
      ['ä "quoted", ☃', '-1e-300', '0', 'false'],
      ['', '', '', ''],
    ]);
  });

  it('are tables even without a row', async () => {
    const { csv, json, parquet } = await written('empty', []);
    expect(csv).toHaveLength(1);
    expect(json).toEqual([]);
    expect(parquet).toEqual([]);
  });

  it('are written while the rows come, in several row groups', async () => {
    const rows = Array.from({ length: 50 }, (_, outcome) =>
      Array.from({ length: 1000 }, (__, at): Row => [`${outcome}`, outcome + at / 7, at, null]),
    );
    const { csv, json, parquet } = await written('many', rows);
    expect(csv).toHaveLength(50_001);
    expect(json).toHaveLength(50_000);
    expect(parquet).toHaveLength(50_000);
    expect(parquet[49_999]).toEqual(json[49_999]);
  });

  it('leave what stood there where they cannot be completed', async () => {
    await written('kept', ROWS);
    const table = tableOf([]);
    const failing = {
      ...table,
      rowsOf: () => {
        throw new RangeError('a fault');
      },
    };
    await expect(writeTables(join(folder, 'kept'), [failing], outcomes(1))).rejects.toThrow('a fault');
    expect(readdirSync(join(folder, 'kept'))).toHaveLength(3);
    expect(readFileSync(join(folder, 'kept/modularity.csv'), 'utf8')).toContain("'=1+1");
  });
});
