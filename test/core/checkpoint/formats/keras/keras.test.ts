import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../../src/core/checkpoint/formats/open';

const open = (name: string) => openCheckpoint(join(import.meta.dirname, '../../../../fixtures/keras', name));

const MLP = [
  ...['batch_normalization/beta', 'batch_normalization/gamma'],
  ...['batch_normalization/moving_mean', 'batch_normalization/moving_variance'],
  ...['dense/bias', 'dense/kernel', 'dense_1/bias', 'dense_1/kernel', 'dense_2/bias', 'dense_2/kernel'],
];

test.each([
  ['mlp.keras', 'Keras'],
  ['mlp.weights.h5', 'Keras weights'],
  ['mlp_2.h5', 'Keras HDF5'],
  ['mlp_2.weights.h5', 'Keras weights'],
])('%s: the names that Keras shows', async (name, format) => {
  const checkpoint = await open(name);
  const weights = [...checkpoint.tensors.values()].filter(({ role }) => role === 'weight');
  expect(checkpoint.format).toBe(format);
  expect(weights.map((tensor) => tensor.name).sort()).toEqual(MLP);
  expect(checkpoint.tensors.get('dense/kernel')?.shape).toEqual([6, 7]);
  await checkpoint.close();
});

test.each(['functional.keras', 'functional.h5', 'functional_2.keras', 'functional_2.h5'])(
  '%s: models in the model come before their layers',
  async (name) => {
    const checkpoint = await open(name);
    expect(checkpoint.tensors.get('head/deep/kernel')?.shape).toEqual([44, 6]);
    expect(checkpoint.tensors.get('head/norm/gamma')?.shape).toEqual([6]);
    expect(checkpoint.tensors.get('separable/pointwise_kernel')?.shape).toEqual([1, 1, 4, 5]);
    await checkpoint.close();
  },
);

test('the same values in the formats of one model', async () => {
  const [zip, whole] = await Promise.all(['functional.keras', 'functional.h5'].map(open));
  for (const { name, role } of whole?.tensors.values() ?? [])
    if (role === 'weight') expect(await zip?.read(name)).toEqual(await whole?.read(name));
  expect(whole?.tensors.size).toBeGreaterThan(15);
  await Promise.all([zip?.close(), whole?.close()]);
});

test('hyper-parameters are those of the compilation', async () => {
  const checkpoint = await open('features.keras');
  expect(checkpoint.hyperParameters).toMatchObject({ loss: 'mse', optimizer: 'SGD', momentum: 0 });
  expect(checkpoint.metadata).toMatchObject({ keras_version: '3.15.1' });
  await checkpoint.close();
});
