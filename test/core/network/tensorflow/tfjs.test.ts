import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { meanMatrices } from '../../../../src/core/association/association';
import { probeOptions } from '../../../../src/core/association/sums/sums';
import { createSweep } from '../../../../src/core/association/sweep';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { withFile } from '../../../../src/core/file/local';
import { openNpz } from '../../../../src/core/file/npy';
import { RAW_MEASURES } from '../../../../src/core/measures';
import { networkOf } from '../../../../src/core/network/find/find';
import { hiddenLayers, loadModel } from '../../../../src/core/network/model';
import { channelsFirst } from '../../../support/channels';
import { logitsOf, readNpy, worst } from '../../../support/logits';
import { EVERYTHING, relativeError, startEngine } from '../../../support/measure';
import { sourceOf } from '../../../support/random-network';
import { temporaryFolder } from '../../../support/temporary';

const FOLDER = join(import.meta.dirname, '../../../fixtures/tfjs');
const numbers = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as number[];
const folder = temporaryFolder();

async function found(path: string) {
  const checkpoint = await openCheckpoint(path);
  const network = await networkOf(checkpoint, {});
  if (network === null) throw new Error('its input is known');
  return { checkpoint, network };
}

test.each([
  'graph_mlp',
  'graph_functional',
  'graph_everything',
  'layers_everything',
  'layers_uint8',
  'layers_uint16',
  'layers_own',
])("%s gives TF.js's logits", async (name) => {
  const { checkpoint, network } = await found(join(FOLDER, name, 'model.json'));
  const given =
    name === 'layers_own'
      ? { shape: [6, 6, 5, 2], data: numbers('layers_own_x.json') }
      : await readNpy(join(FOLDER, `${name}_x.npy`));
  const logits = await logitsOf(checkpoint, network, channelsFirst(given.shape, given.data), 6);
  expect(worst(logits, numbers(`${name}_logits.json`))).toBeLessThan(2e-6);
  await checkpoint.close();
});

test('a graph keeps the names of layers, and feature maps their channels', async () => {
  const { checkpoint, network } = await found(join(FOLDER, 'graph_functional', 'model.json'));
  const model = await loadModel(checkpoint, network);
  expect(checkpoint.format).toBe('TF.js graph model');
  expect(network.nodes[0]?.shape).toEqual([3, 8, 7]);
  expect(network.notes).toEqual(['The final Softmax was left off: its inputs are the logits.']);
  expect(hiddenLayers(model).map(({ name, kind, units }) => [name, kind, units])).toEqual([
    ['first', 'conv', 4],
    ['depth', 'conv', 4],
    ['depth:2', 'conv', 4],
    ['separable', 'conv', 5],
    ['second', 'conv', 6],
    ['head/deep', 'dense', 6],
  ]);
  await checkpoint.close();
});

test('measures are those of the same network by torch.autograd in float64', async () => {
  const { checkpoint, network } = await found(join(FOLDER, 'graph_functional', 'model.json'));
  const model = await loadModel(checkpoint, network);
  const { shape, data } = await readNpy(join(FOLDER, 'graph_functional_x.npy'));
  const x = channelsFirst(shape, data);
  const labels = Int32Array.from({ length: 6 }, (_, i) => i % 4);
  const options = { ...EVERYTHING, combined: false, probes: probeOptions(true, null, 0) };
  const sums = createSweep(await startEngine(), model, options).run(sourceOf(x, labels, x.length / 6), 0, 6);
  await withFile(join(FOLDER, 'graph_functional_float64.npz'), async (file) => {
    const arrays = await openNpz(file);
    for (const method of RAW_MEASURES) {
      const expected = await arrays.get(method)?.read();
      const own = meanMatrices(sums, method, false)[0];
      expect(relativeError(own?.data ?? new Float64Array(16), expected?.data ?? []), method).toBeLessThan(
        1e-5,
      );
    }
  });
  await checkpoint.close();
});

test('a layers model has what a Keras file has', async () => {
  const { checkpoint } = await found(join(FOLDER, 'layers_everything', 'model.json'));
  expect(checkpoint.format).toBe('TF.js layers model');
  expect(checkpoint.files.length).toBe(10);
  expect(checkpoint.tensors.get('first/kernel')?.shape).toEqual([3, 3, 2, 4]);
  const [whole, part] = [
    await checkpoint.read('first/kernel'),
    await checkpoint.readPart('first/kernel', 20, 40),
  ];
  expect(part).toEqual(whole.data.slice(20, 60));
  await checkpoint.close();
});

/** A copy of a model whose model.json was changed. */
function changed(change: (text: string) => string): string {
  const path = join(folder, `m${Math.random()}`);
  cpSync(join(FOLDER, 'layers_everything'), path, { recursive: true });
  const file = join(path, 'model.json');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return file;
}

test.each([
  ['../outside.bin', /names a file outside its own folder/],
  ['http://example.org/a.bin', /names a file outside its own folder/],
  ['/etc/hostname', /names a file outside its own folder/],
  ['missing.bin', /missing\.bin: no such file/],
])('41: a shard %s', async (shard, message) => {
  const file = changed((text) => text.replace('group1-shard3of9.bin', shard));
  await expect(openCheckpoint(file)).rejects.toThrow(message);
});

test('41: shards that do not hold what the manifest says', async () => {
  const fewer = changed((text) => text.replace('"group1-shard3of9.bin", ', ''));
  await expect(openCheckpoint(fewer)).rejects.toThrow(
    /its weights take 1080 bytes and its shards .* have 960\. A shard is missing/,
  );
  const huge = changed((text) => text.replace('"shape": [3, 3, 2, 4]', '"shape": [3, 3, 2, 400000000000]'));
  await expect(openCheckpoint(huge)).rejects.toThrow(/its weights take \d+ bytes/);
});

test('an operation that is not known is named', async () => {
  const path = join(folder, 'unknown');
  cpSync(join(FOLDER, 'graph_mlp'), path, { recursive: true });
  const file = join(path, 'model.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"op": "Mul"', '"op": "FFT2D"'));
  await expect(found(file)).rejects.toThrow(/is of the operator FFT2D, which Modscope does not know/);
});
