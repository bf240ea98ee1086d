import { sizeOf } from '../../tensor/shape';
import { type Activation, SELU } from '../ops/activation';
import { standard } from './activation-patterns';
import { mapped } from './elementwise-operators';
import { besideSample, sampleAxis, type Value, type VariableValue } from './graph-value';
import type { Operator, OperatorCall } from './operator-call';
import { reshaped } from './reshape-operators';

type Plain = 'relu' | 'sigmoid' | 'tanh' | 'erf' | 'mish' | 'softsign' | 'hardswish';

const simple = (name: Plain): Operator => {
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

const elu = (call: OperatorCall): VariableValue => {
  return activate(call, { name: 'elu', alpha: call.number('alpha', 1), scale: 1, rate: 1 });
};

/** Of alpha and gamma. Those of version 1 are rounded to four digits. */
function selu(call: OperatorCall): VariableValue {
  const [alpha, scale] = call.opset < 6 ? [1.6732, 1.0507] : [SELU.alpha, SELU.scale];
  const given = { alpha: call.number('alpha', alpha), scale: call.number('gamma', scale) };
  const isUsual = Math.abs(given.alpha - SELU.alpha) < 1e-6 && Math.abs(given.scale - SELU.scale) < 1e-6;
  return activate(call, isUsual ? SELU : { name: 'elu', ...given, rate: 1 });
}

function celu(call: OperatorCall): VariableValue {
  const alpha = call.number('alpha', 1);
  if (!(alpha > 0)) throw call.refuse(`has the alpha ${alpha}; positive ones can be read`);
  return activate(call, { name: 'elu', alpha, scale: 1, rate: 1 / alpha });
}

function shrink(call: OperatorCall): VariableValue {
  const [lambda, bias] = [call.number('lambd', 0.5), call.number('bias', 0)];
  if (!(lambda >= 0)) throw call.refuse(`has the lambd ${lambda}; 0 and more can be read`);
  return activate(call, { name: 'shrink', lambda, bias });
}

const prelu: Operator = async (call) => {
  const [x, slopes] = [call.variable(0), call.constant(1)];
  const shape = besideSample(slopes.shape, x.shape.length, x.batch, call.draft.samples);
  if (shape === null) throw call.refuse('takes a slope that is another for every sample');
  const weight = await call.draft.parameter(call.label, slopes, shape);
  return call.add({ kind: 'prelu', weight, aligned: 'last' }, [x.node], x.batch);
};

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
  PRelu: prelu,
  Elu: elu,
  Selu: selu,
  Celu: celu,
  Mish: simple('mish'),
  Softplus: (call) => activate(call, { name: 'softplus', beta: 1, threshold: Infinity }),
  Softsign: simple('softsign'),
  Shrink: shrink,
  ThresholdedRelu: (call) =>
    activate(call, { name: 'threshold', threshold: call.number('alpha', 1), value: 0 }),
  Gelu: (call) =>
    activate(call, {
      name: 'gelu',
      approximate: call.text('approximate', 'none') === 'tanh' ? 'tanh' : 'none',
    }),
  Swish(call) {
    const beta = call.number('alpha', 1);
    return activate(call, beta === 1 ? { name: 'silu' } : { name: 'swish', beta });
  },
  Clip: bounded,
  Max: oneSided('Max'),
  Min: oneSided('Min'),
  HardSigmoid: (call) => activate(call, standard(call.number('alpha', 0.2), call.number('beta', 0.5))),
  HardSwish: simple('hardswish'),
  Softmax: softmax,
};
