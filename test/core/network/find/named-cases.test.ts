import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { withFile } from '../../../../src/core/file/local';
import { openNpz } from '../../../../src/core/file/npy';
import { findNetwork } from '../../../../src/core/network/find/find';
import { logitsOf } from '../../../support/logits';

const CASES = join(import.meta.dirname, '../../../fixtures/cases');

/** Mean cross-entropy and accuracy, to the digits that the case states. */
async function judged(folder: string, file: string): Promise<{ loss: string; accuracy: string }> {
  const arrays = await withFile(join(CASES, folder, 'data.npz'), async (data) => {
    const found = await openNpz(data);
    return { x: await found.get('x_test')?.read(), y: await found.get('y_test')?.read() };
  });
  const labels = arrays.y?.data ?? [];
  const checkpoint = await openCheckpoint(join(CASES, folder, file));
  const network = findNetwork(checkpoint, undefined, [16]);
  const logits = await logitsOf(checkpoint, network, Float32Array.from(arrays.x?.data ?? []), labels.length);
  await checkpoint.close();
  const classes = logits.length / labels.length;
  let [loss, right] = [0, 0];
  for (const [i, label] of [...labels].entries()) {
    const row = [...logits.subarray(i * classes, (i + 1) * classes)];
    loss += Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - (row[label] ?? NaN);
    if (row.indexOf(Math.max(...row)) === label) right++;
  }
  return { loss: (loss / labels.length).toFixed(4), accuracy: (right / labels.length).toFixed(2) };
}

describe('cases that were wrong', () => {
  it.each([
    ['04-safetensors-shared-tensors', 'm.safetensors', '2.5138', '0.28'],
    ['04-safetensors-shared-tensors', 'm.pt', '2.5138', '0.28'],
    ['06-keras-names-in-wrong-order', 'keras.npz', '19.0665', '0.21'],
    ['06-keras-names-in-wrong-order', 'keras_dots.npz', '19.0665', '0.21'],
  ])('%s: %s', async (folder, file, loss, accuracy) => {
    expect(await judged(folder, file)).toEqual({ loss, accuracy });
  });
});
