import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../../src/core/checkpoint/formats/open';
import { pythonPickleReader } from '../../../../../src/core/checkpoint/formats/python/python-pickle';
import { networkOf } from '../../../../../src/core/network/find/find';
import { MemoryFile } from '../../../../support/memory-file';
import { dict, pickle, str } from '../../../../support/pickle';
import { logitsOf, readNpy, worst } from '../../../../support/logits';

const at = (name: string) => join(import.meta.dirname, '../../../../fixtures/sklearn', name);

test.each([
  'three.pkl',
  'names.joblib',
  'objects.joblib',
  'two.joblib.gz',
  'regression.sav',
  'pipeline.joblib',
  'search.pickle',
])("%s gives scikit-learn's logits", async (name) => {
  const checkpoint = await openCheckpoint(at(name));
  const network = await networkOf(checkpoint, {});
  if (network === null) throw new Error('its input is known');
  const [x, expected] = [
    await readNpy(at('x.npy')),
    await readNpy(at(`${name.split('.')[0] ?? ''}_logits.npy`)),
  ];
  const logits = await logitsOf(checkpoint, network, Float32Array.from(x.data), 10);
  expect(logits.length).toBe(expected.data.length);
  // Of the largest logit: those of features in the hundreds are large.
  const largest = Math.max(...Array.from(expected.data, Math.abs));
  expect(worst(logits, expected.data) / Math.max(1, largest)).toBeLessThan(1e-6);
  await checkpoint.close();
});

test('classes, settings and what was fitted', async () => {
  for (const name of ['names.joblib', 'objects.joblib']) {
    const checkpoint = await openCheckpoint(at(name));
    expect(checkpoint.format).toBe('scikit-learn');
    expect(checkpoint.hyperParameters).toMatchObject({
      hidden_layer_sizes: [6, 4],
      activation: 'tanh',
      alpha: 0.0001,
      classes_: ['cat', 'dog', 'owl'],
    });
    expect(checkpoint.metadata).toMatchObject({
      class: 'MLPClassifier',
      n_iter_: 3,
      out_activation_: 'softmax',
    });
    expect([...checkpoint.tensors.keys()].slice(0, 3)).toEqual(['coefs_0', 'coefs_1', 'coefs_2']);
    expect(checkpoint.stubs).toContain('sklearn.neural_network._multilayer_perceptron.MLPClassifier');
    await checkpoint.close();
  }
});

test('arrays of a dictionary by name, whatever their order and bytes', async () => {
  const checkpoint = await openCheckpoint(at('arrays.pkl'));
  expect([...checkpoint.tensors.keys()]).toEqual(['W1', 'layer.0', 'layer.1']);
  expect((await checkpoint.read('layer.0')).data).toEqual(Float64Array.of(0, 1, 2, 3, 4, 5));
  expect((await checkpoint.read('layer.1')).data).toEqual(Float32Array.of(0, 0));
  await checkpoint.close();
});

test('what it says of the scalers', async () => {
  const checkpoint = await openCheckpoint(at('pipeline.joblib'));
  const network = await networkOf(checkpoint, {});
  expect(network?.notes).toEqual([
    'The final Softmax was left off: its inputs are the logits.',
    'The network begins with the scaling of the pipeline (standardscaler, minmaxscaler): it is given the features as they are before.',
  ]);
  await checkpoint.close();
});

test('refuses by name what it does not know', async () => {
  await expect(openCheckpoint(at('polynomial.joblib'))).rejects.toThrow(
    /the step "polynomialfeatures" of its pipeline is sklearn\.preprocessing\._polynomial\.PolynomialFeatures, which changes the data/,
  );
  await expect(openCheckpoint(at('forest.joblib'))).rejects.toThrow(
    /is a Python pickle of an object of the class sklearn\.ensemble\._forest\.RandomForestClassifier/,
  );
  const linear = await openCheckpoint(at('linear.joblib'));
  await expect(networkOf(linear, {})).rejects.toThrow(/its activation is identity, which cannot be analyzed/);
  await linear.close();
});

test('recognises pickles, and not the length that begins a safetensors file', async () => {
  const match = (...head: number[]) =>
    pythonPickleReader.match(Uint8Array.from(head), new MemoryFile(Uint8Array.of(0)));
  expect(match(0x80, 2, 0x7d, 0x71, 0, 0x28, 0x58, 1)).toBe(true);
  expect(match(0x80, 2, 1, 0, 0, 0, 0, 0, 0x7b)).toBe(false);
  const opening = pythonPickleReader.open(new MemoryFile(pickle(dict([str('weights'), 'N']))));
  await expect(opening).rejects.toThrow('torch.save did not write');
});
