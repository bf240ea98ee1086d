import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { Statistics } from '../report';
import type { Tensor } from '../tensor/dtype';

// What the weights alone tell. Apart from the statistics of the data: the workers need it, and not the readers of data sets.

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
