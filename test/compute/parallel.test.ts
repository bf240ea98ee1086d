import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ParallelCompute } from '../../src/compute/parallel';
import { WorkerCrashError } from '../../src/compute/worker-pool';
import type { EvaluationData } from '../../src/core/analysis/evaluation-data';
import { CancelledError, InputError } from '../../src/core/base/error';
import { Random } from '../../src/core/base/random';
import { resolveDataset } from '../../src/core/dataset/choose';
import { crossEntropyData, EVERYTHING, loadNetwork } from '../support/measure';
import { loadGraphFile } from '../support/graph-file';
import { RELU } from '../support/random-network';

const FOLDER = join(import.meta.dirname, '../../dist');
const SAMPLES = join(import.meta.dirname, '../../samples/digits');

const open: ParallelCompute[] = [];
function start(workers: number): ParallelCompute {
  const compute = new ParallelCompute({ backend: 'wasm', workers, folder: FOLDER });
  open.push(compute);
  return compute;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((compute) => compute.close()));
});

/** The sample's training set, several times over: more than one shard. */
async function digits(): Promise<EvaluationData> {
  const { main } = await resolveDataset({ path: join(SAMPLES, 'data/train-images-idx3-ubyte') }, {}, [64]);
  const once = await main.load();
  const inputs = new Uint8Array(3 * once.inputs.length);
  const labels = new Int32Array(3 * once.labels.length);
  for (let i = 0; i < 3; i++) {
    inputs.set(once.inputs, i * once.inputs.length);
    labels.set(once.labels, i * once.labels.length);
  }
  return crossEntropyData({ ...once, inputs, labels, samples: labels.length });
}

const checkpoint = join(SAMPLES, 'checkpoints/digits_drop=0.3_run=0.ckpt');

describe('the measures over a pool of workers', () => {
  it('are the same bytes for 1, 2 and 4 workers, and for two runs', async () => {
    const [stack, dataset] = [await loadNetwork(checkpoint), await digits()];
    const results = [];
    for (const workers of [1, 2, 4, 4]) {
      results.push(await start(workers).sweep(stack, dataset, EVERYTHING));
    }
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  });

  it('are the same bytes for 1 and 2 workers, of a graph whose sums are estimated', async () => {
    const model = await loadGraphFile(join(import.meta.dirname, '../fixtures/hessians/smooth.onnx'));
    const random = new Random(1);
    const inputs = Float32Array.from({ length: 40 * 98 }, () => random.normal());
    const labels = Int32Array.from({ length: 40 }, () => random.integer(4));
    const dataset: EvaluationData = {
      ...{ path: 'made by a test', split: 'test', samples: 40, sampleShape: [2, 7, 7], classes: 4 },
      ...{ inputs, loss: 'cross_entropy', targets: labels, scaling: { divisor: 1 } },
    };
    const options = { ...EVERYTHING, combined: false, probes: { affordable: 0, perSample: 8, seed: 2 } };
    const [one, two] = [
      await start(1).sweep(model, dataset, options),
      await start(2).sweep(model, dataset, options),
    ];
    expect(one.measures.backward_hess?.variance?.data).toBeDefined();
    expect(two).toEqual(one);
  });

  it('are each their own where two are asked for at once', async () => {
    const [stack, dataset] = [await loadNetwork(checkpoint), await digits()];
    if (stack.kind !== 'stack') throw new Error('the sample is a stack');
    const other = {
      ...stack,
      hidden: stack.hidden.map((layer) => ({ ...layer, activation: { name: 'tanh' } as const })),
    };
    const compute = start(2);
    const [first, second] = await Promise.all([
      compute.sweep(stack, dataset, EVERYTHING),
      compute.sweep(other, dataset, EVERYTHING),
    ]);
    expect(first).toEqual(await compute.sweep(stack, dataset, EVERYTHING));
    expect(second).toEqual(await compute.sweep(other, dataset, EVERYTHING));
    expect(second.loss).not.toBe(first.loss);
  });

  it('tell how far they are', async () => {
    const [stack, dataset] = [await loadNetwork(checkpoint), await digits()];
    const seen: number[] = [];
    await start(2).sweep(stack, dataset, EVERYTHING, (done) => seen.push(done));
    expect(seen.at(-1)).toBe(3000);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('stop within a second when they are closed in the middle', async () => {
    const dataset = await digits();
    // Wide enough that it would take minutes.
    const wide = (inputs: number, outputs: number) => ({
      inputs,
      outputs,
      weight: new Float32Array(inputs * outputs).fill(0.01),
      bias: new Float32Array(outputs),
    });
    const hidden = [64, 800, 800].map((inputs, l) => ({
      ...wide(inputs, 800),
      name: `fc${l}`,
      activation: RELU,
    }));
    const compute = start(2);
    const sweep = compute.sweep({ kind: 'stack', hidden, readout: wide(800, 10) }, dataset, EVERYTHING);
    const failed = expect(sweep).rejects.toThrow(CancelledError);
    await compute.backend();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const from = performance.now();
    await compute.close();
    await failed;
    expect(performance.now() - from).toBeLessThan(1000);
    await expect(compute.backend().then(() => compute.cluster(EMPTY, OPTIONS))).rejects.toThrow(
      CancelledError,
    );
  });

  it('fail with a clear error when a worker dies', async () => {
    const compute = new ParallelCompute({ backend: 'wasm', workers: 2, folder: join(FOLDER, 'nowhere') });
    open.push(compute);
    await expect(compute.backend()).rejects.toThrow(WorkerCrashError);
    await expect(compute.cluster(EMPTY, OPTIONS)).rejects.toThrow(
      /Worker thread [12] of 2 died .*fewer workers/,
    );
  });

  it('pass errors about the input on as what they are', async () => {
    const compute = start(1);
    const matrix = { size: 2, data: Float64Array.of(0, 1, 2, 0) };
    const error: unknown = await compute.cluster(matrix, OPTIONS).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
  });

  it('name the remedy where the native backend was asked for and is not there', async () => {
    const compute = new ParallelCompute({ backend: 'tensorflow', workers: 1, folder: FOLDER });
    open.push(compute);
    await expect(compute.backend()).rejects.toThrow(/npm install @tensorflow\/tfjs-node.*the backend wasm/);
  });
});

const OPTIONS = { solver: 'best', seed: 0 } as const;
const EMPTY = { size: 0, data: new Float64Array(0) };
