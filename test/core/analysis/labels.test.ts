import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadData } from '../../../src/core/analysis/analysis-data';
import { InputError } from '../../../src/core/base/error';
import type { LossChoice } from '../../../src/core/choices';
import { resolveDataset } from '../../../src/core/dataset/choose';
import { folderWith, npy } from '../dataset/support';

/** Labels as they lie in a file, for a network of so many outputs. */
async function loaded(labels: readonly number[], outputs: number, asked: LossChoice = 'auto') {
  const folder = await folderWith({
    'x.npy': npy([labels.length, 2], new Array<number>(2 * labels.length).fill(0)),
    'y.npy': npy([labels.length], labels),
  });
  const { main } = await resolveDataset({ path: join(folder, 'x.npy') }, {}, [2]);
  const { data, assumptions } = await loadData(main, { outputs, ending: null }, null, asked);
  return [data.loss, [...data.targets], assumptions.map(({ name }) => name)];
}

it.each([
  [[1, 2, 1], 1, 'auto', 'binary_cross_entropy', [0, 1, 0], ['classes', 'loss']],
  [[1, 2, 1], 1, 'mean_squared_error', 'mean_squared_error', [1, 2, 1], []],
  [[1, 2, 5], 1, 'auto', 'mean_squared_error', [1, 2, 5], ['loss']],
  [[1, 2, 3], 1, 'auto', 'mean_squared_error', [1, 2, 3], ['loss']],
  [[1, 2, 3], 3, 'auto', 'cross_entropy', [0, 1, 2], ['classes']],
] as const)('labels %j of %i outputs, %s', async (labels, outputs, asked, loss, targets, assumed) => {
  expect(await loaded(labels, outputs, asked)).toEqual([loss, targets, assumed]);
});

it('what is wrong with labels is about the data', async () => {
  const error: unknown = await loaded([0.5, 1], 3).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  expect(error).toMatchObject({ about: 'data' });
});
