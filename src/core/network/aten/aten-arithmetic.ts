import { sizeOf } from '../../tensor/shape';
import { type ConstantValue, integers, knownConstant, type Value } from '../onnx/graph-value';
import { forEverySample } from '../onnx/reshape-operators';
import { type AtenCall, type AtenOperator, operator } from './aten-call';

const named = (onnx: string, parameters: string): AtenOperator =>
  operator(parameters, (call) =>
    call.onnx(
      onnx,
      parameters.split(' ').map((name) => call.value(name)),
    ),
  );

/** A tensor times a number. */
const scaled = async (call: AtenCall, value: Value, factor: number): Promise<Value> =>
  factor === 1 ? value : call.onnx('Mul', [value, knownConstant('float', [], [factor])]);

/** self + alpha · other, or the difference. */
const sum = (onnx: 'Add' | 'Sub', from: 'self' | 'other'): AtenOperator =>
  operator('self other alpha', async (call) => {
    const alpha = call.number('alpha', 1);
    const [first, second] = [call.value(from), call.value(from === 'self' ? 'other' : 'self')];
    return call.onnx(onnx, [first, await scaled(call, second, alpha)]);
  });

const divide = async (call: AtenCall): Promise<Value> => {
  if (call.has('rounding_mode')) throw call.refuse('rounds a quotient');
  const [a, b] = [call.value('self'), call.value('other')];
  // Constants that are whole numbers are divided without a rest in ONNX, and with one here.
  const asFloat = (value: Value): Value => (value.kind === 'constant' ? { ...value, type: 'float' } : value);
  return call.onnx('Div', [asFloat(a), asFloat(b)]);
};

/** Over some axes, or over all of a constant. */
const reduction = (onnx: string): AtenOperator['run'] => {
  return (call) => {
    const axes = call.numbers('dim') ?? [];
    const keepdims = Number(call.boolean('keepdim', false));
    return call.onnx(onnx, [call.value('self')], { axes, keepdims });
  };
};

/** The largest along an axis, with the places that nothing may ask for; or the larger of two. */
const maximum: AtenOperator['run'] = async (call) => {
  if (typeof call.any('dim') === 'object' && call.has('dim'))
    return call.onnx('Max', [call.value('self'), call.value('dim')]);
  const largest = await call.onnx('ReduceMax', [call.value('self')], {
    axes: call.numbers('dim') ?? [],
    keepdims: Number(call.boolean('keepdim', false)),
  });
  return call.has('dim') ? [largest, null] : largest;
};

/**
 * Whether values are −∞, as a softmax that is safe against masks of a whole row asks, is no for all that depend on the input:
 * what is not finite would be an error anyway.
 */
const equal: AtenOperator['run'] = (call) => {
  const x = call.value('self');
  if (x.kind === 'variable' && call.any('other') === -Infinity)
    return knownConstant(
      'boolean',
      x.shape.map(() => 1),
      [0],
    );
  return call.onnx('Equal', [x, call.value('other')]);
};

/** Numbers that are all the same, of a shape. */
const filled = (value: (call: AtenCall) => ConstantValue, parameters: string): AtenOperator =>
  operator(parameters, (call) =>
    forEverySample(call.operatorCall('Expand', []), value(call), call.numbers('size') ?? []),
  );

/** As many of one number as a tensor has values. */
const likeShape = (value: (call: AtenCall) => number): AtenOperator =>
  operator('self fill_value dtype layout device pin_memory memory_format', (call) =>
    forEverySample(call.operatorCall('Expand', []), number(value(call)), call.value('self').shape),
  );

const number = (value: number): ConstantValue => knownConstant('float', [], [value]);

const arange = (call: AtenCall): Value => {
  const [first, second] = [call.number('start', 0), call.has('end') ? call.number('end') : undefined];
  const [start, end] = second === undefined ? [0, first] : [first, second];
  const step = call.number('step', 1);
  const count = Math.ceil((end - start) / step);
  if (!(count >= 0 && count <= 2 ** 20)) throw call.refuse(`counts from ${start} to ${end} by ${step}`);
  return integers(Array.from({ length: count }, (_, i) => start + i * step));
};

const squareRoot = (call: AtenCall): Promise<Value> => call.onnx('Sqrt', [call.value('self')]);

export const atenArithmetic: Readonly<Record<string, AtenOperator>> = {
  add: sum('Add', 'self'),
  sub: sum('Sub', 'self'),
  rsub: sum('Sub', 'other'),
  mul: named('Mul', 'self other'),
  div: operator('self other rounding_mode', divide),
  // Of sizes, as traces have them.
  floor_divide: operator('self other', async (call) => call.onnx('Floor', [await divide(call)])),
  neg: named('Neg', 'self'),
  pow: named('Pow', 'self exponent'),
  square: operator('self', (call) => call.onnx('Mul', [call.value('self'), call.value('self')])),
  sqrt: operator('self', squareRoot),
  rsqrt: operator('self', async (call) => call.onnx('Reciprocal', [await squareRoot(call)])),
  reciprocal: named('Reciprocal', 'self'),
  exp: named('Exp', 'self'),
  log: named('Log', 'self'),
  abs: named('Abs', 'self'),
  eq: operator('self other', equal),
  any: operator('self dim keepdim', reduction('ReduceMax')),
  lt: named('Less', 'self other'),
  le: named('LessOrEqual', 'self other'),
  gt: named('Greater', 'self other'),
  ge: named('GreaterOrEqual', 'self other'),
  logical_not: named('Not', 'self'),
  where: named('Where', 'condition self other'),
  maximum: named('Max', 'self other'),
  minimum: named('Min', 'self other'),
  mean: operator('self dim keepdim dtype', reduction('ReduceMean')),
  sum: operator('self dim keepdim dtype', reduction('ReduceSum')),
  amax: operator('self dim keepdim', reduction('ReduceMax')),
  max: operator('self dim keepdim', maximum),
  zeros: filled(() => number(0), 'size dtype layout device pin_memory'),
  ones: filled(() => number(1), 'size dtype layout device pin_memory'),
  full: filled((call) => number(call.number('fill_value')), 'size fill_value dtype layout device pin_memory'),
  zeros_like: likeShape(() => 0),
  ones_like: likeShape(() => 1),
  full_like: likeShape((call) => call.number('fill_value')),
  arange: operator('start end step dtype layout device pin_memory', arange),
  scalar_tensor: operator('s dtype layout device pin_memory', (call) => number(call.number('s'))),
  numel: operator('self', (call) => sizeOf(call.value('self').shape)),
};
