import { elementCount } from '../../tensor/shape';

export type Values = Float32Array | Float64Array;
export type ConstantType = 'float' | 'integer' | 'boolean';

/** A tensor that does not depend on the input. Its values are read or computed when they are asked for. */
export interface ConstantValue {
  readonly kind: 'constant';
  readonly type: ConstantType;
  readonly shape: readonly number[];
  /** The parameter it is, as it is stored or with its two sides exchanged; null where it is computed. */
  readonly parameter: { readonly name: string; readonly transposed: boolean } | null;
  /** Row-major. */
  values(): Promise<Values>;
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
  compute: () => Promise<Values>,
  parameter: ConstantValue['parameter'] = null,
): ConstantValue {
  const count = elementCount(shape);
  if (count === undefined || (parameter === null && count > MAX_VALUES))
    throw new RangeError(`a constant of [${shape.join(', ')}] is too large`);
  let values: Promise<Values> | undefined;
  return { kind: 'constant', type, shape, parameter, values: () => (values ??= compute()) };
}

export function knownConstant(
  type: ConstantType,
  shape: readonly number[],
  values: readonly number[] | Values,
): ConstantValue {
  return lazyConstant(type, shape, () => Promise.resolve(Float64Array.from(values)));
}

/** Numbers as a tensor of one dimension. */
export function integers(values: readonly number[]): ConstantValue {
  return knownConstant('integer', [values.length], values);
}
