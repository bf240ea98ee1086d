import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { probeOptions } from '../../../../src/core/association/sums/sums';
import { meanMatrices } from '../../../../src/core/association/association';
import { createSweep } from '../../../../src/core/association/sweep';
import type { PlainRecord } from '../../../../src/core/base/plain-value';
import type { Checkpoint } from '../../../../src/core/checkpoint/checkpoint';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { openNpz } from '../../../../src/core/file/npy';
import { withFile } from '../../../../src/core/file/local';
import { RAW_MEASURES } from '../../../../src/core/measures';
import { networkOf } from '../../../../src/core/network/find/find';
import { networkFromKeras } from '../../../../src/core/network/keras/from-keras';
import { hiddenLayers, loadModel } from '../../../../src/core/network/model';
import type { Engine } from '../../../../src/core/tensor/engine';
import { channelsFirst } from '../../../support/channels';
import { logitsOf, readNpy, worst } from '../../../support/logits';
import { EVERYTHING, relativeError, startEngine } from '../../../support/measure';
import { sourceOf } from '../../../support/random-network';

const at = (name: string) => join(import.meta.dirname, '../../../fixtures/keras', name);
/** Sums in float32, in another order than TensorFlow's. */
const TOLERANCE = 1e-6;

async function inputsOf(net: string) {
  const { shape, data } = await readNpy(at(`${net}_x.npy`));
  return { x: channelsFirst(shape, data), samples: shape[0] ?? 0 };
}

async function found(file: string) {
  const checkpoint = await openCheckpoint(at(file));
  const network = await networkOf(checkpoint, {});
  if (network === null) throw new Error('its input is known');
  return { checkpoint, network };
}

test.each([
  'mlp.keras',
  'mlp_2.h5',
  'functional.keras',
  'functional.h5',
  'functional_2.keras',
  'functional_2.h5',
  'features.keras',
  'pooled.keras',
])("%s gives Keras's logits", async (file) => {
  const { checkpoint, network } = await found(file);
  const net = file.split('.')[0] ?? '';
  const { x, samples } = await inputsOf(net);
  // As data sets are loaded: bytes over 255.
  const given = net === 'pooled' ? x.map((value) => value / 255) : x;
  const expected = await readNpy(at(`${net}_logits.npy`));
  expect(worst(await logitsOf(checkpoint, network, given, samples), expected.data)).toBeLessThan(TOLERANCE);
  await checkpoint.close();
});

test('layers keep their names, and feature maps their channels', async () => {
  const { checkpoint, network } = await found('functional.keras');
  const model = await loadModel(checkpoint, network);
  expect(
    hiddenLayers(model).map(({ name, kind, units, positions }) => [name, kind, units, positions]),
  ).toEqual([
    ['first', 'conv', 4, 16],
    ['depth', 'conv', 4, 16],
    ['after', 'conv', 4, 16],
    ['second', 'conv', 6, 6],
    ['separable', 'conv', 5, 16],
    ['head/deep', 'dense', 6, 1],
  ]);
  expect(network.nodes[0]?.shape).toEqual([3, 8, 7]);
  expect(network.notes).toEqual(['The final Softmax was left off: its inputs are the logits.']);
  expect(network.assumptions).toEqual([]);
  await checkpoint.close();
});

test('says what it takes a layer for pixels for', async () => {
  const { checkpoint, network } = await found('pooled.keras');
  expect(network.assumptions.map(({ name }) => name)).toEqual(['scale']);
  await checkpoint.close();
});

describe('measures', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });

  test('are those of the same network by torch.autograd in float64', async () => {
    const { checkpoint, network } = await found('functional.keras');
    const model = await loadModel(checkpoint, network);
    const { x, samples } = await inputsOf('functional');
    const labels = Int32Array.from({ length: samples }, (_, i) => i % 4);
    const options = { ...EVERYTHING, combined: false, probes: probeOptions(true, null, 0) };
    const sums = createSweep(engine, model, options).run(sourceOf(x, labels, x.length / samples), 0, samples);
    await withFile(at('functional_float64.npz'), async (file) => {
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
});

describe('refuses by name', () => {
  /** A checkpoint of a configuration and tensors by shape. */
  const described = (
    config: unknown,
    tensors: Readonly<Record<string, readonly number[]>> = {},
  ): Checkpoint => ({
    path: 'model.keras',
    files: ['model.keras'],
    format: 'Keras',
    tensors: new Map(
      Object.entries(tensors).map(([name, shape]) => [name, { name, dtype: 'f32', shape, role: 'weight' }]),
    ),
    hyperParameters: {},
    metadata: {},
    stubs: [],
    keras: { config: config as PlainRecord, version: '3.5.0' },
    read: () => Promise.reject(new Error('not read')),
    readPart: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  });
  const layer = (className: string, config: object = {}) => ({
    class_name: className,
    config: { name: className.toLowerCase(), ...config },
  });
  const sequential = (...layers: object[]) => ({
    class_name: 'Sequential',
    config: { layers: [layer('InputLayer', { batch_shape: [null, 4, 4, 2] }), ...layers] },
  });
  const network = (config: object, tensors?: Readonly<Record<string, readonly number[]>>) => () => {
    const checkpoint = described(config, tensors);
    return networkFromKeras(checkpoint, config as PlainRecord);
  };

  test('a layer that is not known, and a class of the user', () => {
    expect(network(sequential(layer('LSTM')))).toThrow(
      /the layer "lstm" is a LSTM, which Modscope does not know\. Export/,
    );
    const own = { ...layer('Dense'), registered_name: 'mine>Dense' };
    expect(network(sequential(own))).toThrow(/"dense" is a mine>Dense/);
  });

  test('a model that its configuration does not tell', () => {
    expect(network({ class_name: 'MyModel', config: { layers: [layer('Dense')] } })).toThrow(
      /its model is of the class MyModel, whose layers the configuration does not tell\. Export/,
    );
  });

  test('a layer whose weights are not there, and settings that are not known', () => {
    expect(network(sequential(layer('Dense')))).toThrow(
      /has no tensor "dense\/kernel" for its layer "dense" \(Dense\)/,
    );
    const kernel = { 'conv2d/kernel': [3, 3, 2, 5], 'conv2d/bias': [5] };
    expect(network(sequential(layer('Conv2D', { padding: 'causal' })), kernel)).toThrow(
      /padding of layer "conv2d" \(Conv2D\) is "causal"; only valid or same can be analyzed/,
    );
    expect(network(sequential(layer('Activation', { activation: 'wavelet' }), layer('Flatten')))).toThrow(
      /has the activation wavelet, which cannot be analyzed/,
    );
  });

  test('several inputs and outputs, and an input that is open', () => {
    const two = sequential(layer('InputLayer', { batch_shape: [null, 2] }));
    expect(network(two)).toThrow(/has several inputs/);
    const open = {
      class_name: 'Sequential',
      config: { layers: [layer('InputLayer', { batch_shape: [null, null, 4] })] },
    };
    expect(network(open)).toThrow(/leaves its shape open, \[null, 4\]/);
  });

  test('what is given beside values of layers', () => {
    const tensor = (name: string) => ({
      class_name: '__keras_tensor__',
      config: { keras_history: [name, 0, 0] },
    });
    const functional = {
      class_name: 'Functional',
      config: {
        layers: [
          { ...layer('InputLayer', { batch_shape: [null, 4] }), name: 'inputlayer', inbound_nodes: [] },
          {
            ...layer('Multiply'),
            name: 'multiply',
            inbound_nodes: [{ args: [tensor('inputlayer'), 2], kwargs: {} }],
          },
        ],
        output_layers: [['multiply', 0, 0]],
      },
    };
    expect(network(functional)).toThrow(/the layer "multiply" is given 2 beside values of other layers/);
  });
});
