import type { Method, MethodReport } from '../analysis/report';
import type { SquareMatrix } from '../matrix';
import { associationCard } from './association-card';
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
  method: Method,
  result: MethodReport,
  matrix: SquareMatrix,
  style: AssociationStyle,
): string {
  const { units, segments } = orderByCluster(matrix, result.clusters);
  const { side, values } = orderedCells(matrix, units, MAX_CELLS);
  const scale = associationScale(values, style.scale);
  const image = heatImage(side, values, scale, style.palette);
  return associationCard(
    { layer, method, q: result.q, units: matrix.size, segments, image, scale },
    style.palette,
  );
}

/** The few greatest values would leave the rest in the dark: the scale ends where 99 % of them do. */
const QUANTILE = 0.99;
/** Enough of them to know where that is. */
const SAMPLE = 4096;
/** Four decades show structure; what is weaker is rounding and noise. */
const DECADES = 1e-4;

function associationScale(values: Float64Array, kind: 'linear' | 'log'): Scale {
  let highest = 0;
  let weakest = Infinity;
  for (const value of values) {
    if (value > highest && value < Infinity) highest = value;
    if (value > 0 && value < weakest) weakest = value;
  }
  // A matrix of zeros (every unit dead) still gets a bar.
  if (highest === 0) return linearScale(0, 1);
  if (kind === 'log') return logScale(Math.max(weakest, highest * DECADES), highest);
  const top = quantile(values);
  return top > 0 ? linearScale(0, top, top < highest) : linearScale(0, highest);
}

function quantile(values: Float64Array): number {
  // Odd, so that on a matrix of even side it does not keep to a few columns.
  const stride = 2 * Math.floor(values.length / SAMPLE / 2) + 1;
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += stride) if (Number.isFinite(values[i])) sample.push(values[i]!);
  const sorted = Float64Array.from(sample).sort();
  return sorted[Math.floor(QUANTILE * (sorted.length - 1))] ?? 0;
}
