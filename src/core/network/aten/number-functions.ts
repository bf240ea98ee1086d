import { type AtenValue, isTensor } from './tensor-cell';

/** Thrown where a function is given what it cannot take; whoever calls names the place. */
export class NumberFault extends Error {}

type Numeric = (a: number, b: number) => number | boolean;

const divided = (f: Numeric): Numeric => {
  return (a, b) => {
    if (b === 0) throw new NumberFault('divides by zero');
    return f(a, b);
  };
};

/** Python's rules for numbers: a remainder has the sign of what is divided by. */
const BINARY: Readonly<Record<string, Numeric>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: divided((a, b) => a / b),
  truediv: divided((a, b) => a / b),
  floordiv: divided((a, b) => Math.floor(a / b)),
  floor_divide: divided((a, b) => Math.floor(a / b)),
  remainder: divided((a, b) => a - b * Math.floor(a / b)),
  mod: divided((a, b) => a - b * Math.floor(a / b)),
  pow: (a, b) => a ** b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  min: Math.min,
  max: Math.max,
  __and__: (a, b) => Boolean(a) && Boolean(b),
  __or__: (a, b) => Boolean(a) || Boolean(b),
};

const UNARY: Readonly<Record<string, (a: number) => number | boolean>> = {
  neg: (a) => -a,
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  ceil: Math.ceil,
  floor: Math.floor,
  __not__: (a) => !a,
  Int: Math.trunc,
  Float: (a) => a,
  Bool: (a) => a !== 0,
};

/** Whether this is a function of numbers, texts and lists that is computed here when it is given no tensor. */
export function isNumberFunction(name: string): boolean {
  return name in BINARY || name in UNARY || name === 'eq' || name === 'ne' || name === 'len';
}

/**
 * What a function of numbers gives, by its name in ATen or Python's operator module.
 * @returns undefined where the arguments are not numbers: a tensor's function may be meant
 * @throws NumberFault where it has no value
 */
export function numberFunction(name: string, args: readonly AtenValue[]): AtenValue | undefined {
  const [a, b] = args;
  if (name === 'len') {
    if (Array.isArray(a)) return a.length;
    return typeof a === 'string' ? a.length : undefined;
  }
  if (args.some((value) => isTensor(value))) return undefined;
  if ((name === 'eq' || name === 'ne') && args.length === 2) return isEqual(a, b) === (name === 'eq');
  const left = numberIn(a);
  if (left === undefined) return undefined;
  const binary = Object.hasOwn(BINARY, name) ? BINARY[name] : undefined;
  const right = numberIn(b);
  if (binary !== undefined && right !== undefined) return binary(left, right);
  const unary = Object.hasOwn(UNARY, name) ? UNARY[name] : undefined;
  return unary !== undefined && args.length === 1 ? unary(left) : undefined;
}

function numberIn(value: AtenValue | undefined): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' ? value : undefined;
}

/** Of values without tensors; lists are equal where all they hold is, as far down as shapes go. */
function isEqual(a: AtenValue | undefined, b: AtenValue | undefined, depth = 0): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    if (depth > 8) throw new NumberFault('compares lists that are nested too deep');
    return a.length === b.length && a.every((item, i) => isEqual(item, b[i], depth + 1));
  }
  const [left, right] = [numberIn(a), numberIn(b)];
  return left !== undefined && right !== undefined ? left === right : a === b;
}
