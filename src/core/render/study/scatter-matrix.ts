import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { element, line, MUTED, rectangle, RULE, text, tooltip, wrapText } from '../svg';
import { tidyTicks } from './plot-axis';
import type { Drawn } from './plot-panel';
import type { SeriesStyle } from './plot-style';
import { numeral } from './study-series';

/** A layer of a run: its numbers by measure. */
export interface PairPoint {
  readonly checkpoint: number;
  /** Of its layer. */
  readonly style: SeriesStyle;
  readonly q: readonly (number | null)[];
  readonly clusters: readonly (number | null)[];
}

const CELL = 88;
const GAP = 5;
const LABELS = 34;

/**
 * Every variable against every other: Q in the lower triangle, numbers of clusters in the upper one, names on the diagonal. All
 * panels of a triangle share their scale.
 */
export function scatterMatrix(
  names: readonly string[],
  points: readonly PairPoint[],
  left: number,
  top: number,
): Drawn {
  const size = names.length * (CELL + GAP) - GAP;
  const at = (index: number, start: number): number => start + index * (CELL + GAP);
  const [x0, y0] = [left + LABELS, top + LABELS];
  const q = domainOf(
    points.flatMap((point) => point.q),
    0.07,
  );
  const clusters = domainOf(
    points.flatMap((point) => point.clusters),
    0.15,
  );
  const parts: string[] = [];
  for (let row = 0; row < names.length; row++) {
    for (let column = 0; column < names.length; column++) {
      const [x, y] = [at(column, x0), at(row, y0)];
      if (row === column) {
        parts.push(...nameOf(names[row]!, x, y));
        continue;
      }
      const isLower = row > column;
      const scaleX = scaleLinear(isLower ? q : clusters, [x, x + CELL]);
      const scaleY = scaleLinear(isLower ? q : clusters, [y + CELL, y]);
      parts.push(
        element(
          'g',
          {},
          tooltip(`${names[column]!} → ${names[row]!}`),
          rectangle(x, y, CELL, CELL, { fill: 'none', stroke: RULE }),
          line(x, y + CELL, x + CELL, y, { 'stroke-dasharray': '2 3' }),
          ...(isLower
            ? dots(points, row, column, scaleX, scaleY)
            : circles(points, row, column, scaleX, scaleY)),
        ),
      );
      if (column === 0) parts.push(...yTicks(scaleY, x - 4, 'end', q));
      if (row === names.length - 1) parts.push(...xTicks(scaleX, y + CELL + 13, q));
      if (row === 0) parts.push(...xTicks(scaleX, y - 5, clusters));
      if (column === names.length - 1) parts.push(...yTicks(scaleY, x + CELL + 4, 'start', clusters));
    }
  }
  const middle = y0 + size / 2;
  parts.push(
    text(x0 + size / 2, y0 + size + 30, 'modularity Q', { 'text-anchor': 'middle' }),
    text(x0 + size / 2, y0 - 20, 'number of clusters', { 'text-anchor': 'middle' }),
    text(left + 2, middle, 'modularity Q', {
      'text-anchor': 'middle',
      transform: `rotate(-90 ${left + 2} ${middle})`,
    }),
  );
  return { svg: parts.join(''), width: LABELS + size + LABELS, height: LABELS + size + 40 };
}

/** @param padding as a share of their span, at either end */
function domainOf(values: readonly (number | null)[], padding: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  const pad = high > low ? padding * (high - low) : 0.5;
  return [low - pad, high + pad];
}

function nameOf(name: string, x: number, y: number): string[] {
  const lines = wrapText(name, CELL - 8);
  return lines.map((words, i) =>
    text(x + CELL / 2, y + CELL / 2 + 4 + (i - (lines.length - 1) / 2) * 14, words, {
      'text-anchor': 'middle',
      'font-weight': 600,
    }),
  );
}

type Place = ScaleLinear<number, number>;

/** Dots of one colour together, which is shorter than each with its own. */
function dots(points: readonly PairPoint[], row: number, column: number, x: Place, y: Place): string[] {
  const byColour = new Map<string, string[]>();
  for (const { checkpoint, style, q } of points) {
    const [a, b] = [q[column] ?? null, q[row] ?? null];
    if (a === null || b === null) continue;
    const marks = byColour.get(style.colour) ?? [];
    marks.push(
      element('circle', { cx: tenth(x(a)), cy: tenth(y(b)), r: 1.6, 'data-checkpoint': String(checkpoint) }),
    );
    byColour.set(style.colour, marks);
  }
  return [...byColour].map(([fill, marks]) => element('g', { fill, 'fill-opacity': 0.45 }, ...marks));
}

/** Whole numbers fall upon each other: a circle for all of a place, by area. */
function circles(points: readonly PairPoint[], row: number, column: number, x: Place, y: Place): string[] {
  const counts = new Map<string, { fill: string; a: number; b: number; count: number }>();
  let total = 0;
  for (const { style, clusters } of points) {
    const [a, b] = [clusters[column] ?? null, clusters[row] ?? null];
    if (a === null || b === null) continue;
    total++;
    const key = `${style.colour} ${a} ${b}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { fill: style.colour, a, b, count: 1 });
    else known.count++;
  }
  return [...counts.values()].map(({ fill, a, b, count }) =>
    element(
      'circle',
      {
        cx: tenth(x(a)),
        cy: tenth(y(b)),
        r: tenth(1 + 15 * Math.sqrt(count / total)),
        fill,
        'fill-opacity': 0.4,
      },
      tooltip(`${numeral(a)} and ${numeral(b)} clusters: ${count}`),
    ),
  );
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

function xTicks(scale: Place, y: number, [low, high]: readonly [number, number]): string[] {
  return tidyTicks(low, high, 3).map(({ at, label }) =>
    text(scale(at), y, label, { 'text-anchor': 'middle', 'font-size': 9, fill: MUTED }),
  );
}

function yTicks(
  scale: Place,
  x: number,
  anchor: 'start' | 'end',
  [low, high]: readonly [number, number],
): string[] {
  return tidyTicks(low, high, 3).map(({ at, label }) =>
    text(x, scale(at) + 3, label, { 'text-anchor': anchor, 'font-size': 9, fill: MUTED }),
  );
}
