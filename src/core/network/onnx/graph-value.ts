import { InputError } from '../../base/error';
import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';
import type { Tensor } from '../../tensor/dtype';
import { elementCount, sizeOf } from '../../tensor/shape';

/** What a constant's numbers are: integers divide without a remainder, and casts change them. */
export type ConstantType = 'float' | 'integer' | 'boolean';

/** A tensor that does not depend on the input. Its values are read or computed when they are asked for. */
export interface ConstantValue {
  readonly kind: 'constant';
  readonly type: ConstantType;
  readonly shape: readonly number[];
  /** The parameter it is, as it is stored or with its two sides exchanged; null where it is computed. */
  readonly parameter: { readonly name: string; readonly transposed: boolean } | null;
  /** Row-major. */
  values(): Promise<Tensor['data']>;
}

/** What a node of the network gives, as the ONNX graph sees it: all samples at once. */
export interface VariableValue {
  readonly kind: 'variable';
  /** Index of the node. */
  readonly node: number;
  /** With the samples. */
  readonly shape: readonly number[];
  readonly batch: Batch;
}

export type Value = ConstantValue | VariableValue;

/**
 * Where samples are in a shape: an axis of their own, or, where a reshape has merged axes, a factor of one. Values of one
 * sample are in the same order as all of them, without that axis or factor.
 */
export interface Batch {
  readonly axis: number;
  readonly merged: boolean;
  /** Of a merged axis, what stands before the samples in it. */
  readonly before: number;
}

/** More than any constant that is not a weight; a graph can ask for any number. */
const MAX_VALUES = 2 ** 26;

/** A constant whose values are computed once, when they are first asked for. @throws RangeError when it is too large */
export function lazyConstant(
  type: ConstantType,
  shape: readonly number[],
  compute: () => Promise<Tensor['data']>,
  parameter: ConstantValue['parameter'] = null,
): ConstantValue {
  const count = elementCount(shape);
  if (count === undefined || (parameter === null && count > MAX_VALUES))
    throw new RangeError(`a constant of [${shape.join(', ')}] is too large`);
  let values: Promise<Tensor['data']> | undefined;
  return { kind: 'constant', type, shape, parameter, values: () => (values ??= compute()) };
}

export function knownConstant(
  type: ConstantType,
  shape: readonly number[],
  values: readonly number[] | Tensor['data'],
): ConstantValue {
  return lazyConstant(type, shape, () => Promise.resolve(Float64Array.from(values)));
}

/** Numbers as a tensor of one dimension. */
export function integers(values: readonly number[]): ConstantValue {
  return knownConstant('integer', [values.length], values);
}

/** An axis of the samples' own. */
export function batchAlong(axis: number): Batch {
  return { axis, merged: false, before: 1 };
}

export function isLeading({ axis, merged }: Batch): boolean {
  return axis === 0 && !merged;
}

/** The shape of one sample. */
export function withoutSamples(shape: readonly number[], { axis, merged }: Batch, samples: number): number[] {
  return merged ? shape.with(axis, shape[axis]! / samples) : shape.toSpliced(axis, 1);
}

/** The shape of all samples, from that of one. */
export function withSamples(shape: readonly number[], { axis, merged }: Batch, samples: number): number[] {
  return merged ? shape.with(axis, shape[axis]! * samples) : shape.toSpliced(axis, 0, samples);
}

/** The axis in the shape of one sample; null for the samples' own, also where it is merged with another. */
export function sampleAxis(axis: number, batch: Batch): number | null {
  if (axis === batch.axis) return null;
  return !batch.merged && axis > batch.axis ? axis - 1 : axis;
}

/** Where samples are once values are read as of the shape `to`; null where that cuts through the samples. */
export function reshapeBatch(
  from: readonly number[],
  batch: Batch,
  to: readonly number[],
  samples: number,
): Batch | null {
  const ahead = sizeOf(from.slice(0, batch.axis)) * batch.before;
  let found: Batch | null = null;
  let passed = 1;
  for (const [axis, size] of to.entries()) {
    const before = ahead / passed;
    if (Number.isInteger(before) && size > 0 && size % (before * samples) === 0) {
      const merged = size !== samples || before !== 1;
      // With a batch of one, axes of size 1 look like it: an axis of its own is what exporters mean.
      if (!merged) return batchAlong(axis);
      found ??= { axis, merged, before };
    }
    passed *= size;
  }
  return found;
}

/** Where samples are once axis i of the result is axis permutation[i], and how the axes of one sample move. */
export function transposeBatch(
  permutation: readonly number[],
  batch: Batch,
): { batch: Batch; permutation: number[] } {
  const moved = { ...batch, axis: permutation.indexOf(batch.axis) };
  if (batch.merged) return { batch: moved, permutation: [...permutation] };
  const rest = permutation.filter((axis) => axis !== batch.axis);
  return { batch: moved, permutation: rest.map((axis) => (axis > batch.axis ? axis - 1 : axis)) };
}

/** The same place in a shape of another rank, counted from the last axis as broadcasting does. */
export function alignBatch(batch: Batch, rank: number, otherRank: number): Batch {
  return { ...batch, axis: batch.axis + otherRank - rank };
}

export function isSameBatch(a: Batch, b: Batch): boolean {
  return a.axis === b.axis && a.merged === b.merged && a.before === b.before;
}

/**
 * The shape of a constant beside one sample of such values: broadcasting aligns last axes, and the samples' axis is
 * left out. Null where the constant differs between samples.
 * @param rank of the values, samples included
 */
export function besideSample(
  shape: readonly number[],
  rank: number,
  batch: Batch,
  samples: number,
): number[] | null {
  const axis = batch.axis + shape.length - rank;
  const size = shape[axis];
  if (axis < 0 || size === undefined) return [...shape];
  if (size !== 1 && !(samples === 1 && batch.merged)) return null;
  return batch.merged ? [...shape] : shape.toSpliced(axis, 1);
}

/** Where the values of a graph's tensors come from. */
export interface TensorSource {
  /** The tensor that the graph calls so. */
  tensor(name: string): SourceTensor | undefined;
  /** Names that are in use in the checkpoint. */
  readonly names: ReadonlySet<string>;
}

interface SourceTensor {
  readonly info: TensorInfo;
  /** What the checkpoint calls it; null where it is not of the checkpoint. */
  readonly parameter: string | null;
  read(): Promise<Tensor>;
}

/** An ONNX model with the values that it holds itself. */
export function ownTensors(checkpoint: Checkpoint): TensorSource {
  return {
    names: new Set(checkpoint.tensors.keys()),
    tensor(name) {
      const info = checkpoint.tensors.get(name);
      return info && { info, parameter: name, read: () => checkpoint.read(name) };
    },
  };
}

const FLOATS = new Set(['f64', 'f32', 'f16', 'bf16', 'f8_e4m3', 'f8_e5m2']);

/** A tensor as a constant of the graph. @throws InputError where there is none of the name */
export function constantOf(path: string, source: TensorSource, name: string): ConstantValue {
  const found = source.tensor(name);
  if (found === undefined) throw new InputError(path, `has no tensor "${name}"`);
  const { dtype, shape } = found.info;
  const type: ConstantType = FLOATS.has(dtype) ? 'float' : dtype === 'bool' ? 'boolean' : 'integer';
  const parameter = found.parameter === null ? null : { name: found.parameter, transposed: false };
  return lazyConstant(type, shape, async () => (await found.read()).data, parameter);
}
