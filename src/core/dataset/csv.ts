import { join } from 'node:path';
import { withFile } from '../file/with-file';
import { assemble } from './assemble';
import { readRows } from './csv-rows';
import { parseRow, readLayout, rowOf, type TableLayout } from './csv-table';
import type { Dataset, DatasetOptions, DatasetReader, DatasetSource, Identity } from './dataset';
import { splitOfPath } from './split';

/** Tables of numbers, one sample a row: the label in a column of its own, the inputs in all others. */
export const csvReader: DatasetReader = {
  propose(folder, { files }, options) {
    const paths = files.filter((name) => /\.(csv|tsv)$/i.test(name)).map((name) => join(folder, name));
    return paths.map((path) => {
      const identity = splitOfPath(path, options.split);
      return {
        kind: 'CSV',
        paths: [path],
        set: identity.set,
        certain: false, // logs of training are tables too
        open: async () => [await openTable(path, identity, options)],
      };
    });
  },
};

async function openTable(path: string, identity: Identity, options: DatasetOptions): Promise<DatasetSource> {
  const layout = await withFile(path, (file) => readLayout(file, options.label), options.open);
  return {
    kind: 'CSV',
    paths: [path],
    ...identity,
    samples: null,
    sampleShape: [layout.columns - 1],
    layout: options.layout ?? null,
    load: (limit = Infinity) => loadTable(path, identity, layout, limit, options),
  };
}

async function loadTable(
  path: string,
  { split }: Identity,
  layout: TableLayout,
  limit: number,
  options: DatasetOptions,
): Promise<Dataset> {
  const size = layout.columns - 1;
  const rows: Float32Array[] = [];
  const labels: number[] = [];
  await withFile(
    path,
    async (file) => {
      for await (const cells of readRows(file, layout.header === null ? 0 : 1)) {
        const row = parseRow(path, layout, cells, rows.length);
        rows.push(row.inputs);
        labels.push(row.label);
        if (rows.length >= limit) break;
      }
    },
    options.open,
  );
  const inputs = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    inputs.set(row, i * size);
  });
  const place = (sample: number): string => `row ${rowOf(layout, sample)}`;
  return assemble({ path, split, sampleShape: [size], inputs, labelsPath: path, labels, place }, options);
}
