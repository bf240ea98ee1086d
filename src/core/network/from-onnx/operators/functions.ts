import type { Operator } from '../call';
import { fold, mapped } from './elementwise';

/** Functions that only constants are given to. */
const UNARY: Readonly<Record<string, (x: number) => number>> = {
  ...{ Abs: Math.abs, Ceil: Math.ceil, Floor: Math.floor, Exp: Math.exp, Log: Math.log, Sign: Math.sign },
  ...{ Sin: Math.sin, Cos: Math.cos, Not: (x: number) => Number(!x) },
};
const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equal: (a, b) => a === b,
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
  And: (a, b) => Boolean(a && b),
  Or: (a, b) => Boolean(a || b),
};

const onConstant = (f: (x: number) => number): Operator => {
  return (call) => {
    const x = call.input(0);
    if (x.kind === 'variable')
      throw call.refuse('is not an operator that Modscope knows of values that depend on the input');
    return mapped(x, f);
  };
};

/** Functions of constants, of which shapes and masks are computed. */
export const functionOperators: Readonly<Record<string, Operator>> = {
  Mod: (call) => fold(call, call.constant(0), call.constant(1), (a, b) => a - b * Math.floor(a / b)),
  ...Object.fromEntries(Object.entries(UNARY).map(([name, f]) => [name, onConstant(f)])),
  ...Object.fromEntries(
    Object.entries(COMPARISONS).map(([name, f]): [string, Operator] => [
      name,
      (call) => fold(call, call.constant(0), call.constant(1), (a, b) => Number(f(a, b)), 'boolean'),
    ]),
  ),
};
