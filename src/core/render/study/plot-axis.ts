import { scaleLinear } from 'd3-scale';
import { printable, readable, shorten } from '../../base/text';
import type { Axis } from '../../study/curves';
import { placesOf } from '../../study/curves';
import type { Scalar } from '../../study/describe';
import type { Factor } from '../../study/groups';
import { wordOf } from '../../study/groups/sentence';
import { superscript } from '../colours';

export interface PlotTick {
  readonly at: number;
  readonly label: string;
}

/** One direction of a plot. Places on it are linear: of a logarithmic axis they are the logarithms. */
export interface PlotAxis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly PlotTick[];
  /** Short ticks without a label, between those of a logarithm. */
  readonly minor: readonly number[];
  /** Where the axis is broken, since what is left of it has no place on its scale. */
  readonly breakAt: number | null;
  /** Whether the ticks are names, which are turned where they need more room than there is. */
  readonly isNamed: boolean;
  /** What is shown and its unit. */
  readonly title: string;
}

/** Share of the axis that is left free at either end, so that no marker is cut. */
const PADDING = 0.05;

function padded(low: number, high: number): readonly [number, number] {
  const span = high > low ? high - low : Math.max(1e-9, Math.abs(high) * 0.2 || 1);
  const middle = (low + high) / 2;
  const [from, to] = high > low ? [low, high] : [middle - span / 2, middle + span / 2];
  return [from - PADDING * span, to + PADDING * span];
}

/**
 * An axis that has room for values.
 * @param include what must be on it besides, e.g. zero
 */
export function linearAxis(
  title: string,
  values: Iterable<number>,
  { include = [], count = 5 }: { readonly include?: readonly number[]; readonly count?: number } = {},
): PlotAxis {
  let [low, high] = [Infinity, -Infinity];
  for (const value of [...include, ...values]) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const domain = low <= high ? padded(low, high) : padded(0, 1);
  // What cannot be negative has no room below zero.
  const from = low === 0 ? 0 : domain[0];
  return plain(title, [from, domain[1]], tidyTicks(from, domain[1], count));
}

function plain(title: string, domain: readonly [number, number], ticks: readonly PlotTick[]): PlotAxis {
  return { domain, ticks, minor: [], breakAt: null, isNamed: false, title };
}

/** Ticks at round numbers: "0.1", "2,000"; of very large and very small ones "2×10⁵". */
export function tidyTicks(low: number, high: number, count: number): PlotTick[] {
  const scale = scaleLinear([low, high], [0, 1]);
  const ticks = scale.ticks(count);
  const largest = ticks.reduce((most, tick) => Math.max(most, Math.abs(tick)), 0);
  if (largest >= 1e5 || (largest > 0 && largest < 1e-3)) {
    return ticks.map((at) => ({ at, label: scientific(at) }));
  }
  const format = scale.tickFormat(count);
  return ticks.map((at) => ({ at, label: at === 0 ? '0' : format(at) }));
}

/** "2×10⁵", "10⁻³", "0". */
function scientific(value: number): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  const mantissa = readable(value / 10 ** exponent, 3);
  return `${mantissa === '1' ? '' : `${mantissa}×`}10${superscript(exponent)}`;
}

/** Names side by side, the first at 0. */
export function namedAxis(title: string, names: readonly string[]): PlotAxis {
  return {
    ...plain(
      title,
      [-0.5, names.length - 0.5],
      names.map((name, at) => ({ at, label: shorten(printable(name), 16) })),
    ),
    isNamed: true,
  };
}

/** How a factor is usually shown: logarithmic where its values are. */
export function usualAxis({ scale }: Factor): Axis {
  return scale === 'log' ? 'log' : 'value';
}

/** Values of a factor on an axis of its own. */
export function factorAxis(factor: Factor, axis: Axis): PlotAxis {
  const places = placesOf(factor, axis);
  const title = wordOf(factor.key);
  const numbers = factor.values.filter((value): value is number => typeof value === 'number');
  const isNumeric = factor.scale !== 'category' && numbers.length > 0;
  if (!isNumeric) return namedAxis(title, factor.values.map(valueText));
  if (axis === 'percent') return percentAxis([factor]);
  const domain = padded(Math.min(...places.values()), Math.max(...places.values()));
  // What is not given has a place before the least value.
  const others = factor.values.filter((value) => value === null || (axis === 'log' && Number(value) <= 0));
  const off = others.flatMap((value) => tickAt(places, value));
  const on = numbers
    .filter((value) => axis !== 'log' || value > 0)
    .flatMap((value) => places.get(value) ?? []);
  const [least, most] = [Math.min(...on), Math.max(...on)];
  const breakAt =
    off.length === 0 || on.length === 0 ? null : (Math.max(...off.map(({ at }) => at)) + least) / 2;
  if (axis === 'value') {
    const ticks = tidyTicks(least, most, 5).filter(({ at }) => at >= least - 1e-9);
    return { ...plain(title, domain, [...off, ...ticks]), breakAt };
  }
  return {
    ...plain(title, domain, [...off, ...decades(least, most)]),
    minor: minorTicks(least, most),
    breakAt,
  };
}

function tickAt(places: ReadonlyMap<Scalar, number>, value: Scalar): PlotTick[] {
  const at = places.get(value);
  return at === undefined ? [] : [{ at, label: valueText(value) }];
}

/** Whole decades; where there is no more than one, the ends. */
function decades(least: number, most: number): PlotTick[] {
  const [from, to] = [Math.ceil(least - 1e-9), Math.floor(most + 1e-9)];
  if (to <= from) return [least, most].map((at) => ({ at, label: readable(10 ** at, 2) }));
  // All in one way of writing.
  const isShort = from >= -2 && to <= 3;
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    at: from + i,
    label: isShort ? readable(10 ** (from + i)) : `10${superscript(from + i)}`,
  }));
}

function minorTicks(least: number, most: number): number[] {
  // Of many decades they would be a comb.
  if (most - least > 7) return [];
  const all: number[] = [];
  for (let k = Math.floor(least); k <= most; k++) {
    for (let m = 2; m < 10; m++) all.push(k + Math.log10(m));
  }
  return all.filter((at) => at > least && at < most);
}

/** Several factors on one axis: how far each is between the ends of its values. */
export function percentAxis(factors: readonly Factor[]): PlotAxis {
  const places = factors.flatMap((factor) => [...placesOf(factor, 'percent').values()]);
  const domain = padded(Math.min(0, ...places), Math.max(100, ...places));
  const [only] = factors;
  const title =
    only !== undefined && factors.length === 1
      ? `${wordOf(only.key)} (% of its range)`
      : 'regularization (% of its range)';
  return plain(
    title,
    domain,
    [0, 25, 50, 75, 100].map((at) => ({ at, label: String(at) })),
  );
}

/** A value as people write it. */
export function valueText(value: Scalar): string {
  if (value === null) return 'none';
  if (typeof value !== 'number') return printable(String(value), 40);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? scientific(value) : readable(value);
}
