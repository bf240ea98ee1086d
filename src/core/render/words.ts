import { plural, readable } from '../base/text';
import type { LayerReport, MeasureReport } from '../report';
import { sizeOf } from '../tensor/shape';

/** What "matrix ±" is, where there is one. */
export const STANDARD_ERROR_HELP =
  '"matrix ±" is the standard error of an association matrix that was estimated with random directions, as a share of the matrix (Frobenius norm); those without are exact.';

/** "64 units"; "16 channels, 32 × 32" of a convolution; "12 units, 5 positions" of tokens. */
export function layerSize({ kind, units, shape }: Pick<LayerReport, 'kind' | 'units' | 'shape'>): string {
  if (kind === 'conv') return `${plural(units, 'channel')}, ${shape.slice(1).join(' × ')}`;
  const positions = sizeOf(shape) / Math.max(1, units);
  return plural(units, 'unit') + (positions > 1 ? `, ${plural(positions, 'position')}` : '');
}

/**
 * Q, in brackets the number of clusters, z against the null model, and the standard error of the association: "0.123 (2, z 7.3, matrix ± 1.3 %)"; it is not one of Q.
 * @param digits of Q
 */
export function quality(result: MeasureReport | undefined, digits = 3): string {
  if (result === undefined || result.q === null) return '–';
  const z = result.null?.z ?? null;
  const details = [
    String(result.count),
    ...(z === null ? [] : [`z ${z.toFixed(1)}`]),
    ...(result.standardError === null ? [] : [`matrix ± ${readable(100 * result.standardError, 2)} %`]),
  ];
  return `${result.q.toFixed(digits)} (${details.join(', ')})`;
}

/** Whether any association was estimated. */
export function isEstimated(layers: readonly LayerReport[]): boolean {
  return layers.some(({ methods }) =>
    Object.values(methods).some(({ standardError }) => standardError !== null),
  );
}
