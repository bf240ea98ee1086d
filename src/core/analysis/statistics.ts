import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { probeOptions, type SweepOptions, type SweepSums } from '../association/sums/sums';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { Choice } from '../dataset/choose';
import type { Model } from '../network/model';
import type { SplitStatistics, Statistics } from '../report';
import type { Tensor } from '../tensor/dtype';
import { loadData } from './analysis-data';
import { type Compute, isForwardShort } from './compute';

/** Weights smaller than this count as zero, as in the authors' code. */
const ZERO_WEIGHT = 1e-3;
/** The smaller side of the largest matrix whose singular values are computed: beyond it they take minutes. */
const LARGEST_SIDE = 1536;

type WeightStatistics = Pick<Statistics, 'l1Norm' | 'l2Norm' | 'nuclearNorm' | 'sparsity'>;

/**
 * Norms and sparsity over a checkpoint's parameters of two or more dimensions. The nuclear norm is over the two-dimensional
 * ones; null where one of them is too large.
 * @param nuclearNorm sums a matrix's singular values, elsewhere: it takes O(rows · columns²)
 */
export async function weightStatistics(
  checkpoint: Checkpoint,
  nuclearNorm: (matrix: Tensor) => Promise<number | null>,
): Promise<WeightStatistics> {
  let l1Norm = 0;
  let l2Norm = 0;
  let zeros = 0;
  let count = 0;
  const norms: Promise<number | null>[] = [];
  for (const info of checkpoint.tensors.values()) {
    if (info.role !== 'weight' || info.shape.length < 2) continue;
    const tensor = await checkpoint.read(info.name);
    for (const value of tensor.data) {
      const magnitude = Math.abs(value);
      l1Norm += magnitude;
      l2Norm += magnitude * magnitude;
      if (magnitude < ZERO_WEIGHT) zeros++;
    }
    count += tensor.data.length;
    if (info.shape.length === 2) norms.push(nuclearNorm(tensor));
  }
  const nuclear = (await Promise.all(norms)).reduce(
    (sum, norm) => (sum === null || norm === null ? null : sum + norm),
    0,
  );
  return { l1Norm, l2Norm, nuclearNorm: nuclear, sparsity: count === 0 ? 0 : zeros / count };
}

/** Sum of the singular values of a two-dimensional tensor; null where it is too large. */
export function nuclearNorm({ shape, data }: Tensor): number | null {
  const [rows = 0, columns = 0] = shape;
  if (Math.min(rows, columns) > LARGEST_SIDE) return null;
  const matrix = Matrix.from1DArray(rows, columns, data);
  const { diagonal } = new SingularValueDecomposition(matrix, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return diagonal.reduce((sum, value) => sum + value, 0);
}

/** Mean cross-entropy in nats, and the share of samples classified right. */
export function splitStatistics({ loss, correct, samples }: SweepSums): SplitStatistics {
  return { loss: loss / samples, accuracy: correct / samples };
}

/** Loss and accuracy alone. */
const NOTHING: SweepOptions = {
  measures: new Set(),
  combined: false,
  probes: probeOptions(false, null, 0),
};

/**
 * Loss and accuracy on the other splits of the data set, all of their samples.
 * @param notes a sentence is added for each split that was left out
 */
export async function otherSplits(
  { main, splits }: Choice,
  model: Model,
  compute: Compute,
  notes: string[],
): Promise<Pick<Statistics, 'train' | 'val' | 'test'>> {
  const statistics: Pick<Statistics, 'train' | 'val' | 'test'> = {};
  for (const source of splits) {
    if (source.split === main.split) continue;
    if (source.samples !== null && !isForwardShort(model, source.samples)) {
      notes.push(`The ${source.split} split was left out of the statistics: it would take long.`);
      continue;
    }
    const dataset = await loadData(source, model, null);
    const sums = await compute.sweep(model, dataset, NOTHING);
    Object.assign(statistics, { [source.split]: splitStatistics(sums) });
  }
  return statistics;
}

/** Mean and sample standard deviation. @param values two or more */
export function meanAndSd(values: readonly number[]): { readonly mean: number; readonly sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
