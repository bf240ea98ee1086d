import { familyOf, isNormalised, type Measure, rawOf } from '../measures';
import { bracket, line, text } from './svg';

/** Measures side by side, or one above the other, with the families set apart. */
export interface MeasureAxis {
  readonly slots: readonly { readonly measure: Measure; readonly offset: number }[];
  /** Size of one slot. */
  readonly cell: number;
  /** From the first slot to the end of the last. */
  readonly length: number;
}

const FAMILY_GAP = 12;
/** A slot that has a measure's name to itself must hold it: "backward_hess". */
const NAME_WIDTH = 92;

/** @param measures in canonical order, at least one */
export function measureAxis(measures: readonly Measure[], cell: number): MeasureAxis {
  const alone = measures.some(
    (measure) => measures.filter((other) => rawOf(other) === rawOf(measure)).length === 1,
  );
  const size = alone ? Math.max(cell, NAME_WIDTH) : cell;
  let offset = 0;
  const slots = measures.map((measure, i) => {
    const previous = measures[i - 1];
    if (previous !== undefined) offset += familyOf(previous) === familyOf(measure) ? size : size + FAMILY_GAP;
    return { measure, offset };
  });
  return { slots, cell: size, length: offset + size };
}

/** Height of the three lines of a header: family, measure, raw or normalised. */
export const HEADER_HEIGHT = 62;

/** The columns' names, above a grid whose top left corner is (x, y). */
export function measureHeader(axis: MeasureAxis, x: number, y: number): string {
  const span = (key: (measure: Measure) => string) => {
    const groups = new Map<string, { from: number; to: number }>();
    for (const { measure, offset } of axis.slots) {
      const name = key(measure);
      groups.set(name, { from: groups.get(name)?.from ?? offset, to: offset + axis.cell });
    }
    return [...groups];
  };
  return [
    ...span(familyOf).map(([name, { from, to }]) =>
      bracket(x + from, y - HEADER_HEIGHT + 18, to - from, name),
    ),
    ...span(rawOf).flatMap(([name, { from, to }]) => [
      text(x + (from + to) / 2, y - 26, name, { 'text-anchor': 'middle' }),
      line(x + from + 3, y - 20, x + to - 3, y - 20),
    ]),
    ...axis.slots.map(({ measure, offset }) =>
      text(x + offset + axis.cell / 2, y - 7, isNormalised(measure) ? 'norm' : 'raw', {
        'text-anchor': 'middle',
        'font-size': 10,
      }),
    ),
  ].join('');
}
