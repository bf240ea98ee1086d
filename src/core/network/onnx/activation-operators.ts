import { sizeOf } from '../../tensor/shape';
import type { Activation } from '../ops/activation';
import { mapped, number, plus, times } from './elementwise-operators';
import { sampleAxis, type Value, type VariableValue } from './graph-value';
import type { Operator, OperatorCall } from './operator-call';
import { reshaped } from './reshape-operators';

const simple = (name: 'relu' | 'sigmoid' | 'tanh' | 'silu' | 'erf'): Operator => {
  return (call) => activate(call, { name });
};

function activate(call: OperatorCall, activation: Activation): VariableValue {
  const x = call.variable(0);
  return call.add({ kind: 'activation', activation }, [x.node], x.batch);
}

/** Values between two bounds; a bound left out is none. */
function clip(call: OperatorCall, x: Value, min: number, max: number): Value {
  if (x.kind === 'constant') return mapped(x, (value) => Math.max(min, Math.min(value, max)));
  if (min === -Infinity && max === Infinity) return x;
  const activation: Activation =
    min === 0 && max === Infinity ? { name: 'relu' } : { name: 'clip', min, max };
  return call.add({ kind: 'activation', activation }, [x.node], x.batch);
}

const bounded: Operator = async (call) => {
  const bound = async (index: number, name: string, otherwise: number): Promise<number> =>
    call.inputs[index] === undefined ? call.number(name, otherwise) : call.scalarOf(index);
  return clip(
    call,
    call.input(0),
    limit(await bound(1, 'min', -Infinity)),
    limit(await bound(2, 'max', Infinity)),
  );
};

/** Exporters write the largest float32 for no bound. */
function limit(bound: number): number {
  return Math.abs(bound) > 3.4e38 ? bound * Infinity : bound;
}

/** The larger or smaller of the input and a number. */
const oneSided = (of: 'Max' | 'Min'): Operator => {
  return async (call) => {
    if (call.inputs.length !== 2) throw call.refuse(`takes ${call.inputs.length} inputs; two can be read`);
    const at = call.input(0).kind === 'variable' ? 0 : 1;
    const bound = await call.scalarOf(1 - at);
    return of === 'Max'
      ? clip(call, call.input(at), bound, Infinity)
      : clip(call, call.input(at), -Infinity, bound);
  };
};

/** alpha x + beta between 0 and 1. */
async function gate(call: OperatorCall, alpha: number, beta: number): Promise<Value> {
  return clip(call, await plus(call, await times(call, call.variable(0), number(alpha)), number(beta)), 0, 1);
}

const softmax: Operator = (call) => {
  const x = call.variable(0);
  const rank = x.shape.length;
  const axis = call.axis(call.number('axis', call.opset < 13 ? 1 : -1), rank);
  const own = sampleAxis(axis, x.batch);
  const isFlat = call.opset < 13 && axis < rank - 1;
  if (own === null || (isFlat && axis <= x.batch.axis)) throw call.refuse('goes over the samples');
  if (!isFlat) return call.add({ kind: 'softmax', axis: own }, [x.node], x.batch);
  // Before version 13 it goes over all axes from this one on.
  const flat = reshaped(call, x, [...x.shape.slice(0, axis), sizeOf(x.shape.slice(axis))], x.batch);
  return reshaped(call, call.add({ kind: 'softmax', axis: own }, [flat.node], x.batch), x.shape, x.batch);
};

export const activationOperators: Readonly<Record<string, Operator>> = {
  Relu: simple('relu'),
  Sigmoid: simple('sigmoid'),
  Tanh: simple('tanh'),
  Erf: simple('erf'),
  LeakyRelu: (call) => activate(call, { name: 'leaky_relu', negativeSlope: call.number('alpha', 0.01) }),
  async PRelu(call) {
    return activate(call, { name: 'leaky_relu', negativeSlope: await call.scalarOf(1) });
  },
  Gelu: (call) =>
    activate(call, {
      name: 'gelu',
      approximate: call.text('approximate', 'none') === 'tanh' ? 'tanh' : 'none',
    }),
  Swish(call) {
    if (call.number('alpha', 1) !== 1)
      throw call.refuse(`has the alpha ${call.number('alpha', 1)}; 1 can be read`);
    return activate(call, { name: 'silu' });
  },
  Clip: bounded,
  Max: oneSided('Max'),
  Min: oneSided('Min'),
  HardSigmoid: (call) => gate(call, call.number('alpha', 0.2), call.number('beta', 0.5)),
  HardSwish: async (call) => times(call, call.variable(0), await gate(call, 1 / 6, 0.5)),
  Softmax: softmax,
};
