import type { SquareMatrix } from '../base/matrix';
import { encodePng } from '../file/png';
import type { Measure } from '../measures';
import type { MeasureReport } from '../report';
import { associationCard } from './association-card';
import { linearScale, logScale, type PaletteName, resample, type Scale } from './colours';
import { orderByCluster, orderedCells } from './order';
import { MISSING } from './svg';

export interface AssociationStyle {
  readonly palette: PaletteName;
  /** `log` shows weak ties too, `linear` the strong ones. */
  readonly scale: 'linear' | 'log';
}

/** Above this many units, blocks are averaged: finer than what fits on the page. */
const MAX_CELLS = 256;

// Apart from the card, which pages draw too, because what encodes the picture runs in Node alone.

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

/** The few greatest values would leave the rest in the dark: the scale ends where 99 % of them do. */
const QUANTILE = 0.99;
/** Enough of them to know where that is. */
const SAMPLE = 4096;
/** Four decades show structure; what is weaker is rounding and noise. */
const DECADES = 1e-4;

/** The values at the ends of a colour scale. */
export interface AssociationRange {
  readonly low: number;
  readonly high: number;
  /** Whether there are values above the high end. */
  readonly clipped: boolean;
}

/** What of an association matrix is told apart by colours. @param values NaN where there is none, as on the diagonal */
export function associationRange(values: Float64Array, kind: 'linear' | 'log'): AssociationRange {
  let highest = 0;
  let weakest = Infinity;
  // By index: of sixteen million values an iterator takes half a second.
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value > highest && value < Infinity) highest = value;
    if (value > 0 && value < weakest) weakest = value;
  }
  // A matrix of zeros (every unit dead) still gets a bar.
  if (highest === 0) return { low: kind === 'log' ? DECADES : 0, high: 1, clipped: false };
  if (kind === 'log') return { low: Math.max(weakest, highest * DECADES), high: highest, clipped: false };
  const top = quantile(values);
  return top > 0 ? { low: 0, high: top, clipped: top < highest } : { low: 0, high: highest, clipped: false };
}

function quantile(values: Float64Array): number {
  // Odd, so that on a matrix of even side it does not keep to a few columns.
  const stride = 2 * Math.floor(values.length / SAMPLE / 2) + 1;
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += stride) if (Number.isFinite(values[i])) sample.push(values[i]!);
  const sorted = Float64Array.from(sample).sort();
  return sorted[Math.floor(QUANTILE * (sorted.length - 1))] ?? 0;
}

/** The last colour of an image's table stands for "no value". */
const LEVELS = 255;
const MISSING_LEVEL = LEVELS;

/**
 * A matrix as the address of one embedded picture: thousands of rectangles would be many times its size.
 *
 * @param values row-major from the top left, side × side; what is not finite is drawn as missing
 */
export function heatImage(side: number, values: Float64Array, scale: Scale, palette: PaletteName): string {
  const pixels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    pixels[i] = Number.isFinite(value) ? Math.round(scale.position(value) * (LEVELS - 1)) : MISSING_LEVEL;
  }
  const colours = new Uint8Array(3 * (LEVELS + 1));
  colours.set(resample(palette, LEVELS));
  colours.set(Buffer.from(MISSING.slice(1), 'hex'), 3 * MISSING_LEVEL);
  return `data:image/png;base64,${encodePng(side, side, pixels, colours).toString('base64')}`;
}
