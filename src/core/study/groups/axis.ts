import { naturalOrder } from '../../network/network';
import type { Scalar } from '../records/values';

/** A hyper-parameter that a study varies: what its figures have on their axis. */
export interface Factor {
  readonly key: string;
  /**
   * `log`: the positive values are logarithmically spaced; a zero among them is the baseline at the axis's start.
   * `category`: at least one value is no number.
   */
  readonly scale: 'linear' | 'log' | 'category';
  /** Each once, in the order of the axis; null, which is first, where it is not given. */
  readonly values: readonly Scalar[];
}

/** @param values of the runs, in any order */
export function factorOf(key: string, values: readonly Scalar[]): Factor {
  const distinct = [...new Set(values)];
  const given = distinct.filter((value) => value !== null);
  const numbers = given.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  const isNumeric = numbers.length === given.length;
  const ordered = isNumeric ? numbers : given.sort((a, b) => naturalOrder(String(a), String(b)));
  return {
    key,
    scale: isNumeric ? scaleOf(numbers) : 'category',
    values: distinct.length > given.length ? [null, ...ordered] : ordered,
  };
}

/** So far steps may be from equal ones, as a share of a step: 1, 3, 10, 30 are meant to be equal. */
const TOLERANCE = 0.15;
/** From this ratio of the greatest to the least on, a linear axis shows the greatest values alone. */
const WIDE = 1000;
/** From here on, steps may be multiples of one another: values were left out. */
const PATCHY = 100;
/** Two values make one step, which is equal to itself: they must be this far apart. */
const FAR = 10;

function scaleOf(ascending: readonly number[]): 'linear' | 'log' {
  const positive = ascending.filter((value) => value > 0);
  const [least = 1] = positive;
  const ratio = (positive.at(-1) ?? 1) / least;
  if (positive.length < 2 || (ascending[0] ?? 0) < 0) return 'linear';
  if (positive.length === 2) return ratio >= FAR ? 'log' : 'linear';
  if (areMultiples(steps(ascending), 1)) return 'linear';
  if (ratio >= WIDE || areMultiples(steps(positive.map(Math.log)), ratio >= PATCHY ? 4 : 1)) return 'log';
  return 'linear';
}

function steps(ascending: readonly number[]): number[] {
  return ascending.slice(1).map((value, index) => value - ascending[index]!);
}

/** Whether all are whole multiples, up to `most`, of the least. */
function areMultiples(gaps: readonly number[], most: number): boolean {
  const least = Math.min(...gaps);
  return gaps.every((gap) => {
    const multiple = Math.round(gap / least);
    return multiple <= most && Math.abs(gap / least - multiple) <= TOLERANCE;
  });
}
