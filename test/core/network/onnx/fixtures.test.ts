import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { networkFromOnnx, networkFromOnnxFor } from '../../../../src/core/network/onnx/from-onnx';
import { logitsOf, readNpy, worst } from '../../../support/logits';

const FOLDER = join(import.meta.dirname, '../../../fixtures/onnx');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.onnx'));
/** Sums in float32 of a few hundred terms of about 1. */
const TOLERANCE = 1e-6;

const path = (name: string) => join(FOLDER, name);
const open = (name: string) => openCheckpoint(path(name));

async function expected(file: string) {
  const net = file.split('_')[0] ?? '';
  const [x, logits] = [await readNpy(path(`${net}_x.npy`)), await readNpy(path(`${net}_logits.npy`))];
  return { net, x: Float32Array.from(x.data), samples: x.shape[0] ?? 0, logits: logits.data };
}

test.each(FILES)("%s gives PyTorch's logits", async (file) => {
  const { x, samples, logits } = await expected(file);
  const checkpoint = await open(file);
  const network = await networkFromOnnx(checkpoint);
  expect(worst(await logitsOf(checkpoint, network, x, samples), logits)).toBeLessThan(TOLERANCE);
  await checkpoint.close();
});

test.each(FILES.filter((name) => /_(script|dynamo)/.test(name)))(
  '%s is the graph of the PyTorch checkpoint',
  async (file) => {
    const { net, x, samples, logits } = await expected(file);
    const [checkpoint, onnx] = [await open(`${net}.pth`), await open(file)];
    const network = await networkFromOnnxFor(checkpoint, onnx);
    await onnx.close();
    expect(worst(await logitsOf(checkpoint, network, x, samples), logits)).toBeLessThan(TOLERANCE);
    const parameters = [...checkpoint.tensors.keys()].filter((name) => !name.endsWith('num_batches_tracked'));
    const count = parameters.length;
    expect(network.source).toBe(`the ONNX graph ${file}`);
    expect(network.notes.at(-1)).toContain(`${count} of ${count} parameters matched by name`);
    await checkpoint.close();
  },
);
