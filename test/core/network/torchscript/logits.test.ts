import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { networkOf } from '../../../../src/core/network/find/find';
import { logitsOf, readNpy, worst } from '../../../support/logits';

const FOLDER = join(import.meta.dirname, '../../../fixtures/torchscript');
const FILES = readdirSync(FOLDER).filter((name) => /_(script|trace)\.pt$|_(open|two|core)\.pt2$/.test(name));
/** Sums in float32 of a few hundred terms of about 1. */
const TOLERANCE = 2e-6;

const path = (name: string) => join(FOLDER, name);

/** The input and PyTorch's logits for the network a file is named after. */
async function expected(file: string) {
  const net = file.split('_')[0] ?? '';
  const [x, logits] = [await readNpy(path(`${net}_x.npy`)), await readNpy(path(`${net}_logits.npy`))];
  const [samples = 0, ...shape] = x.shape;
  return { net, x: Float32Array.from(x.data), samples, shape, logits };
}

/** Logits without what a log-softmax takes off: both sides less their largest. */
function centred(values: ArrayLike<number>, classes: number): number[] {
  return Array.from(values, (value, i) => {
    const start = i - (i % classes);
    return value - Math.max(...Array.from({ length: classes }, (_, c) => values[start + c] ?? NaN));
  });
}

test.each(FILES)("%s gives PyTorch's logits", async (file) => {
  const { x, samples, shape, logits } = await expected(file);
  const checkpoint = await openCheckpoint(path(file));
  const network = await networkOf(checkpoint, {}, shape);
  if (network === null) throw new Error('the shape of a sample was given');
  const found = await logitsOf(checkpoint, network, x, samples);
  const classes = logits.shape[1] ?? 0;
  expect(worst(centred(found, classes), centred(logits.data, classes))).toBeLessThan(TOLERANCE);
  await checkpoint.close();
});

test.each(FILES)('%s is the graph of the state dict', async (file) => {
  const { net, x, samples, shape, logits } = await expected(file);
  const checkpoint = await openCheckpoint(path(`${net}.pth`));
  const network = await networkOf(checkpoint, { network: { graph: path(file) } }, shape);
  if (network === null) throw new Error('the shape of a sample was given');
  const classes = logits.shape[1] ?? 0;
  const found = await logitsOf(checkpoint, network, x, samples);
  expect(worst(centred(found, classes), centred(logits.data, classes))).toBeLessThan(TOLERANCE);
  const parameters = [...checkpoint.tensors.keys()].filter((name) => !name.endsWith('num_batches_tracked'));
  const kind = file.endsWith('.pt2') ? 'torch.export graph' : 'TorchScript code';
  expect(network.source).toBe(`the ${kind} ${file}`);
  expect(network.notes.at(-1)).toContain(
    `${parameters.length} of ${parameters.length} parameters matched by name to the ${kind} ${file}`,
  );
  await checkpoint.close();
});
