import { expect, test } from 'vitest';
import { resolveDataset } from '../../src/core/dataset/choose';
import { fillInputs } from '../../src/core/dataset/inputs';
import { withFile } from '../../src/core/file/local';
import { openNpz } from '../../src/core/file/npy';
import { hiddenLayers } from '../../src/core/network/model';
import { Program } from '../../src/core/network/program';
import { loadNetwork, startEngine } from '../support/measure';
import { goldenPath, hasGolden } from './golden';

const CHECKPOINT = 'checkpoints/cifar10fast_8-16-16-16_cifar10_sup_l2=0.00001_drop=0.10000.ckpt';

test.skipIf(!hasGolden)('the CIFAR-10 network of the paper gives the logits of the reference', async () => {
  const model = await loadNetwork(goldenPath(CHECKPOINT));
  if (model.kind !== 'graph') throw new Error('convolutions make it a graph');
  expect(hiddenLayers(model).map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
    ...['conv1 8×32×32', 'layer1 8×32×32', 'layer2 16×16×16', 'layer3 16×8×8', 'layer4 16×4×4'],
    'pool 32×1×1',
  ]);

  const images = goldenPath('data/cifar10jpeg_test256.bin');
  const dataset = await (await resolveDataset({ path: images }, {}, [3, 32, 32])).main.load();
  const inputs = new Float32Array(dataset.samples * 3 * 32 * 32);
  fillInputs(dataset, 0, dataset.samples, inputs);
  const { values } = new Program(model, await startEngine()).forward(inputs, dataset.samples);

  const expected = await withFile(goldenPath('matrices/cifar10fast_8-16-16-16.npz'), async (file) => {
    const array = (await openNpz(file)).get('logits256__f64');
    if (array === undefined) throw new Error('there are no logits');
    return (await array.read()).data;
  });
  expect(expected).toHaveLength(dataset.samples * 10);
  const logits = values.at(-1)?.subarray(0, expected.length) ?? [];
  expect(Math.max(...expected.map((logit, i) => Math.abs(logit - logits[i]!)))).toBeLessThan(1e-5);
});
