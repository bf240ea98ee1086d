import { sizeOf } from '../../tensor/shape';
import { mapped } from './elementwise-operators';
import {
  type ConstantType,
  type ConstantValue,
  integers,
  knownConstant,
  lazyConstant,
  type Value,
} from './graph-value';
import type { Operator, OperatorCall } from './operator-call';
import { forEverySample } from './reshape-operators';

/** TensorProto.DataType: those that are no floating-point number. */
const INTEGERS = new Set([2, 3, 4, 5, 6, 7, 12, 13]);
const BOOLEAN = 9;

const constant: Operator = (call) => {
  for (const [name, value] of call.node.attributes) {
    if (name === 'value' && typeof value === 'object' && value !== null && 'tensor' in value)
      return call.tensor(value.tensor);
    if (name === 'value_int' && typeof value === 'number') return knownConstant('integer', [], [value]);
    if (name === 'value_float' && typeof value === 'number') return knownConstant('float', [], [value]);
    if (name === 'value_ints') return integers(call.integers(name) ?? []);
    const floats = name === 'value_floats' ? call.integers(name) : null;
    if (floats !== null) return knownConstant('float', [floats.length], floats);
  }
  throw call.refuse('has no value of a kind that can be read');
};

const constantOfShape: Operator = async (call) => {
  const value = call.node.attributes.get('value');
  const fill =
    typeof value === 'object' && value !== null && 'tensor' in value
      ? call.tensor(value.tensor)
      : knownConstant('float', [], [0]);
  const one = lazyConstant(fill.type, [], () => fill.values());
  return forEverySample(call, one, await call.listOf(0));
};

const shape: Operator = (call) => {
  const sizes = call.input(0).shape;
  const end = call.number('end', sizes.length);
  return integers(sizes.slice(call.number('start', 0), end));
};

const cast: Operator = (call) => {
  const x = call.input(0);
  const to = call.number('to', 1);
  const type: ConstantType = INTEGERS.has(to) ? 'integer' : to === BOOLEAN ? 'boolean' : 'float';
  if (x.kind === 'constant') return converted(x, type);
  // Whole numbers may come in as such, to choose rows by; to round what is computed has no derivative.
  if (type !== 'float' && call.draft.nodes[x.node]!.operation.kind !== 'input')
    throw call.refuse('makes whole numbers of values that depend on the input');
  return x;
};

/** As `cast`, to the type another value has; one that depends on the input is a number like any. */
const castLike: Operator = (call) => {
  const [x, like] = [call.input(0), call.input(1)];
  const type = like.kind === 'constant' ? like.type : 'float';
  if (x.kind === 'variable' && type !== 'float')
    throw call.refuse('makes whole numbers of values that depend on the input');
  return x.kind === 'constant' ? converted(x, type) : x;
};

function converted(x: ConstantValue, type: ConstantType): ConstantValue {
  if (type === x.type) return x;
  if (type === 'float') return { ...x, type };
  return mapped(x, type === 'integer' ? Math.trunc : (value) => Number(value !== 0), type);
}

const range: Operator = async (call) => {
  const [start, limit, step] = [await call.scalarOf(0), await call.scalarOf(1), await call.scalarOf(2)];
  const count = Math.max(0, Math.ceil((limit - start) / step));
  const { type } = call.constant(0);
  return lazyConstant(type, [count], () =>
    Promise.resolve(Float64Array.from({ length: count }, (_, i) => start + i * step)),
  );
};

/** One side of the diagonal, the rest 0. */
const triangle: Operator = async (call) => {
  const x = call.constant(0);
  const diagonal = call.inputs[1] === undefined ? 0 : await call.scalarOf(1);
  const isUpper = call.number('upper', 1) !== 0;
  const [rows, columns] = [x.shape.at(-2) ?? 1, x.shape.at(-1) ?? 1];
  return lazyConstant(x.type, x.shape, async () =>
    Float64Array.from(await x.values(), (value, i) => {
      const offset = (i % columns) - (Math.floor(i / columns) % rows);
      return (isUpper ? offset >= diagonal : offset <= diagonal) ? value : 0;
    }),
  );
};

const same: Operator = (call): Value => call.input(0);

export const constantOperators: Readonly<Record<string, Operator>> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Shape: shape,
  Size: (call: OperatorCall) => knownConstant('integer', [], [sizeOf(call.input(0).shape)]),
  Cast: cast,
  CastLike: castLike,
  Range: range,
  Trilu: triangle,
  Identity: same,
  // In evaluation mode.
  Dropout: same,
};
