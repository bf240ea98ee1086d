import type { SquareMatrix } from '../base/matrix';
import type { RawMeasure } from '../measures';
import { type Blocks, combinedMatrix, layerMatrix } from './sums/blocks';
import type { SweepSums } from './sums/sums';

/** Standard deviations are taken to be at least this when normalising, as in the authors' code. */
const SMALLEST_SIGMA = 1e-12;

/**
 * The signed mean S of one measure: per hidden layer in network order, then over all of them where the blocks
 * between layers were kept. See METHODS in the documentation for the formulae.
 */
export function meanMatrices(sums: SweepSums, measure: RawMeasure, combined: boolean): SquareMatrix[] {
  const collected = sums.measures[measure];
  if (collected === undefined) throw new Error(`${measure} was not collected`);
  return matricesOf(collected.products, 1 / sums.samples, combined);
}

/** The variance of the entries of `meanMatrices`; null where the measure is exact. */
export function variances(sums: SweepSums, measure: RawMeasure, combined: boolean): SquareMatrix[] | null {
  const variance = sums.measures[measure]?.variance ?? null;
  if (variance === null) return null;
  // Of a mean over samples and positions.
  const { positions, ...rest } = variance;
  const squared = { ...rest, positions: positions.map((count) => count ** 2) };
  return matricesOf(squared, 1 / sums.samples ** 2, combined);
}

function matricesOf(blocks: Blocks, scale: number, combined: boolean): SquareMatrix[] {
  const layers = blocks.sizes.map((_, layer) => layerMatrix(blocks, layer, scale));
  return combined ? [...layers, combinedMatrix(blocks, scale)] : layers;
}

/** |S|, entry by entry. */
export function association(signed: SquareMatrix): SquareMatrix {
  return { size: signed.size, data: signed.data.map(Math.abs) };
}

/** |S_ij| / (σ_i σ_j), σ_i = √|S_ii|. */
export function normalisedAssociation({ size, data }: SquareMatrix): SquareMatrix {
  const sigma = deviations({ size, data });
  return {
    size,
    data: data.map((value, at) => Math.abs(value) / (sigma[Math.floor(at / size)]! * sigma[at % size]!)),
  };
}

/** Said of an association that is lost in the noise of its estimate. */
const LARGEST_ERROR = 10;

/**
 * How far an estimated association may be off: the expected ‖error‖ / ‖association‖, in the Frobenius norm, at most 10. The norm is
 * that of the association itself: the estimate's, to whose square the noise adds, less the noise. That of a normalised one
 * takes its σ as they are; its diagonal is 1 whatever they are.
 * @param signed the mean S
 * @param variance of its entries
 * @returns null where the measure is exact
 */
export function standardError(
  signed: SquareMatrix,
  variance: SquareMatrix,
  normalised: boolean,
): number | null {
  const { size } = signed;
  const sigma = deviations(signed);
  let squares = 0;
  let errors = 0;
  for (let i = 0, at = 0; i < size; i++) {
    for (let j = 0; j < size; j++, at++) {
      const scale = normalised ? 1 / (sigma[i]! * sigma[j]!) : 1;
      squares += (scale * signed.data[at]!) ** 2;
      if (!normalised || i !== j) errors += scale ** 2 * variance.data[at]!;
    }
  }
  if (errors === 0) return null;
  return Math.sqrt(errors / Math.max(squares - errors, errors / LARGEST_ERROR ** 2));
}

function deviations({ size, data }: SquareMatrix): Float64Array {
  return Float64Array.from({ length: size }, (_, i) =>
    Math.max(Math.sqrt(Math.abs(data[i * size + i]!)), SMALLEST_SIGMA),
  );
}
