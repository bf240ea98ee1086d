import { broadcastShapes, sizeOf } from '../../tensor/shape';
import { broadcastTo, gatherStrided, rowMajorStrides } from '../../tensor/strides';
import { number, times } from './elementwise-operators';
import {
  alignBatch,
  type Batch,
  batchAlong,
  type ConstantValue,
  lazyConstant,
  reshapeBatch,
  transposeBatch,
  type Value,
  type VariableValue,
  withoutSamples,
} from './graph-value';
import type { Operator, OperatorCall } from './operator-call';

/** The same values in another shape, samples included. @param batch where samples are then, where that is known */
export function reshaped(
  call: OperatorCall,
  x: VariableValue,
  to: readonly number[],
  batch?: Batch,
): VariableValue {
  const { samples } = call.draft;
  const moved = batch ?? reshapeBatch(x.shape, x.batch, to, samples);
  if (moved === null || sizeOf(to) !== sizeOf(x.shape))
    throw call.refuse(`makes [${to.join(', ')}] of [${x.shape.join(', ')}], where samples mix`);
  const shape = withoutSamples(to, moved, samples);
  const from = withoutSamples(x.shape, x.batch, samples);
  if (String(shape) === String(from)) return { ...x, shape: to, batch: moved };
  return call.add({ kind: 'reshape', shape }, [x.node], moved);
}

function inShape(call: OperatorCall, x: Value, to: readonly number[], batch?: Batch): Value {
  if (x.kind === 'variable') return reshaped(call, x, to, batch);
  if (sizeOf(to) !== sizeOf(x.shape))
    throw call.refuse(`makes [${to.join(', ')}] of [${x.shape.join(', ')}]`);
  return lazyConstant(x.type, to, () => x.values());
}

const reshape: Operator = async (call) => {
  const x = call.input(0);
  const target = await call.list('shape', 1);
  if (target === null) throw call.refuse('does not say the shape');
  const copies = call.number('allowzero', 0) === 0;
  const to = target.map((size, axis) => (size === 0 && copies ? (x.shape[axis] ?? 0) : size));
  const open = to.indexOf(-1);
  if (open >= 0) to[open] = sizeOf(x.shape) / sizeOf(to.toSpliced(open, 1));
  if (!to.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw call.refuse(`makes [${target.join(', ')}] of [${x.shape.join(', ')}]`);
  return inShape(call, x, to);
};

const flatten: Operator = (call) => {
  const x = call.input(0);
  const given = call.number('axis', 1);
  const axis = given === x.shape.length ? given : call.axis(given, x.shape.length);
  return inShape(call, x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
};

const squeeze: Operator = async (call) => {
  const x = call.input(0);
  const rank = x.shape.length;
  const samples = x.kind === 'variable' ? x.batch.axis : -1;
  const given = await call.list('axes', 1);
  const axes =
    given?.map((axis) => call.axis(axis, rank)) ??
    x.shape.flatMap((size, axis) => (size === 1 && axis !== samples ? [axis] : []));
  if (axes.some((axis) => x.shape[axis] !== 1))
    throw call.refuse(`leaves out axes of [${x.shape.join(', ')}]`);
  if (x.kind === 'variable' && !x.batch.merged && axes.includes(samples))
    throw call.refuse('leaves out the samples');
  const to = x.shape.filter((_, axis) => !axes.includes(axis));
  const before = axes.filter((axis) => axis < samples).length;
  return inShape(call, x, to, x.kind === 'variable' ? { ...x.batch, axis: samples - before } : undefined);
};

const unsqueeze: Operator = async (call) => {
  const x = call.input(0);
  const given = (await call.list('axes', 1)) ?? [];
  const rank = x.shape.length + given.length;
  const axes = given.map((axis) => call.axis(axis, rank)).sort((a, b) => a - b);
  const to = [...x.shape];
  for (const axis of axes) to.splice(axis, 0, 1);
  if (x.kind === 'constant') return inShape(call, x, to);
  let at = x.batch.axis;
  for (const axis of axes) if (axis <= at) at++;
  return reshaped(call, x, to, { ...x.batch, axis: at });
};

const transpose: Operator = (call) => {
  const x = call.input(0);
  const rank = x.shape.length;
  const permutation = call.integers('perm') ?? x.shape.map((_, axis) => rank - 1 - axis);
  if (permutation.length !== rank || new Set(permutation.map((axis) => call.axis(axis, rank))).size !== rank)
    throw call.refuse(`permutes [${permutation.join(', ')}] of ${rank} axes`);
  if (x.kind === 'constant') return transposedConstant(x, permutation);
  const moved = transposeBatch(permutation, x.batch);
  const isSame = moved.permutation.every((axis, i) => axis === i);
  const shape = permutation.map((axis) => x.shape[axis]!);
  if (isSame) return { ...x, shape, batch: moved.batch };
  return call.add({ kind: 'transpose', permutation: moved.permutation }, [x.node], moved.batch);
};

export function transposedConstant(x: ConstantValue, permutation: readonly number[]): ConstantValue {
  const strides = rowMajorStrides(x.shape);
  const shape = permutation.map((axis) => x.shape[axis]!);
  const turned = permutation.map((axis) => strides[axis]!);
  const compute = async () => gatherStrided(await x.values(), shape, turned);
  const isMatrix = String(permutation) === '1,0';
  const parameter =
    isMatrix && x.parameter !== null ? { ...x.parameter, transposed: !x.parameter.transposed } : null;
  return lazyConstant(x.type, shape, compute, parameter);
}

/** Repeats values along axes of 1. A constant that is repeated for every sample becomes a node of the network. */
const expand: Operator = async (call) => {
  const x = call.input(0);
  const to = broadcastShapes(x.shape, await call.listOf(1));
  if (to === null) throw call.refuse(`cannot repeat [${x.shape.join(', ')}]`);
  if (x.kind === 'constant') return forEverySample(call, x, to);
  if (String(to) === String(x.shape)) return x;
  const { axis } = alignBatch(x.batch, x.shape.length, to.length);
  return times(call, x, filledConstant(number(1), to.with(axis, 1)));
};

/** A constant repeated to a shape; as a node of the network where one of the axes is the samples. */
export async function forEverySample(
  call: OperatorCall,
  x: ConstantValue,
  to: readonly number[],
): Promise<Value> {
  const { samples } = call.draft;
  const own = (axis: number): number => x.shape[axis - to.length + x.shape.length] ?? 1;
  const axis = to.findIndex((size, at) => samples > 1 && size === samples && own(at) === 1);
  if (axis < 0) return filledConstant(x, to);
  const node = await call.draft.constantNode(
    call.label,
    filledConstant(x, to.with(axis, 1)),
    to.toSpliced(axis, 1),
  );
  return { kind: 'variable', node, shape: to, batch: batchAlong(axis) };
}

function filledConstant(x: ConstantValue, to: readonly number[]): ConstantValue {
  return lazyConstant(x.type, to, async () => broadcastTo(await x.values(), x.shape, to));
}

export const reshapeOperators: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
};
