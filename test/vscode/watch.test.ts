import { copyFile, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { useWorkbench } from './harness/fixture';
import { openContainer, treeItem } from './harness/parts';
import { CHECKPOINT } from './harness/sample';
import { until } from './harness/wait';

/** While a model trains. */
describe('a watched folder', () => {
  const workbench = useWorkbench({
    settings: { 'modscope.watch': ['runs/**/*.ckpt'] },
    prepare: async (folder) => {
      await mkdir(join(folder, 'runs/1'), { recursive: true });
    },
  });
  const analyzed = (name: string): Promise<unknown> =>
    until(
      `the result of ${name}`,
      async () => /Q 0\.\d{3}/.test(await treeItem(workbench().page, name).innerText()),
      60,
    );

  test('has a checkpoint analyzed that is written piece by piece', async () => {
    const { page, folder } = workbench();
    await openContainer(page, 'Modscope');
    await treeItem(page, 'digits_l1').waitFor();
    const bytes = await readFile(join(folder, CHECKPOINT));
    const file = await open(join(folder, 'runs/1/epoch=1.ckpt'), 'w');
    const size = Math.ceil(bytes.length / 8);
    for (let i = 0; i < 8; i++) {
      await file.write(bytes.subarray(i * size, (i + 1) * size));
      await file.sync();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    await file.close();
    await analyzed('epoch=1.ckpt');
    expect(await workbench().log('Modscope')).not.toMatch(/epoch=1.*failed/);
  });

  test('has a checkpoint analyzed that comes with the folder it is in', async () => {
    const { folder } = workbench();
    for (const [i, run] of ['runs/2', 'runs/3/checkpoints'].entries()) {
      await mkdir(join(folder, run), { recursive: true });
      await copyFile(join(folder, CHECKPOINT), join(folder, run, `first=${i}.ckpt`));
    }
    await analyzed('first=0.ckpt');
    await analyzed('first=1.ckpt');
  });

  test('has a checkpoint analyzed again when training writes over it', async () => {
    const { page, folder } = workbench();
    const before = await treeItem(page, 'epoch=1.ckpt').innerText();
    const other = join(folder, 'checkpoints/digits_l1=0.001_run=0.ckpt');
    await copyFile(other, join(folder, 'runs/1/epoch=1.ckpt'));
    await until(
      'another Q',
      async () => {
        const now = await treeItem(page, 'epoch=1.ckpt').innerText();
        return /Q 0\.\d{3}/.test(now) && now !== before;
      },
      60,
    );
  });

  test('leaves alone what is outside of it', async () => {
    const { page } = workbench();
    expect(await treeItem(page, 'digits_l1').innerText()).toContain('not analyzed');
  });
});
