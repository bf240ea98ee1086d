import { sizeOf } from '../../tensor/shape';
import { gatherStrided, rowMajorStrides } from '../../tensor/strides';
import { constantBeside } from './elementwise-operators';
import {
  type ConstantValue,
  lazyConstant,
  sampleAxis,
  type Value,
  type VariableValue,
  withoutSamples,
} from './graph-value';
import type { Operator, OperatorCall } from './operator-call';
import { reshaped } from './reshape-operators';

/** The axis in one sample. */
function ownAxis(call: OperatorCall, x: VariableValue, axis: number): number {
  const own = sampleAxis(axis, x.batch);
  if (own === null) throw call.refuse('works along the samples');
  return own;
}

const concat: Operator = async (call) => {
  const values = call.inputs.map((_, i) => call.input(i));
  const [first] = values;
  if (first === undefined) throw call.refuse('has no inputs');
  const axis = call.axis(call.number('axis', 0), first.shape.length);
  const origin = values.find((value) => value.kind === 'variable');
  const constants = values.filter((value) => value.kind === 'constant');
  if (origin === undefined) return joined(call, constants, axis);
  const own = ownAxis(call, origin, axis);
  const nodes: number[] = [];
  for (const value of values) {
    if (value.shape.length !== origin.shape.length)
      throw call.refuse(`joins [${value.shape.join(', ')}] to [${origin.shape.join(', ')}]`);
    if (value.kind === 'constant')
      nodes.push(await constantBeside(call, value, value.shape.length, origin.batch));
    else if (String(withoutAxis(call, value, own)) === String(withoutAxis(call, origin, own)))
      nodes.push(value.node);
    else throw call.refuse(`joins [${value.shape.join(', ')}] to [${origin.shape.join(', ')}]`);
  }
  return call.add({ kind: 'concat', axis: own }, nodes, origin.batch);
};

function withoutAxis(call: OperatorCall, x: VariableValue, axis: number): number[] {
  return withoutSamples(x.shape, x.batch, call.draft.samples).toSpliced(axis, 1);
}

function joined(call: OperatorCall, values: readonly ConstantValue[], axis: number): ConstantValue {
  const [first] = values;
  if (first === undefined || values.some(({ shape }) => shape.length !== first.shape.length))
    throw call.refuse('joins constants of different ranks');
  const total = values.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const shape = first.shape.with(axis, total);
  return lazyConstant(first.type, shape, async () => {
    const [outer, inner] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
    const result = new Float64Array(outer * total * inner);
    let offset = 0;
    for (const value of values) {
      const [stored, length] = [await value.values(), value.shape[axis]! * inner];
      for (let i = 0; i < outer; i++)
        result.set(stored.subarray(i * length, (i + 1) * length), i * total * inner + offset);
      offset += length;
    }
    return result;
  });
}

/** Places start, start + step, … before end along an axis. */
function sliced(call: OperatorCall, x: Value, axis: number, start: number, end: number, step = 1): Value {
  const size = Math.max(0, Math.ceil((end - start) / step));
  if (size === x.shape[axis] && step === 1) return x;
  if (x.kind === 'variable') {
    if (step < 1 || size === 0) throw call.refuse(`takes ${size} places in steps of ${step}`);
    return call.add({ kind: 'slice', axis: ownAxis(call, x, axis), start, end, step }, [x.node], x.batch);
  }
  const strides = rowMajorStrides(x.shape);
  const stride = strides[axis]!;
  const shape = x.shape.with(axis, size);
  return lazyConstant(x.type, shape, async () =>
    gatherStrided(await x.values(), shape, strides.with(axis, stride * step), start * stride),
  );
}

const slice: Operator = async (call) => {
  let x = call.input(0);
  const rank = x.shape.length;
  const starts = (await call.list('starts', 1)) ?? [];
  const ends = (await call.list('ends', 2)) ?? [];
  const axes = (await call.list('axes', 3)) ?? starts.map((_, i) => i);
  const steps = (await call.list('steps', 4)) ?? starts.map(() => 1);
  for (const [i, given] of starts.entries()) {
    const axis = call.axis(axes[i] ?? -1, rank);
    const [size, step] = [x.shape[axis]!, steps[i] ?? 1];
    if (!Number.isSafeInteger(step) || step === 0) throw call.refuse(`takes steps of ${step}`);
    const bound = (at: number): number => (at < 0 ? at + size : at);
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const clamp = (at: number): number => Math.max(least, Math.min(bound(at), most));
    x = sliced(call, x, axis, Math.max(0, clamp(given)), clamp(ends[i] ?? 0), step);
  }
  return x;
};

const split: Operator = async (call) => {
  const x = call.input(0);
  const axis = call.axis(call.number('axis', 0), x.shape.length);
  const parts = call.node.outputs.length;
  const size = x.shape[axis]!;
  const even = Math.ceil(size / parts);
  const sizes =
    (await call.list('split', 1)) ?? Array.from({ length: parts }, (_, i) => Math.min(even, size - i * even));
  if (sizes.length !== parts || sizes.some((part) => part < 1) || sizes.reduce((a, b) => a + b, 0) !== size)
    throw call.refuse(`splits ${size} into [${sizes.join(', ')}]`);
  let start = 0;
  return sizes.map((part) => sliced(call, x, axis, start, (start += part)));
};

/** Pieces of one length, or of those that are listed; the last of the former may be shorter. */
const splitToSequence: Operator = async (call) => {
  const x = call.input(0);
  const axis = call.axis(call.number('axis', 0), x.shape.length);
  const size = x.shape[axis]!;
  if (call.inputs[1] === undefined) throw call.refuse('takes out places one by one; pieces can be read');
  const given = await call.listOf(1);
  const [length = 0] = given;
  const isOneLength = call.constant(1).shape.length === 0;
  if (isOneLength && !(Number.isSafeInteger(length) && length >= 1 && size / length <= MAX_PIECES))
    throw call.refuse(`splits ${size} into pieces of ${length}`);
  const sizes = isOneLength
    ? Array.from({ length: Math.ceil(size / length) }, (_, i) => Math.min(length, size - i * length))
    : given;
  if (sizes.some((part) => !(part >= 1)) || sizes.reduce((a, b) => a + b, 0) !== size)
    throw call.refuse(`splits ${size} into [${sizes.join(', ')}]`);
  let start = 0;
  return sizes.map((part) => sliced(call, x, axis, start, (start += part)));
};

/** More than any network splits a layer into. */
const MAX_PIECES = 4096;

const gather: Operator = async (call) => {
  const [x, indices] = [call.input(0), call.input(1)];
  const axis = call.axis(call.number('axis', 0), x.shape.length);
  if (indices.kind === 'variable') {
    if (x.kind === 'variable' || axis !== 0 || x.shape.length !== 2)
      throw call.refuse('chooses by values that depend on the input other than rows of a matrix');
    return call.add({ kind: 'embedding', weight: await call.parameter(0) }, [indices.node], indices.batch);
  }
  const size = x.shape[axis]!;
  const places = (await call.listOf(1)).map((place) => (place < 0 ? place + size : place));
  if (places.some((place) => !(place >= 0 && place < size)))
    throw call.refuse(`chooses place ${String(places)} of ${size}`);
  const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
  return x.kind === 'variable'
    ? chosen(call, x, axis, places, shape)
    : lazyConstant(x.type, shape, async () => {
        const stored = await x.values();
        const inner = rowMajorStrides(x.shape)[axis]!;
        const outer = Array.from({ length: sizeOf(x.shape.slice(0, axis)) }, (_, i) => i * size);
        return Float64Array.from(
          outer.flatMap((row) =>
            places.flatMap((place) => [...stored.subarray((row + place) * inner, (row + place + 1) * inner)]),
          ),
        );
      });
};

/** Places along an axis, chosen by constants. */
function chosen(
  call: OperatorCall,
  x: VariableValue,
  axis: number,
  places: readonly number[],
  shape: readonly number[],
): Value {
  const parts = places.map((place) => sliced(call, x, axis, place, place + 1));
  const own = ownAxis(call, x, axis);
  const [first] = parts;
  if (first?.kind !== 'variable') throw call.refuse('chooses nothing');
  const nodes = parts.flatMap((part) => (part.kind === 'variable' ? [part.node] : []));
  const all = parts.length === 1 ? first : call.add({ kind: 'concat', axis: own }, nodes, x.batch);
  const shift = axis < x.batch.axis ? shape.length - x.shape.length : 0;
  return reshaped(call, all, shape, { ...x.batch, axis: x.batch.axis + shift });
}

/** A constant around the values; other modes are refused. */
const pad: Operator = async (call) => {
  const x = call.variable(0);
  const mode = call.text('mode', 'constant');
  if (mode !== 'constant') throw call.refuse(`pads by mode ${mode}; constant can be read`);
  const rank = x.shape.length;
  const given = (await call.list('pads', 1)) ?? [];
  const axes = call.inputs[3] === undefined ? x.shape.map((_, axis) => axis) : await call.listOf(3);
  const value = call.inputs[2] === undefined ? call.number('value', 0) : await call.scalarOf(2);
  const shape = withoutSamples(x.shape, x.batch, call.draft.samples);
  const pads = shape.map((): [number, number] => [0, 0]);
  for (const [i, axis] of axes.entries()) {
    const [before, after] = [given[i] ?? 0, given[i + axes.length] ?? 0];
    if (before < 0 || after < 0) throw call.refuse(`pads by [${given.join(', ')}]`);
    if (before + after > 0) pads[ownAxis(call, x, call.axis(axis, rank))] = [before, after];
  }
  if (pads.every(([before, after]) => before + after === 0)) return x;
  return call.add({ kind: 'pad', pads, value }, [x.node], x.batch);
};

export const selectionOperators: Readonly<Record<string, Operator>> = {
  Concat: concat,
  Slice: slice,
  Split: split,
  SplitToSequence: splitToSequence,
  Gather: gather,
  Pad: pad,
};
