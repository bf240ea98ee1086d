import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeCheckpoints } from '../../../src/core/study/describe';
import { oneTensor } from '../../support/safetensors';
import { temporaryFolder } from '../../support/temporary';

const folder = temporaryFolder();
const names = ['a/drop=0.1.safetensors', 'b/x.safetensors', 'b/y.safetensors'];
for (const name of ['a', 'b']) mkdirSync(join(folder, name));
for (const name of names) writeFileSync(join(folder, name), oneTensor('w', 1));
const paths = names.map((name) => join(folder, name));

/** Each checkpoint's hyper-parameters as the table leaves them. */
async function withTable(text: string): Promise<Record<string, unknown>[]> {
  const table = join(folder, 'runs.csv');
  writeFileSync(table, text);
  const all = await describeCheckpoints(paths, { table });
  return all.map(({ hyperParameters }) =>
    Object.fromEntries(Object.entries(hyperParameters).map(([key, { value }]) => [key, value])),
  );
}

describe("the user's table", () => {
  it('overrules; empty cells say nothing; columns of metrics, epoch and step are known', async () => {
    const table = join(folder, 'runs.csv');
    writeFileSync(
      table,
      '\uFEFFdrop,Path,val_loss,metrics.q,hp.loss,epoch,step\n' +
        '0.5,a/drop=0.1.safetensors,0.25,1,2,3,30\n,b/x.safetensors,,,,,\n"0,7",b/y.safetensors,,,,,\n',
    );
    const [a, x, y] = await describeCheckpoints(paths, { table });
    expect(a).toMatchObject({
      hyperParameters: { drop: { value: 0.5, source: 'runs.csv' }, loss: { value: 2 } },
      metrics: { val_loss: { value: 0.25, source: 'runs.csv' }, q: { value: 1 } },
      epoch: { value: 3, source: 'runs.csv' },
      step: { value: 30 },
    });
    expect(x?.hyperParameters).toEqual({});
    expect(y?.hyperParameters).toEqual({ drop: { value: '0,7', source: 'runs.csv' } });
  });

  it.each([
    ['paths from its own folder', 'path', names],
    ['whole paths', 'checkpoint', paths],
    ['file names', 'file', ['drop=0.1.safetensors', 'x.safetensors', 'y.safetensors']],
    ['runs', 'run', ['drop=0.1', 'x', 'y']],
  ])('finds checkpoints by %s', async (_, column, cells) => {
    const rows = cells.map((cell, index) => `${cell};${index}`);
    expect(await withTable(`${column};width\n${rows.join('\n')}\n`)).toEqual([
      { drop: 0.1, width: 0 },
      { width: 1 },
      { width: 2 },
    ]);
  });

  it('values that differ by rounding are one', async () => {
    expect(
      await withTable(
        'file,x,s\ndrop=0.1.safetensors,0.000009999999999999999,1000000001\nx.safetensors,1e-5,1000000002\ny.safetensors,0.00001001,3\n',
      ),
    ).toEqual([
      { drop: 0.1, x: 1e-5, s: 1000000001 },
      { x: 1e-5, s: 1000000002 },
      { x: 0.00001001, s: 3 },
    ]);
  });

  it('takes the column that names most: "run" may be a number beside "name"', async () => {
    expect(await withTable('run,name\n0,drop=0.1\n0,x\n1,y\n')).toEqual([
      { drop: 0.1, run: 0 },
      { run: 0 },
      { run: 1 },
    ]);
  });

  it.each([
    ['', 'has no rows below a header'],
    ['path,drop\n', 'has no rows below a header'],
    [
      'lr,drop\n1,2\n',
      'has no column that names these checkpoints (its columns are "lr", "drop"). Add a column',
    ],
    ['path,drop,drop\nx,1,2\n', 'has two columns "drop"'],
    ['path,drop\na/drop=0.1.safetensors,1\nb/x.safetensors,1,2\n', 'row 3 has 3 cells, and the header 2'],
    [
      'path,drop\na/drop=0.1.safetensors,1\n',
      `has no row for 2 checkpoints: ${paths[1]}, ${paths[2]}. Add one`,
    ],
    ['run,drop\ndrop=0.1,1\nx,1\ny,1\n\nx,2\n', `rows 3 and 5 are both for ${paths[1]}. Keep one of them`],
    ['path,"drop\n', 'is not a CSV table'],
  ])('%j is refused', async (text, message) => {
    await expect(withTable(text)).rejects.toThrow(`runs.csv: ${message}`);
  });

  it('that is not there is said so', async () => {
    await expect(describeCheckpoints(paths, { table: join(folder, 'no.csv') })).rejects.toThrow(
      'no such file',
    );
  });
});
