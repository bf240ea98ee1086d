import { join } from 'node:path';
import { startEngine as startBackend } from '../../src/compute/backends';
import { shards } from '../../src/compute/parallel';
import { type EvaluationData, evaluationData } from '../../src/core/analysis/evaluation-data';
import { meanMatrices } from '../../src/core/association/association';
import {
  mergeSums,
  probeOptions,
  type SweepOptions,
  type SweepSums,
} from '../../src/core/association/sums/sums';
import { createSweep } from '../../src/core/association/sweep';
import type { SquareMatrix } from '../../src/core/base/matrix';
import { openCheckpoint } from '../../src/core/checkpoint/formats/open';
import type { Dataset } from '../../src/core/dataset/dataset';
import { fillInputs } from '../../src/core/dataset/inputs';
import { RAW_MEASURES, type RawMeasure } from '../../src/core/measures';
import type { NetworkSpec } from '../../src/core/network/find/from-spec';
import { loadModel, type Model } from '../../src/core/network/model';
import type { Engine } from '../../src/core/tensor/engine';
import { networkOf } from './checkpoint';

export const EVERYTHING: SweepOptions = {
  measures: new Set(RAW_MEASURES),
  combined: true,
  probes: probeOptions(false, null, 0),
};

/** The embedded backend, in this thread. */
export function startEngine(): Promise<Engine> {
  return startBackend(
    'wasm',
    join(import.meta.dirname, '../../node_modules/@tensorflow/tfjs-backend-wasm/dist'),
  );
}

export async function loadNetwork(path: string, spec?: NetworkSpec): Promise<Model> {
  const checkpoint = await openCheckpoint(path);
  try {
    return await loadModel(checkpoint, networkOf(checkpoint, spec));
  } finally {
    await checkpoint.close();
  }
}

/** A data set of classes for networks that tell them apart. */
export function crossEntropyData(dataset: Dataset): EvaluationData {
  const outputs = Math.max(2, dataset.classes ?? 0);
  return evaluationData(dataset, { outputs, ending: null }, 'cross_entropy').data;
}

/** All shards, one after the other, in this thread. */
export function sweepAll(engine: Engine, model: Model, dataset: Dataset): SweepSums {
  const sweep = createSweep(engine, model, EVERYTHING);
  const fill = (first: number, count: number, out: Float32Array): void => {
    fillInputs(dataset, first, count, out);
  };
  const { samples, loss, targets } = crossEntropyData(dataset);
  const source = { samples, loss, targets, fill };
  const [first, ...rest] = shards(dataset.samples, model).map(({ first, end }) =>
    sweep.run(source, first, end),
  );
  if (first === undefined) throw new Error('no samples');
  for (const part of rest) mergeSums(first, part);
  return first;
}

/** ‖a − b‖ / ‖b‖ in the Frobenius norm. */
export function relativeError(a: Float64Array, b: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < a.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** The signed matrix over all hidden layers. */
export function combinedOf(sums: SweepSums, method: RawMeasure): SquareMatrix {
  const matrices = meanMatrices(sums, method, true);
  return matrices[matrices.length - 1]!;
}
