import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/core/base/random';
import { field, graphModel, nodeProto, tensorProto } from '../support/onnx';
import { useWorkbench } from './harness/fixture';
import { openFile } from './harness/palette';
import { showsCells } from './harness/panel';
import { contextMenu, openContainer, treeItem } from './harness/parts';
import { commandLine, modularityLabels } from './harness/sample';
import { until } from './harness/wait';
import { webview } from './harness/webview';

const NAME = 'untrained.onnx';

/** 64-16-10 with tanh, of random weights. */
function model(): Uint8Array {
  const random = new Random(1);
  const tensor = (name: string, ...shape: number[]) => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform() - 0.5);
    return tensorProto(name, 'f32', shape, field(9, new Uint8Array(values.buffer)));
  };
  return graphModel(
    ['samples', 64],
    [
      nodeProto('Gemm', ['x', 'in.weight', 'in.bias'], ['a']),
      nodeProto('Tanh', ['a'], ['h']),
      nodeProto('Gemm', ['h', 'out.weight', 'out.bias'], ['y']),
    ],
    [
      tensor('in.weight', 64, 16),
      tensor('in.bias', 16),
      tensor('out.weight', 16, 10),
      tensor('out.bias', 10),
    ],
  );
}

describe('an ONNX model', () => {
  const workbench = useWorkbench({ prepare: (folder) => writeFile(join(folder, NAME), model()) });

  test('opens in the checkpoint editor', async () => {
    await openFile(workbench().page, NAME);
    const frame = await webview(workbench().page, '[role="treegrid"]');
    const row = frame.getByRole('row', { name: /in\.weight/ });
    expect((await row.getByRole('gridcell').allInnerTexts()).slice(1, 4)).toEqual([
      'f32',
      '64 × 16',
      '4.0 KB',
    ]);
  });

  test('analyzed from the Explorer shows the numbers of the command line', async () => {
    const { page, folder } = workbench();
    const row = page.locator('.explorer-folders-view [role="treeitem"]', { hasText: NAME });
    await contextMenu(page, row, 'Analyze Checkpoint');
    await showsCells(page, modularityLabels(await commandLine(folder, NAME)));
  });

  test('is in the side panel', async () => {
    const { page } = workbench();
    await openContainer(page, 'Modscope');
    const item = treeItem(page, NAME);
    await until('the result', async () => /Q 0\.\d{3}/.test(await item.innerText()));
  });
});
