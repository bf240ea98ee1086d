import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { withFile } from '../../../../src/core/file/local';
import { openNpz } from '../../../../src/core/file/npy';
import { networkOfChain } from '../../../../src/core/network/find/chain';
import { findNetwork } from '../../../../src/core/network/find/find';
import type { NetworkSpec } from '../../../../src/core/network/find/from-spec';
import { readingsOfTensors } from '../../../../src/core/network/find/from-tensors';
import type { Network } from '../../../../src/core/network/network';
import type { Tensor } from '../../../../src/core/tensor/dtype';
import { logitsOf, worst } from '../../../support/logits';

const FOLDER = join(import.meta.dirname, '../../../fixtures/tensors');
/** Of logits in float32. */
const TOLERANCE = 1e-5;

const expected = new Map<string, Tensor>();
beforeAll(async () => {
  for (const name of ['expected', 'expected_images'])
    await withFile(join(FOLDER, `${name}.npz`), async (file) => {
      for (const [key, array] of await openNpz(file)) expected.set(key, await array.read());
    });
});

function array(key: string): Tensor {
  const found = expected.get(key);
  if (found === undefined) throw new Error(`no ${key} among the expected values`);
  return found;
}

/** The network found in a file, and by how much its logits differ from the framework's. */
async function compare(file: string, spec?: NetworkSpec): Promise<{ network: Network; error: number }> {
  const checkpoint = await openCheckpoint(join(FOLDER, file));
  try {
    const name = file.replace(/\.\w+$/, '');
    const { shape, data } = array(`${name}__x`);
    const network = findNetwork(checkpoint, spec, shape.slice(1));
    const logits = await logitsOf(checkpoint, network, Float32Array.from(data), shape[0] ?? 0);
    return { network, error: worst(logits, array(`${name}__logits`).data) };
  } finally {
    await checkpoint.close();
  }
}

describe('logits are those of the framework', () => {
  it.each([
    ...['pruned.pth', 'weight_norm_old.pth', 'weight_norm_new.pth', 'spectral_norm_old.pth'],
    ...['spectral_norm_new.pth', 'orthogonal.pth', 'parametrized_convs.pth', 'lora.pth'],
  ])('%s, whose weights are in parts', async (file) => {
    const { network, error } = await compare(file);
    expect(error).toBeLessThan(TOLERANCE);
    expect(network.notes.join()).toMatch(/^Computed from their parts, as in evaluation mode: .*(fc|conv)/);
  });

  it.each([
    ...['keras.npz', 'keras_sorted.npz', 'keras_many.npz', 'keras_vars.npz', 'keras_nameless.npz'],
    ...['flax.npz', 'flax_params.npz', 'haiku.npz', 'haiku_linear.npz', 'tf1.npz', 'sklearn.npz'],
  ])('%s, whose kernels are [inputs, outputs]', async (file) => {
    const { network, error } = await compare(file);
    expect(error).toBeLessThan(TOLERANCE);
    const assumed = network.assumptions.map(({ name }) => name);
    expect(assumed).toEqual([
      'structure',
      ...(file === 'keras_nameless.npz' ? ['order', 'layout'] : []),
      'activation',
    ]);
  });

  it.each([
    ...[
      'batch_norm_mlp.pth',
      'layer_norm_mlp.safetensors',
      'batch_norm_lists.pth',
      'batch_norm_sequential.pth',
    ],
    ...['norm_after_sequential.pth', 'keras_batch_norm.npz', 'flax_norms.npz'],
  ])('%s, with norms between the layers', async (file) => {
    const { network, error } = await compare(file);
    expect(error).toBeLessThan(TOLERANCE);
    expect(network.assumptions.map(({ name }) => name)).toEqual(['structure', 'norm', 'activation']);
  });

  it.each([
    ...['resnet18.safetensors', 'resnet_bottleneck.safetensors', 'resnet_cifar.safetensors'],
    ...['vgg11.safetensors', 'vgg11_bn.safetensors', 'vgg_cifar.safetensors', 'alexnet.safetensors'],
  ])('%s, a network that is known', async (file) => {
    const { network, error } = await compare(file);
    expect(error).toBeLessThan(TOLERANCE);
    expect(network.assumptions).toMatchObject([{ name: 'structure' }]);
    expect(network.assumptions[0]?.says).toContain('torchvision');
  });

  it('lenet.pth, whose sizes leave one reading', async () => {
    const { network, error } = await compare('lenet.pth');
    expect(error).toBeLessThan(TOLERANCE);
    expect(network.assumptions[0]?.says).toContain(
      'conv1 with padding 2 and a 2 × 2 max-pool, conv2 with padding 0 and a 2 × 2 max-pool',
    );
  });

  it('mnist_example.pth, in one of the two readings that fit', async () => {
    await expect(compare('mnist_example.pth')).rejects.toThrow('2 readings of its convolutions fit');
    const checkpoint = await openCheckpoint(join(FOLDER, 'mnist_example.pth'));
    const { shape, data } = array('mnist_example__x');
    const readings = readingsOfTensors(checkpoint, {}, shape.slice(1)) ?? [];
    const errors = await Promise.all(
      readings.map(async (chain) => {
        const network = networkOfChain(checkpoint, chain);
        if (network === null) throw new Error('the shape of a sample is known');
        const logits = await logitsOf(checkpoint, network, Float32Array.from(data), shape[0] ?? 0);
        return worst(logits, array('mnist_example__logits').data);
      }),
    );
    await checkpoint.close();
    expect(errors.map((error) => error < TOLERANCE)).toEqual([false, true]);
  });

  it.each([
    [
      'with_losses.pth',
      /2 tensors of losses \(criterion\.weight, loss_fn\.pos_weight\).*1 tensor of metrics/,
    ],
    ['swa.safetensors', /1 tensor of weight averaging \(n_averaged\)/],
    ['ema.safetensors', /weight averaging \(.*ema_model.*1 tensor of the optimizer/],
  ])('%s, with tensors of the training beside', async (file, sentence) => {
    const { network, error } = await compare(file);
    expect(error).toBeLessThan(TOLERANCE);
    expect(network.notes.join()).toMatch(sentence);
  });
});
