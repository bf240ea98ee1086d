import { join } from 'node:path';
import { expect, it } from 'vitest';
import { meanMatrices } from '../../../../src/core/association/association';
import { probeOptions } from '../../../../src/core/association/sums/sums';
import { createSweep } from '../../../../src/core/association/sweep';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { withFile } from '../../../../src/core/file/local';
import { openNpz } from '../../../../src/core/file/npy';
import { findNetwork } from '../../../../src/core/network/find/find';
import { loadModel } from '../../../../src/core/network/model';
import { selectHidden } from '../../../../src/core/network/network';
import { EVERYTHING, relativeError, startEngine } from '../../../support/measure';
import { sourceOf } from '../../../support/random-network';

const FOLDER = join(import.meta.dirname, '../../../fixtures/tensors');

async function arrayOf(file: string, name: string): Promise<Float64Array> {
  return withFile(join(FOLDER, file), async (opened) => {
    const found = (await openNpz(opened)).get(name);
    if (found === undefined) throw new Error(`no ${name} in ${file}`);
    return Float64Array.from((await found.read()).data);
  });
}

it("a ResNet found by its tensors' names: every measure of one layer against torch.autograd's", async () => {
  const checkpoint = await openCheckpoint(join(FOLDER, 'resnet18.safetensors'));
  const network = selectHidden(findNetwork(checkpoint, undefined, [3, 32, 32]), ['layer2.0']);
  const model = await loadModel(checkpoint, network);
  await checkpoint.close();
  const x = await arrayOf('expected_images.npz', 'resnet18__x');
  const labels = await arrayOf('resnet18_measures.npz', 'labels');
  const source = sourceOf(Float32Array.from(x), Int32Array.from(labels), x.length / labels.length);
  const options = { ...EVERYTHING, combined: false, probes: probeOptions(true, null, 0) };
  const sums = createSweep(await startEngine(), model, options).run(source, 0, source.samples);
  for (const method of ['forward_cov', 'forward_jac', 'backward_jac', 'backward_hess'] as const) {
    const means = meanMatrices(sums, method, false);
    expect(means).toHaveLength(1);
    const expected = await arrayOf('resnet18_measures.npz', method);
    expect(Math.max(...expected.map(Math.abs)), method).toBeGreaterThan(1e-4);
    expect(relativeError(means[0]?.data ?? new Float64Array(), expected), method).toBeLessThan(1e-5);
  }
});
