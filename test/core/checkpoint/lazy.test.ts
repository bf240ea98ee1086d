import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/core/checkpoint/formats/open';
import { countReads } from '../../support/counting';
import { sparseSafetensors, sparseTorchZip } from '../../support/sparse';
import { temporaryFolder } from '../../support/temporary';

const folder = temporaryFolder();
const MEGABYTE = 1e6;

it.each([
  ['4 GB of safetensors', 'model.safetensors', sparseSafetensors, 2 ** 32, 2 ** 30 - 1],
  ['a PyTorch zip of 2 GB', 'model.pt', sparseTorchZip, 2 ** 31, 2 ** 29],
] as const)('%s are listed without being read', async (_, name, make, size, values) => {
  const path = join(folder, name);
  make(path, size);
  const { open, bytesRead } = countReads();
  const checkpoint = await openCheckpoint(path, open);
  expect(checkpoint.tensors.get('big')?.shape).toEqual([values]);
  expect(bytesRead()).toBeLessThan(MEGABYTE);
  await checkpoint.close();
});

it('a tensor is read without what lies before it', async () => {
  const path = join(folder, 'small.safetensors');
  sparseSafetensors(path, 2 ** 32);
  const { open, bytesRead } = countReads();
  const checkpoint = await openCheckpoint(path, open);
  expect((await checkpoint.read('small')).data).toEqual(Float32Array.of(0));
  expect(bytesRead()).toBeLessThan(10_000);
  await checkpoint.close();
});
