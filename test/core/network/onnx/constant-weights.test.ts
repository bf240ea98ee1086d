import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { loadModel } from '../../../../src/core/network/model';
import { networkFromOnnx, networkFromOnnxFor } from '../../../../src/core/network/onnx/from-onnx';
import { logitsOf, worst } from '../../../support/logits';

const folder = fileURLToPath(new URL('../../../fixtures/onnx_constants/', import.meta.url));

interface Expected {
  readonly samples: readonly (readonly number[])[];
  readonly logits: Readonly<Record<string, readonly (readonly number[])[]>>;
}
// What onnxruntime gives, by test/fixtures/make_onnx_constants.py.
const { samples, logits } = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Expected;

const LAYERS = ['fc1', 'fc2', 'fc3'];
const NAMES = LAYERS.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]).sort();

describe('weights that nodes hold', () => {
  it.each<[string, string[], string]>([
    ['plain', NAMES, 'f32'],
    ['halved', NAMES.map((name) => `${name}_half`), 'f16'],
    ['quantised', NAMES, 'f32'],
  ])('%s', async (name, weights, dtype) => {
    const checkpoint = await openCheckpoint(`${folder}${name}.onnx`);
    const listed = [...checkpoint.tensors.values()].filter(({ role }) => role === 'weight');
    expect(listed.map((tensor) => tensor.name).sort()).toEqual(weights);
    expect(new Set(listed.map((tensor) => tensor.dtype))).toEqual(new Set([dtype]));

    const network = await networkFromOnnx(checkpoint);
    const found = await logitsOf(checkpoint, network, Float32Array.from(samples.flat()), samples.length);
    expect(worst(found, logits[name]?.flat() ?? [])).toBeLessThan(3e-6);
    expect((await loadModel(checkpoint, network)).kind).toBe('stack');
    if (name !== 'halved')
      expect(network.nodes.map((node) => node.name)).toEqual(['input', 'fc1', 'fc1', 'fc2', 'fc2', 'fc3']);
    await checkpoint.close();
  });

  it('are those of another checkpoint where it has them', async () => {
    const name = 'quantised';
    const [own, other] = [
      await openCheckpoint(`${folder}${name}.onnx`),
      await openCheckpoint(`${folder}plain.onnx`),
    ];
    const network = await networkFromOnnxFor(own, other);
    const found = await logitsOf(own, network, Float32Array.from(samples.flat()), samples.length);
    expect(worst(found, logits[name]?.flat() ?? [])).toBeLessThan(3e-6);
    await own.close();
    await other.close();
  });
});
