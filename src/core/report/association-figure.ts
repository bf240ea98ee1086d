import type { SquareMatrix } from '../base/matrix';
import type { Measure } from '../measures';
import type { MeasureReport } from '../report';
import { associationCard } from './association-card';
import { associationRange } from './association-range';
import { heatImage } from './heat';
import { orderByCluster, orderedCells } from './order';
import type { PaletteName } from './palette';
import { linearScale, logScale, type Scale } from './scale';

export interface AssociationStyle {
  readonly palette: PaletteName;
  /** `log` shows weak ties too, `linear` the strong ones. */
  readonly scale: 'linear' | 'log';
}

/** Above this many units, blocks are averaged: finer than what fits on the page. */
const MAX_CELLS = 256;

/** The picture of a matrix that is at hand. */
export function associationFigure(
  layer: string,
  measure: Measure,
  result: MeasureReport,
  matrix: SquareMatrix,
  style: AssociationStyle,
): string {
  const { units, segments } = orderByCluster(matrix, result.clusters);
  const { side, values } = orderedCells(matrix, units, MAX_CELLS);
  const scale = associationScale(values, style.scale);
  const image = heatImage(side, values, scale, style.palette);
  return associationCard(
    { layer, method: measure, q: result.q, units: matrix.size, segments, part: null, image, scale },
    style.palette,
  );
}

function associationScale(values: Float64Array, kind: 'linear' | 'log'): Scale {
  const { low, high, clipped } = associationRange(values, kind);
  // Whole decades need an end of the bar below the highest: of a matrix of zeros there is nothing to show on them.
  return kind === 'log' && values.some((value) => value > 0)
    ? logScale(low, high)
    : linearScale(low, high, clipped);
}
