import type { Method, RawMethod } from '../analysis/report';
import type { SquareMatrix } from '../matrix';
import { type Blocks, combinedMatrix, layerMatrix } from './blocks';
import type { SweepSums } from './sweep';

/** Standard deviations are taken to be at least this when normalising, as in the authors' code. */
const SMALLEST_SIGMA = 1e-12;

export function rawMethod(method: Method): RawMethod {
  // The only ids there are end in _norm or are raw ones.
  return method.replace(/_norm$/, '') as RawMethod;
}

/**
 * The signed mean S of one measure: per hidden layer in network order, then over all of them where the blocks
 * between layers were kept. See METHODS in the documentation for the formulae.
 */
export function meanMatrices(sums: SweepSums, method: RawMethod, combined: boolean): SquareMatrix[] {
  const blocks = blocksOf(sums, method);
  if (blocks === null) throw new Error(`${method} was not collected`);
  const scale = 1 / sums.samples;
  const layers = blocks.sizes.map((_, layer) => layerMatrix(blocks, layer, scale));
  return combined ? [...layers, combinedMatrix(blocks, scale)] : layers;
}

function blocksOf(sums: SweepSums, method: RawMethod): Blocks | null {
  switch (method) {
    case 'forward_cov':
      return sums.moments?.products ?? null;
    case 'forward_jac':
      return sums.forwardJacobian;
    case 'backward_jac':
      return sums.backwardJacobian;
    case 'backward_hess':
      return sums.backwardHessian;
  }
}

/** |S|, entry by entry. */
export function association(signed: SquareMatrix): SquareMatrix {
  return { size: signed.size, data: signed.data.map(Math.abs) };
}

/** |S_ij| / (σ_i σ_j), σ_i = √|S_ii|. */
export function normalisedAssociation({ size, data }: SquareMatrix): SquareMatrix {
  const sigma = Float64Array.from({ length: size }, (_, i) =>
    Math.max(Math.sqrt(Math.abs(data[i * size + i]!)), SMALLEST_SIGMA),
  );
  return {
    size,
    data: data.map((value, at) => Math.abs(value) / (sigma[Math.floor(at / size)]! * sigma[at % size]!)),
  };
}
