import { line as lineThrough } from 'd3-shape';
import { element, INK, line, rectangle, tooltip } from '../svg';
import type { Frame } from './plot-panel';
import { marker, type SeriesStyle } from './plot-style';

/** Mean and spread of what untrained networks have. */
export interface Band {
  readonly mean: number;
  /** 0 where there is no more than one. */
  readonly sd: number;
}

/** Opacity of one of the three layers that lie upon each other within one standard deviation. */
export const SHADE = 0.09;

/**
 * The mean of untrained networks as a line, and 1, 2 and 3 standard deviations around it in ever lighter grey.
 * @param from, to places on the x axis; the whole panel where they are left out
 */
export function untrainedBand(frame: Frame, { mean, sd }: Band, from?: number, to?: number): string {
  const left = from === undefined ? frame.left : Math.max(frame.left, frame.x(from));
  const right = to === undefined ? frame.left + frame.width : Math.min(frame.left + frame.width, frame.x(to));
  const inside = (value: number): number =>
    Math.min(frame.top + frame.height, Math.max(frame.top, frame.y(value)));
  const shades = [3, 2, 1].map((k) => {
    const [high, low] = [inside(mean + k * sd), inside(mean - k * sd)];
    return rectangle(left, high, right - left, low - high, { fill: INK, 'fill-opacity': SHADE });
  });
  const y = frame.y(mean);
  const isInside = y >= frame.top && y <= frame.top + frame.height;
  const middle = isInside ? line(left, y, right, y, { stroke: INK, 'stroke-opacity': 0.45 }) : '';
  return element('g', {}, tooltip(bandWords({ mean, sd })), ...shades, middle);
}

/** The same as a bar, where several series have their own: its mean, 1 SD thick, 3 SD thin. @param x pixels */
export function untrainedBar(frame: Frame, { mean, sd }: Band, x: number, { colour }: SeriesStyle): string {
  const y = (value: number): number =>
    Math.min(frame.top + frame.height, Math.max(frame.top, frame.y(value)));
  return element(
    'g',
    { stroke: colour },
    tooltip(bandWords({ mean, sd })),
    line(x, y(mean - 3 * sd), x, y(mean + 3 * sd), { stroke: undefined, 'stroke-width': 1 }),
    line(x, y(mean - sd), x, y(mean + sd), { stroke: undefined, 'stroke-width': 3, 'stroke-opacity': 0.7 }),
    line(x - 3, y(mean), x + 3, y(mean), { stroke: undefined, 'stroke-width': 1.5 }),
  );
}

const bandWords = ({ mean, sd }: Band): string =>
  `untrained networks: mean ${mean.toPrecision(3)}, SD ${sd.toPrecision(2)}`;

/** A point of a curve. */
export interface CurveMark {
  readonly x: number;
  readonly y: number;
  /** Ends of the error bar; null where there is none. */
  readonly ends: readonly [number, number] | null;
  /** Said on hovering. */
  readonly tip: string;
}

/** Means as a line with error bars and markers. @param shift pixels to the side, so that bars of several series do not cover each other */
export function curveMarks(
  frame: Frame,
  points: readonly CurveMark[],
  style: SeriesStyle,
  shift = 0,
): string {
  const at = points.map((point) => ({ ...point, px: frame.x(point.x) + shift, py: frame.y(point.y) }));
  const d =
    lineThrough<(typeof at)[number]>(
      ({ px }) => px,
      ({ py }) => py,
    ).digits(1)(at) ?? '';
  const bars = at.flatMap(({ px, ends }) => {
    if (ends === null) return [];
    const [low, high] = [frame.y(ends[0]), frame.y(ends[1])];
    const stroke = { stroke: style.colour, 'stroke-width': 1.2 };
    // A bar that the marker would hide says nothing.
    return [
      line(px, low, px, high, stroke),
      line(px - 2.5, low, px + 2.5, low, stroke),
      line(px - 2.5, high, px + 2.5, high, stroke),
    ];
  });
  return [
    at.length > 1
      ? element('path', {
          d,
          fill: 'none',
          stroke: style.colour,
          'stroke-width': 1.6,
          'stroke-dasharray': style.dash,
        })
      : '',
    ...bars,
    ...at.map(({ px, py, tip }) => marker(style, px, py, tip)),
  ].join('');
}

/** A run's number in a panel. */
export interface RunMark {
  readonly x: number;
  readonly y: number;
  /** Index into the study's checkpoints. */
  readonly checkpoint: number;
  readonly tip: string;
}

/** Every run as a small dot, which a page can open. */
export function runPoints(
  frame: Frame,
  marks: readonly RunMark[],
  { colour }: SeriesStyle,
  shift = 0,
): string {
  if (marks.length === 0) return '';
  return element(
    'g',
    { fill: colour, 'fill-opacity': 0.35 },
    ...marks.map(({ x, y, checkpoint, tip }) =>
      element(
        'circle',
        { cx: frame.x(x) + shift, cy: frame.y(y), r: 1.9, 'data-checkpoint': String(checkpoint) },
        tooltip(tip),
      ),
    ),
  );
}

/** Runs as thin lines. @param lines each from left to right */
export function runLines(
  frame: Frame,
  lines: readonly (readonly RunMark[])[],
  { colour, dash }: SeriesStyle,
): string {
  if (lines.length === 0) return '';
  const path = lineThrough<RunMark>(
    ({ x }) => frame.x(x),
    ({ y }) => frame.y(y),
  ).digits(1);
  return element(
    'g',
    { fill: 'none', stroke: colour, 'stroke-width': 0.8, 'stroke-opacity': 0.35, 'stroke-dasharray': dash },
    ...lines.map((points) => element('path', { d: path(points) ?? '' })),
  );
}
