import { beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/core/checkpoint/formats/open';
import { resolveDataset } from '../../src/core/dataset/choose';
import { fillInputs } from '../../src/core/dataset/inputs';
import { networkFromOnnx, networkFromOnnxFor } from '../../src/core/network/onnx/from-onnx';
import { logitsOf, readNpy, worst } from '../support/logits';
import { goldenPath, hasGolden } from './golden';

const SAMPLES = 2000;
const TOLERANCE = 1e-5;
const IMAGES = 't10k-first2000-images-idx3-ubyte.gz';

describe.skipIf(!hasGolden)("ONNX files give their PyTorch twins' logits", () => {
  let x: Float32Array;
  beforeAll(async () => {
    const data = await (await resolveDataset({ path: goldenPath('data', IMAGES) }, {}, null)).main.load();
    x = new Float32Array(SAMPLES * 784);
    fillInputs(data, 0, SAMPLES, x);
  });

  const same = () => readNpy(goldenPath('formats', 'same_logits_first2000_f64.npy'));

  test.each(['same_sequential.onnx', 'same_mnistsupervised.onnx'])('%s', async (name) => {
    const checkpoint = await openCheckpoint(goldenPath('formats', name));
    const network = await networkFromOnnx(checkpoint);
    expect(network.hidden.map((index) => network.nodes[index]?.shape)).toEqual([[64], [64]]);
    const error = worst(await logitsOf(checkpoint, network, x, SAMPLES), (await same()).data);
    console.log(`${name}: worst error of a logit ${error.toExponential(1)}`);
    expect(error).toBeLessThan(TOLERANCE);
    await checkpoint.close();
  });

  test.each([
    ['same_sequential.onnx', 'formats/same_sequential_state_dict.pth'],
    ['same_mnistsupervised.onnx', 'formats/same_state_dict.pth'],
    ['same_mnistsupervised.onnx', 'formats/same.safetensors'],
    ['same_mnistsupervised.onnx', 'formats/same.npz'],
    ['same_mnistsupervised.onnx', 'checkpoints/mnist_sup_l2=0.00001_drop=0.30000.ckpt'],
  ])('%s is the graph of %s', async (graph, name) => {
    const checkpoint = await openCheckpoint(goldenPath(...name.split('/')));
    const onnx = await openCheckpoint(goldenPath('formats', graph));
    const network = await networkFromOnnxFor(checkpoint, onnx);
    expect(network.notes.at(-1)).toBe(`6 of 6 parameters matched by name to the ONNX graph ${graph}.`);
    expect(worst(await logitsOf(checkpoint, network, x, SAMPLES), (await same()).data)).toBeLessThan(
      TOLERANCE,
    );
    await Promise.all([checkpoint.close(), onnx.close()]);
  });

  test('tanh_20-16_untrained_x3.onnx, its twin computed in float64', async () => {
    const twin = await openCheckpoint(
      goldenPath('checkpoints', 'tanh_20-16_untrained_x3_sequential_state_dict.pth'),
    );
    let values: ArrayLike<number> = x;
    for (const layer of [1, 3, 5]) {
      const [weight, bias] = [await twin.read(`${layer}.weight`), await twin.read(`${layer}.bias`)];
      const next = dense(values, weight.data, bias.data);
      values = layer === 5 ? next : next.map(Math.tanh);
    }
    const checkpoint = await openCheckpoint(goldenPath('checkpoints', 'tanh_20-16_untrained_x3.onnx'));
    const network = await networkFromOnnx(checkpoint);
    const error = worst(await logitsOf(checkpoint, network, x, SAMPLES), values);
    console.log(`tanh: worst error of a logit ${error.toExponential(1)}`);
    expect(error).toBeLessThan(TOLERANCE);
    await Promise.all([checkpoint.close(), twin.close()]);
  });
});

/** x Wᵀ + b of SAMPLES rows. */
function dense(x: ArrayLike<number>, weight: ArrayLike<number>, bias: ArrayLike<number>): Float64Array {
  const outputs = bias.length;
  const inputs = weight.length / outputs;
  return Float64Array.from({ length: SAMPLES * outputs }, (_, at) => {
    const [row, j] = [Math.floor(at / outputs), at % outputs];
    let sum = bias[j] ?? 0;
    for (let k = 0; k < inputs; k++) sum += (weight[j * inputs + k] ?? 0) * (x[row * inputs + k] ?? 0);
    return sum;
  });
}
