import type { Method, MethodReport } from '../analysis/report';
import type { SquareMatrix } from '../matrix';
import { COLOUR_BAR_WIDTH, colourBar, heatImage } from './heat';
import { orderByCluster, orderedCells, type Segment } from './order';
import type { PaletteName } from './palette';
import { linearScale, logScale, type Scale } from './scale';
import { BODY_Y, element, line, MARGIN, MUTED, picture, rectangle, RULE, text, tooltip } from './svg';
import { plural, shorten } from './text';

export interface AssociationStyle {
  readonly palette: PaletteName;
  /** `log` shows weak ties too, `linear` the strong ones. */
  readonly scale: 'linear' | 'log';
}

/** Above this many units, blocks are averaged: finer than what fits on the page. */
const MAX_CELLS = 256;
const SIDE = 320;
const LABELS = 78;

/** One association matrix, its units in the order of their clusters, which are outlined and named. */
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
  const left = MARGIN + LABELS;
  const top = BODY_Y + 14;
  const barX = left + SIDE + 20;
  const perUnit = SIDE / matrix.size;
  const live = segments.filter(({ label }) => label >= 0);
  const dead = segments.find(({ label }) => label < 0)?.size ?? 0;

  return picture(
    {
      width: barX + COLOUR_BAR_WIDTH + MARGIN - 8,
      height: top + SIDE + 20 + MARGIN,
      title: `${shorten(layer, 24)} · ${method}`,
      subtitle: [
        result.q === null ? 'no clusters' : `Q ${result.q.toFixed(3)}`,
        plural(matrix.size, 'unit'),
        ...(live.length === 0 ? [] : [plural(live.length, 'cluster')]),
        ...(dead === 0 ? [] : [`${dead} dead`]),
      ].join(' · '),
      description: `Association matrix of ${plural(matrix.size, 'unit')} ordered by cluster, sizes ${live.map(({ size }) => size).join(', ')}.`,
    },
    heatImage({ x: left, y: top, width: SIDE, height: SIDE }, side, values, scale, style.palette),
    ...segments.map((segment) => drawSegment(segment, left, top, perUnit)),
    rectangle(left, top, SIDE, SIDE, { fill: 'none', stroke: RULE }),
    text(left + SIDE / 2, top + SIDE + 20, 'units by cluster, most strongly tied first', {
      'text-anchor': 'middle',
      'font-size': 10,
      fill: MUTED,
    }),
    colourBar(barX, top, SIDE, scale, style.palette, '|S|'),
  );
}

/** A cluster's outline on the diagonal, and its bracket and name on the left where there is room. */
function drawSegment({ label, start, size }: Segment, left: number, top: number, perUnit: number): string {
  const y = top + start * perUnit;
  const height = size * perUnit;
  const name = label < 0 ? 'dead' : `cluster ${label}`;
  const middle = y + height / 2;
  const end = { 'text-anchor': 'end', 'font-size': 10 };
  const names =
    height >= 30
      ? text(left - 12, middle - 2, name, { ...end, 'font-weight': 600 }) +
        text(left - 12, middle + 11, plural(size, 'unit'), { ...end, fill: MUTED })
      : height >= 12
        ? text(left - 12, middle + 3.5, `${label < 0 ? 'dead' : label}: ${plural(size, 'unit')}`, end)
        : '';
  return element(
    'g',
    {},
    tooltip(`${name}, ${plural(size, 'unit')}`),
    line(left - 6, y + 1.5, left - 6, y + height - 1.5, { stroke: MUTED, 'stroke-width': 2 }),
    names,
    label < 0
      ? ''
      : rectangle(left + start * perUnit, y, height, height, {
          fill: 'none',
          stroke: '#ffffff',
          'stroke-width': 1.5,
        }),
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
