import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findNetwork } from '../../../../src/core/network/find/find';
import { loadModel } from '../../../../src/core/network/model';
import { Program } from '../../../../src/core/network/program';
import { naiveEngine } from '../../../support/naive-engine';
import { openTorch } from '../../../support/torch';

const FOLDER = join(import.meta.dirname, '../../../fixtures/torch');

test.each(['sequential_images_1.13.pt', 'sequential_vectors_1.13.pt'])(
  'gives the logits that PyTorch does: %s',
  async (name) => {
    const checkpoint = await openTorch(new Uint8Array(readFileSync(join(FOLDER, name))), name);
    const samples = await checkpoint.read('samples');
    const [count = 0, ...sampleShape] = samples.shape;
    const model = await loadModel(checkpoint, findNetwork(checkpoint, undefined, sampleShape));
    if (model.kind !== 'graph') throw new Error('norms make it a graph');
    const { values } = new Program(model, naiveEngine).forward(Float32Array.from(samples.data), count);
    const expected = (await checkpoint.read('logits')).data;
    const logits = values.at(-1)?.subarray(0, expected.length) ?? [];
    expect(Math.max(...expected.map((logit, i) => Math.abs(logit - logits[i]!)))).toBeLessThan(1e-5);
  },
);
