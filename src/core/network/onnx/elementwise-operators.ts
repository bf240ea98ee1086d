import { broadcastShapes } from '../../tensor/shape';
import { broadcastTo } from '../../tensor/strides';
import {
  alignBatch,
  type Batch,
  besideSample,
  type ConstantType,
  type ConstantValue,
  isSameBatch,
  knownConstant,
  lazyConstant,
  type Value,
  type VariableValue,
} from './graph-value';
import type { Operator, OperatorCall } from './operator-call';
import { PARTIAL_STEPS, type PartialStep } from './draft';

type Binary = (a: number, b: number) => number;

/** A function of two constants, entry by entry. */
function fold(
  call: OperatorCall,
  a: ConstantValue,
  b: ConstantValue,
  f: Binary,
  type: ConstantType = a.type,
): ConstantValue {
  const shape = broadcastShapes(a.shape, b.shape);
  if (shape === null)
    throw call.refuse(`takes constants of [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
  return lazyConstant(type, shape, async () => {
    const left = broadcastTo(await a.values(), a.shape, shape);
    const right = broadcastTo(await b.values(), b.shape, shape);
    return Float64Array.from(left, (value, i) => f(value, right[i]!));
  });
}

/** A function of a constant, entry by entry. */
export function mapped(
  a: ConstantValue,
  f: (value: number) => number,
  type: ConstantType = a.type,
): ConstantValue {
  return lazyConstant(type, a.shape, async () => Float64Array.from(await a.values(), f));
}

/** Two values as nodes whose samples are in the same place, ready to be broadcast; one at least depends on the input. */
async function besideEachOther(
  call: OperatorCall,
  a: Value,
  b: Value,
): Promise<{ nodes: number[]; batch: Batch }> {
  const rank = Math.max(a.shape.length, b.shape.length);
  const origin = a.kind === 'variable' ? a : b;
  if (origin.kind === 'constant') throw call.refuse('takes constants alone');
  const batch = alignBatch(origin.batch, origin.shape.length, rank);
  const nodes = [];
  for (const value of [a, b]) {
    if (value.kind === 'constant') nodes.push(await constantBeside(call, value, rank, batch));
    else if (isSameBatch(alignBatch(value.batch, value.shape.length, rank), batch)) nodes.push(value.node);
    else throw call.refuse('takes two inputs whose samples are along different axes');
  }
  return { nodes, batch };
}

/** A constant as a node beside values of a rank whose samples are there. */
export async function constantBeside(
  call: OperatorCall,
  constant: ConstantValue,
  rank: number,
  batch: Batch,
): Promise<number> {
  const shape = besideSample(constant.shape, rank, batch, call.draft.samples);
  if (shape === null) throw call.refuse('takes a constant that is another for every sample');
  return call.draft.constantNode(call.label, constant, shape);
}

async function combine(call: OperatorCall, kind: 'add' | 'multiply', a: Value, b: Value): Promise<Value> {
  if (a.kind === 'constant' && b.kind === 'constant')
    return fold(call, a, b, kind === 'add' ? (x, y) => x + y : (x, y) => x * y);
  const neutral = kind === 'add' ? 0 : 1;
  if (await isNumber(b, neutral)) return a;
  if (await isNumber(a, neutral)) return b;
  const { nodes, batch } = await besideEachOther(call, a, b);
  return call.add({ kind }, nodes, batch);
}

/** Exporters multiply by a scale that is 1. */
async function isNumber(x: Value, number: number): Promise<boolean> {
  return x.kind === 'constant' && x.shape.length === 0 && (await x.values())[0] === number;
}

export const plus = (call: OperatorCall, a: Value, b: Value): Promise<Value> => combine(call, 'add', a, b);
export const times = (call: OperatorCall, a: Value, b: Value): Promise<Value> =>
  combine(call, 'multiply', a, b);
export const number = (value: number): ConstantValue => knownConstant('float', [], [value]);

function reciprocal(call: OperatorCall, x: Value): Value {
  if (x.kind === 'constant') return mapped(x, (value) => 1 / value);
  return call.add({ kind: 'partial', operator: 'Reciprocal' }, [x.node], x.batch);
}

const divide: Operator = (call) => {
  const [a, b] = [call.input(0), call.input(1)];
  if (a.kind === 'variable' || b.kind === 'variable') return times(call, a, reciprocal(call, b));
  const isInteger = a.type === 'integer';
  return fold(call, a, b, (x, y) => (isInteger ? Math.trunc(x / y) : x / y));
};

const power: Operator = async (call) => {
  const x = call.input(0);
  if (x.kind === 'constant') return fold(call, x, call.constant(1), (a, b) => a ** b);
  const exponent = await call.scalarOf(1);
  switch (exponent) {
    case 1:
      return x;
    case 2:
      return times(call, x, x);
    case 3:
      return times(call, await times(call, x, x), x);
    case 0.5:
      return squareRoot(call, x);
    case -0.5:
      return reciprocal(call, squareRoot(call, x));
    case -1:
      return reciprocal(call, x);
    default:
      throw call.refuse(`raises to the power of ${exponent}, which Modscope does not know`);
  }
};

function squareRoot(call: OperatorCall, x: Value): Value {
  if (x.kind === 'constant') return mapped(x, Math.sqrt);
  return call.add({ kind: 'partial', operator: 'Sqrt' }, [x.node], x.batch);
}

/** Where a mask that is known chooses between two; by a comparison of what is computed it is a part of a nonlinearity. */
const where: Operator = async (call) => {
  if (call.input(0).kind === 'variable') return partial(call, 'Where', [0, 1, 2]);
  const condition = call.constant(0);
  const [a, b] = [call.input(1), call.input(2)];
  if (a.kind === 'constant' && b.kind === 'constant') {
    const chosen = fold(call, condition, a, (yes, x) => (yes ? x : NaN), a.type);
    const other = fold(call, condition, b, (yes, x) => (yes ? NaN : x), b.type);
    return fold(call, chosen, other, (x, y) => (Number.isNaN(x) ? y : x));
  }
  const known = await condition.values();
  if (known.every((value) => !value) && b.kind === 'variable') return b;
  if (known.every(Boolean) && a.kind === 'variable') return a;
  const part = async (value: Value, chosen: boolean): Promise<Value> => {
    const isChosen = mapped(condition, (yes) => Number(Boolean(yes) === chosen), 'float');
    if (value.kind === 'variable') return times(call, value, isChosen);
    return fold(call, isChosen, value, (yes, x) => (yes ? x : 0));
  };
  return plus(call, await part(a, true), await part(b, false));
};

function isPartialStep(name: string): name is PartialStep {
  return Object.hasOwn(PARTIAL_STEPS, name);
}

/** Functions that only constants are given to, and steps of nonlinearities. */
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

/** A step of a nonlinearity that is written out, with constants as nodes beside what is computed. */
async function partial(
  call: OperatorCall,
  operator: PartialStep,
  indices: readonly number[],
): Promise<VariableValue> {
  const values = indices.map((index) => call.input(index));
  const rank = Math.max(...values.map(({ shape }) => shape.length));
  const origin = values.find((value) => value.kind === 'variable');
  if (origin === undefined) throw call.refuse('takes constants alone');
  const batch = alignBatch(origin.batch, origin.shape.length, rank);
  const nodes = [];
  for (const value of values) {
    if (value.kind === 'constant') nodes.push(await constantBeside(call, value, rank, batch));
    else if (isSameBatch(alignBatch(value.batch, value.shape.length, rank), batch)) nodes.push(value.node);
    else throw call.refuse('takes inputs whose samples are along different axes');
  }
  return call.add({ kind: 'partial', operator }, nodes, batch);
}

const onConstant = (name: string, f: (x: number) => number): Operator => {
  return (call) => {
    const x = call.input(0);
    if (x.kind === 'variable' && isPartialStep(name)) return partial(call, name, [0]);
    if (x.kind === 'variable')
      throw call.refuse('is not an operator that Modscope knows of values that depend on the input');
    return mapped(x, f);
  };
};

/** Functions of constants, of which shapes and masks are computed. */
const onConstants: Readonly<Record<string, Operator>> = {
  Mod: (call) => fold(call, call.constant(0), call.constant(1), (a, b) => a - b * Math.floor(a / b)),
  ...Object.fromEntries(Object.entries(UNARY).map(([name, f]) => [name, onConstant(name, f)])),
  ...Object.fromEntries(
    Object.entries(COMPARISONS).map(([name, f]): [string, Operator] => [
      name,
      (call) =>
        isPartialStep(name) && [0, 1].some((index) => call.input(index).kind === 'variable')
          ? partial(call, name, [0, 1])
          : fold(call, call.constant(0), call.constant(1), (a, b) => Number(f(a, b)), 'boolean'),
    ]),
  ),
};

export const elementwiseOperators: Readonly<Record<string, Operator>> = {
  Add: (call) => plus(call, call.input(0), call.input(1)),
  Mul: (call) => times(call, call.input(0), call.input(1)),
  async Sub(call) {
    const [a, b] = [call.input(0), call.input(1)];
    return plus(call, a, b.kind === 'constant' ? mapped(b, (x) => -x) : await times(call, b, number(-1)));
  },
  async Sum(call) {
    let sum = call.input(0);
    for (let i = 1; i < call.inputs.length; i++) sum = await plus(call, sum, call.input(i));
    return sum;
  },
  Div: divide,
  Pow: power,
  Sqrt: (call) => squareRoot(call, call.input(0)),
  Reciprocal: (call) => reciprocal(call, call.input(0)),
  Neg: (call) => times(call, call.input(0), number(-1)),
  Where: where,
  // What is not a number would be an error anyway: the check that exporters put after an attention's softmax is no part of it.
  IsNaN: () => knownConstant('boolean', [], [0]),
  ...onConstants,
};
