import type { Pool } from '../ops/pooling';
import type { Pads, Sides, Steps, Window } from '../ops/window';
import { batchAlong, type ConstantValue, lazyConstant, type VariableValue } from './graph-value';
import type { Operator, OperatorCall } from './operator-call';
import { reshaped } from './reshape-operators';

/** Far above any window or padding. */
const MAX_SIDE = 2 ** 14;

/** Windows over images, of a signal as an image of height 1. */
interface ImageWindow extends Window {
  readonly image: VariableValue;
  /** A result as an image or a signal again. */
  readonly restore: (result: VariableValue) => VariableValue;
}

function imageWindow(call: OperatorCall, kernelShape: readonly number[] | null): ImageWindow {
  const x = call.leading(0);
  const dimensions = x.shape.length - 2;
  if (dimensions !== 1 && dimensions !== 2)
    throw call.refuse(`is over ${dimensions} dimensions; signals and images can be read`);
  const kernel = pair(call, kernelShape ?? [], null);
  const strides = pair(call, call.integers('strides'), 1);
  const dilations = pair(call, call.integers('dilations'), 1);
  const isSignal = dimensions === 1;
  const [batch, channels, ...sides] = x.shape;
  const size: Sides = isSignal ? [1, sides[0] ?? 1] : [sides[0] ?? 1, sides[1] ?? 1];
  const image = isSignal ? reshaped(call, x, [batch ?? 1, channels ?? 1, ...size], batchAlong(0)) : x;
  const pads = padding(call, size, kernel, strides, dilations);
  const restore = (result: VariableValue): VariableValue =>
    isSignal ? reshaped(call, result, result.shape.toSpliced(2, 1), batchAlong(0)) : result;
  return { image, kernel, strides, dilations, pads, restore };
}

/** Numbers per dimension, of an image; for a signal the second is given, and the first 1. */
function pair(call: OperatorCall, given: readonly number[] | null, otherwise: number | null): Steps {
  const [first, second] = given ?? [otherwise ?? 0, otherwise ?? 0];
  const result: Steps = second === undefined ? [1, first ?? 0] : [first ?? 0, second];
  if (result.every((value) => Number.isSafeInteger(value) && value > 0 && value <= MAX_SIDE)) return result;
  throw call.refuse(`has windows of [${(given ?? []).join(', ')}]`);
}

function padding(call: OperatorCall, size: Sides, kernel: Sides, strides: Steps, dilations: Steps): Pads {
  const automatic = call.text('auto_pad', 'NOTSET');
  if (automatic === 'VALID') return [0, 0, 0, 0];
  if (automatic === 'NOTSET') {
    const given = call.integers('pads') ?? [0, 0, 0, 0];
    const [top = 0, left = 0, bottom = 0, right = 0] =
      given.length === 2 ? [0, given[0], 0, given[1]] : given;
    const pads = [top, left, bottom, right] as const;
    if (pads.some((pad) => !(pad >= 0 && pad <= MAX_SIDE)))
      throw call.refuse(`pads by [${given.join(', ')}]`);
    return pads;
  }
  const split = (i: 0 | 1): readonly [before: number, after: number] => {
    const steps = Math.ceil(size[i] / strides[i]);
    const total = Math.max(0, (steps - 1) * strides[i] + dilations[i] * (kernel[i] - 1) + 1 - size[i]);
    const less = Math.floor(total / 2);
    return automatic === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
  };
  const [[top, bottom], [left, right]] = [split(0), split(1)];
  return [top, left, bottom, right];
}

const conv: Operator = async (call) => {
  const given = call.constant(1);
  const weight = given.shape.length === 3 ? asImageFilter(given) : given;
  const { image, strides, dilations, pads, restore } = imageWindow(call, given.shape.slice(2));
  const name = await call.draft.parameter(call.label, weight);
  const bias = call.optional(2) === null ? null : await call.parameter(2);
  const groups = call.number('group', 1);
  if (given.shape[1] !== (image.shape[1] ?? 0) / groups)
    throw call.refuse(`has a weight of [${given.shape.join(', ')}] for ${image.shape[1] ?? 0} channels`);
  const operation = { kind: 'conv', weight: name, bias, strides, pads, dilations, groups } as const;
  return restore(call.add(operation, [image.node], image.batch));
};

/** [filters, channels, width] as [filters, channels, 1, width]. */
function asImageFilter(weight: ConstantValue): ConstantValue {
  return lazyConstant('float', weight.shape.toSpliced(2, 0, 1), () => weight.values());
}

const pool = (mode: Pool['mode']): Operator => {
  return (call) => {
    const { image, kernel, strides, dilations, pads, restore } = imageWindow(
      call,
      call.integers('kernel_shape'),
    );
    const ceil = call.number('ceil_mode', 0) !== 0;
    const countPads = call.number('count_include_pad', 0) !== 0;
    const operation = { kind: 'pool', mode, kernel, strides, dilations, pads, ceil, countPads } as const;
    return restore(call.add(operation, [image.node], image.batch));
  };
};

const globalPool = (mode: Pool['mode']): Operator => {
  return (call) => {
    const x = call.leading(0);
    const axes = x.shape.slice(2).map((_, i) => i + 1);
    return call.add({ kind: 'reduce', mode, axes, keep: true }, [x.node], x.batch);
  };
};

export const imageOperators: Readonly<Record<string, Operator>> = {
  Conv: conv,
  MaxPool: pool('max'),
  AveragePool: pool('average'),
  GlobalMaxPool: globalPool('max'),
  GlobalAveragePool: globalPool('average'),
};
