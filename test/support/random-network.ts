import type { Targets } from '../../src/core/association/sums/loss';
import type { SampleSource } from '../../src/core/association/sums/sums';
import { Random } from '../../src/core/base/random';
import type { LossName } from '../../src/core/choices';
import type { DenseParameters, DenseStack } from '../../src/core/network/dense-stack';
import type { Activation } from '../../src/core/network/ops/activation';

export const RELU: Activation = { name: 'relu' };

export function leaky(negativeSlope: number): Activation {
  return { name: 'leaky_relu', negativeSlope };
}

/** A dense stack of these sizes, inputs first, with random weights, and random data for it. */
export function randomNetwork(
  sizes: readonly number[],
  classes: number,
  activation: Activation,
  samples: number,
) {
  const random = new Random(sizes.length);
  const values = (length: number, scale: number): Float32Array =>
    Float32Array.from({ length }, () => (random.uniform() * 2 - 1) * scale);
  const dense = (inputs: number, outputs: number): DenseParameters => ({
    inputs,
    outputs,
    weight: values(inputs * outputs, 1),
    bias: values(outputs, 0.3),
  });
  const stack: DenseStack = {
    kind: 'stack',
    hidden: sizes
      .slice(1)
      .map((outputs, l) => ({ ...dense(sizes[l]!, outputs), name: `fc${l}`, activation })),
    readout: dense(sizes[sizes.length - 1]!, classes),
  };
  const labels = Int32Array.from({ length: samples }, () => random.integer(classes));
  return { stack, inputs: values(samples * sizes[0]!, 1), labels };
}

/** Samples of `width` values each, as they are. */
export function sourceOf(
  inputs: Float32Array,
  targets: Targets,
  width: number,
  loss: LossName = 'cross_entropy',
): SampleSource {
  return {
    samples: inputs.length / width,
    loss,
    targets,
    fill: (first, count, out) => {
      out.set(inputs.subarray(first * width, (first + count) * width));
    },
  };
}
