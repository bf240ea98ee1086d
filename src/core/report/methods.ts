import { type Method, METHODS, type RawMethod } from '../analysis/report';
import { bracket, line, text } from './svg';

export type Family = 'upstream' | 'downstream';

/** What feeds a unit, or what it feeds. */
export const familyOf = (method: Method): Family =>
  method.startsWith('forward') ? 'upstream' : 'downstream';

export const isNormalised = (method: Method): boolean => method.endsWith('_norm');

// The ids are a raw method's with or without "_norm".
export const rawOf = (method: Method): RawMethod => method.replace(/_norm$/, '') as RawMethod;

/** The canonical order of those methods that are among `present`. */
export function inOrder(present: Iterable<string>): Method[] {
  const names = new Set(present);
  return METHODS.filter((method) => names.has(method));
}

/** Methods side by side, or one above the other, with the families set apart. */
export interface MethodAxis {
  readonly slots: readonly { readonly method: Method; readonly offset: number }[];
  /** Size of one slot. */
  readonly cell: number;
  /** From the first slot to the end of the last. */
  readonly length: number;
}

const FAMILY_GAP = 12;
/** A slot that has a measure's name to itself must hold it: "backward_hess". */
const NAME_WIDTH = 92;

/** @param methods in canonical order, at least one */
export function methodAxis(methods: readonly Method[], cell: number): MethodAxis {
  const alone = methods.some(
    (method) => methods.filter((other) => rawOf(other) === rawOf(method)).length === 1,
  );
  const size = alone ? Math.max(cell, NAME_WIDTH) : cell;
  let offset = 0;
  const slots = methods.map((method, i) => {
    const previous = methods[i - 1];
    if (previous !== undefined) offset += familyOf(previous) === familyOf(method) ? size : size + FAMILY_GAP;
    return { method, offset };
  });
  return { slots, cell: size, length: offset + size };
}

/** Height of the three lines of a header: family, measure, raw or normalised. */
export const HEADER_HEIGHT = 62;

/** The columns' names, above a grid whose top left corner is (x, y). */
export function methodHeader(axis: MethodAxis, x: number, y: number): string {
  const span = (key: (method: Method) => string) => {
    const groups = new Map<string, { from: number; to: number }>();
    for (const { method, offset } of axis.slots) {
      const name = key(method);
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
    ...axis.slots.map(({ method, offset }) =>
      text(x + offset + axis.cell / 2, y - 7, isNormalised(method) ? 'norm' : 'raw', {
        'text-anchor': 'middle',
        'font-size': 10,
      }),
    ),
  ].join('');
}
