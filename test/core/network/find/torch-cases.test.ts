import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { withFile } from '../../../../src/core/file/local';
import { openNpz } from '../../../../src/core/file/npy';
import { networkOf } from '../../../../src/core/network/find/find';
import { logitsOf } from '../../../support/logits';

const CASES = join(import.meta.dirname, '../../../fixtures/cases');

/** Cross-entropy and accuracy as PyTorch gave them, to the digits that its maker printed. */
test.each([
  ['01-activation-recorded-in-file-ignored', 'whole.pt', 1.9255, 0.28, ['structure']],
  ['01-activation-recorded-in-file-ignored', 'script.pt', 1.9255, 0.28, []],
  ['01-activation-recorded-in-file-ignored', 'trace.pt', 1.9255, 0.28, []],
  ['12-residual-taken-for-chain', 'script.pt', 2.263, 0.2, []],
])('case %s: %s', async (folder, file, loss, accuracy, assumed) => {
  const data = await withFile(join(CASES, folder, 'data.npz'), async (npz) => {
    const arrays = await openNpz(npz);
    const read = async (name: string) => (await arrays.get(name)?.read())?.data ?? [];
    return { x: await read('x_test'), y: await read('y_test') };
  });
  const checkpoint = await openCheckpoint(join(CASES, folder, file));
  const network = await networkOf(checkpoint, {});
  if (network === null) throw new Error('the shape of a sample is needed');
  expect(network.assumptions.map(({ name }) => name)).toEqual(assumed);
  const samples = data.y.length;
  const logits = await logitsOf(checkpoint, network, Float32Array.from(data.x), samples);
  await checkpoint.close();
  const classes = logits.length / samples;
  let [sum, right] = [0, 0];
  for (const [i, label] of data.y.entries()) {
    const row = Array.from(logits.subarray(i * classes, (i + 1) * classes));
    const total = row.reduce((all, z) => all + Math.exp(z), 0);
    sum += Math.log(total) - (row[label] ?? NaN);
    if (row.indexOf(Math.max(...row)) === label) right++;
  }
  expect(sum / samples).toBeCloseTo(loss, 4);
  expect(right / samples).toBe(accuracy);
});
