import { beforeAll, describe, expect, it } from 'vitest';
import {
  association,
  meanMatrices,
  normalisedAssociation,
  standardError,
  variances,
} from '../../src/core/association/association';
import { probeOptions, type ProbeOptions, type SweepSums } from '../../src/core/association/sums/sums';
import { createSweep } from '../../src/core/association/sweep';
import type { SquareMatrix } from '../../src/core/base/matrix';
import { resolveDataset } from '../../src/core/dataset/choose';
import type { Dataset } from '../../src/core/dataset/dataset';
import { fillInputs } from '../../src/core/dataset/inputs';
import { withFile } from '../../src/core/file/local';
import { openNpz } from '../../src/core/file/npy';
import type { RawMeasure } from '../../src/core/measures';
import type { DenseParameters, DenseStack } from '../../src/core/network/dense-stack';
import type { NetworkSpec } from '../../src/core/network/find/from-spec';
import type { Engine } from '../../src/core/tensor/engine';
import { EVERYTHING, loadNetwork, relativeError, startEngine, sweepAll } from '../support/measure';
import { goldenPath, hasGolden } from './golden';

const TOLERANCE = 1e-5;
const RAW = ['forward_cov', 'forward_jac', 'backward_jac', 'backward_hess'] as const;
const CIFAR = 'cifar10fast_8-16-16-16';
const CHECKPOINT = `checkpoints/${CIFAR}_cifar10_sup_l2=0.00001_drop=0.10000.ckpt`;
/** The reference divides by the positions once more, and takes the mean of the loss over a batch. */
const POSITIONS = [1024, 1024, 256, 64, 16, 1];
const BATCH_SIZE = 16;

describe.skipIf(!hasGolden)('a network of tanh against the reference in float64', () => {
  const UID = 'tanh_20-16_untrained_x3';
  const SCALE = 100; // its loss is a mean over batches of this size, which divides its Hessian once more

  /** What the file without modules does not say. */
  const SPEC: NetworkSpec = { layers: [{ dense: '1' }, 'tanh', { dense: '3' }, 'tanh', { dense: '5' }] };

  it.each([
    ['_sequential_state_dict.pth', SPEC],
    ['_whole_sequential.pt', undefined],
  ] as const)('%s', async (suffix, spec) => {
    const engine = await startEngine();
    const golden = await arraysOf(goldenPath(`matrices/${UID}.npz`));
    const model = await loadNetwork(goldenPath(`checkpoints/${UID}${suffix}`), spec);
    if (model.kind !== 'stack') throw new Error('not a stack');
    const path = goldenPath('data/t10k-first2000-images-idx3-ubyte.gz');
    const dataset = await (await resolveDataset({ path }, {}, [784])).main.load();
    const sums = sweepAll(engine, model, dataset);
    for (const raw of RAW) {
      const means = meanMatrices(sums, raw, true);
      for (const [index, layer] of ['layer0', 'layer1', 'combined'].entries()) {
        const scale = raw === 'backward_hess' ? SCALE : 1;
        const data = means[index]!.data.map((value) => value / scale);
        const own = { size: means[index]!.size, data };
        if (raw === 'backward_hess' && layer === 'combined') addSavedOutputs(own, model, dataset, SCALE);
        const reference = golden.get(`${raw}__${layer}__f64`) ?? [];
        expect(relativeError(association(own).data, reference), `${raw} ${layer}`).toBeLessThan(TOLERANCE);
        const norm =
          golden.get(`${raw}_norm_evalroute__${layer}__f64`) ?? golden.get(`${raw}_norm__${layer}__f64`);
        // Without the authors' evaluation a negative diagonal gives NaN.
        if (norm === undefined || norm.some(Number.isNaN)) continue;
        const normalised = normalisedAssociation(own).data;
        expect(relativeError(normalised, norm), `${raw}_norm ${layer}`).toBeLessThan(TOLERANCE);
      }
    }
  });
});

/**
 * The reference's Hessian between two layers is what automatic differentiation makes of ∂/∂h_b of ∂L/∂h_a: PyTorch computes
 * tanh's slope as 1 − h_b², and so takes its derivative too. That is Wᵀ diag(−2 h_b ∂L/∂h_b), and not part of J ᵀ H_bb.
 */
function addSavedOutputs(
  { size, data }: SquareMatrix,
  model: DenseStack,
  dataset: Dataset,
  scale: number,
): void {
  const [first, second] = model.hidden;
  if (first === undefined || second === undefined) throw new Error('two hidden layers are expected');
  const inputs = new Float32Array(dataset.samples * first.inputs);
  fillInputs(dataset, 0, dataset.samples, inputs);
  const factor = -2 / dataset.samples / scale;
  for (let b = 0; b < dataset.samples; b++) {
    const x = inputs.subarray(b * first.inputs, (b + 1) * first.inputs);
    const h = affine(second, affine(first, x).map(Math.tanh)).map(Math.tanh);
    const z = affine(model.readout, h);
    const sum = z.reduce((total, value) => total + Math.exp(value), 0);
    const error = z.map((value, o) => Math.exp(value) / sum - (o === dataset.labels[b] ? 1 : 0));
    for (let j = 0; j < second.outputs; j++) {
      const { weight, inputs: units } = model.readout;
      const gradient = error.reduce((total, value, o) => total + value * weight[o * units + j]!, 0);
      for (let i = 0; i < first.outputs; i++) {
        const value = factor * second.weight[j * first.outputs + i]! * h[j]! * gradient;
        data[i * size + first.outputs + j]! += value;
        data[(first.outputs + j) * size + i]! += value;
      }
    }
  }
}

function affine({ weight, bias, inputs, outputs }: DenseParameters, x: ArrayLike<number>): number[] {
  return Array.from({ length: outputs }, (_, i) => {
    let sum = bias[i]!;
    for (let k = 0; k < inputs; k++) sum += weight[i * inputs + k]! * x[k]!;
    return sum;
  });
}

describe.skipIf(!hasGolden)('the CIFAR-10 network of the paper against the reference in float64', () => {
  let engine: Engine;
  let golden: Map<string, Float64Array>;
  let sums: SweepSums;
  beforeAll(async () => {
    engine = await startEngine();
    golden = await arraysOf(goldenPath(`matrices/${CIFAR}.npz`));
    sums = await sweep(64, probeOptions(false, null, 0), EVERYTHING.measures);
  }, 180_000);

  async function sweep(
    samples: number,
    how: ProbeOptions,
    measures: ReadonlySet<RawMeasure>,
  ): Promise<SweepSums> {
    const model = await loadNetwork(goldenPath(CHECKPOINT));
    const path = goldenPath('data/cifar10jpeg_test256.bin');
    const dataset = await (await resolveDataset({ path }, {}, [3, 32, 32])).main.load(samples);
    const options = { measures, combined: false, probes: how };
    return createSweep(engine, model, options).run(sourceOf(dataset), 0, samples);
  }

  it.each(['forward_cov', 'backward_jac'] as const)('%s of every layer', (raw) => {
    const means = meanMatrices(sums, raw, false);
    expect(means).toHaveLength(6);
    means.forEach((mean, layer) => {
      const scale = raw === 'backward_jac' ? POSITIONS[layer]! : 1;
      const own = array(`${raw}__layer${layer}`).map((value) => value * scale);
      expect(relativeError(association(mean).data, own), `layer ${layer}`).toBeLessThan(TOLERANCE);
      const norm = array(`${raw}_norm__layer${layer}`);
      expect(relativeError(normalisedAssociation(mean).data, norm), `norm ${layer}`).toBeLessThan(TOLERANCE);
    });
  });

  it('forward_jac in full, of the first 8 pictures', async () => {
    const exact = await sweep(8, probeOptions(true, null, 0), new Set(['forward_jac']));
    expect(variances(exact, 'forward_jac', false)).toBeNull();
    const own = meanMatrices(exact, 'forward_jac', false)[0]!;
    const scaled = array('forward_jac_n8__layer0').map((value) => value * 1024);
    expect(relativeError(association(own).data, scaled)).toBeLessThan(TOLERANCE);
    const norm = array('forward_jac_norm_n8__layer0');
    expect(relativeError(normalisedAssociation(own).data, norm)).toBeLessThan(TOLERANCE);
  });

  it.each([2, 3, 4])('forward_jac of layer %i, estimated, within its standard error', (layer) => {
    const mean = meanMatrices(sums, 'forward_jac', false)[layer]!;
    const spread = variances(sums, 'forward_jac', false)?.[layer] ?? mean;
    const pairs = [
      [false, association(mean), array(`forward_jac__layer${layer}`).map((v) => v * POSITIONS[layer]!)],
      [true, normalisedAssociation(mean), array(`forward_jac_norm__layer${layer}`)],
    ] as const;
    for (const [normalised, own, reference] of pairs) {
      const told = standardError(mean, spread, normalised) ?? 0;
      const error = relativeError(own.data, reference);
      console.info(`layer ${layer}: error ${error.toFixed(4)}, standard error ${told.toFixed(4)}`);
      expect(error).toBeLessThan(4 * told);
      expect(told).toBeLessThan(0.05);
    }
  });

  it('forward_jac of the last layer, in full because it has no positions', () => {
    const mean = meanMatrices(sums, 'forward_jac', false)[5]!;
    expect(relativeError(association(mean).data, array('forward_jac__layer5'))).toBeLessThan(TOLERANCE);
  });

  function array(name: string): Float64Array {
    const found = golden.get(`${name}__f64`);
    if (found === undefined) throw new Error(`no ${name} in the golden file`);
    return found;
  }

  it.each([3, 4, 5])('backward_hess of layer %i', (layer) => {
    const mean = meanMatrices(sums, 'backward_hess', false)[layer]!;
    const scale = BATCH_SIZE / POSITIONS[layer]!;
    const own = array(`backward_hess_fixed_signed__layer${layer}`).map((value) => value * scale);
    expect(relativeError(mean.data, own)).toBeLessThan(TOLERANCE);
  });
});

async function arraysOf(path: string): Promise<Map<string, Float64Array>> {
  return withFile(path, async (file) => {
    const arrays = new Map<string, Float64Array>();
    for (const [name, array] of await openNpz(file)) {
      const { data } = await array.read();
      arrays.set(name, Float64Array.from(data));
    }
    return arrays;
  });
}

function sourceOf(dataset: Dataset) {
  return {
    samples: dataset.samples,
    loss: 'cross_entropy' as const,
    targets: dataset.labels,
    fill: (first: number, count: number, out: Float32Array) => {
      fillInputs(dataset, first, count, out);
    },
  };
}
