import { sizeOf } from '../../tensor/shape';
import { gatherStrided, rowMajorStrides } from '../../tensor/strides';
import { number, times } from './elementwise-operators';
import { type ConstantValue, lazyConstant, sampleAxis } from './graph-value';
import type { Operator } from './operator-call';

type Fold = (values: Float64Array) => number;

const sum: Fold = (values) => values.reduce((a, b) => a + b, 0);
const FOLDS: Readonly<Record<string, Fold>> = {
  ReduceMean: (values) => sum(values) / values.length,
  ReduceSum: sum,
  ReduceMax: (values) => values.reduce((a, b) => Math.max(a, b), -Infinity),
  ReduceMin: (values) => values.reduce((a, b) => Math.min(a, b), Infinity),
  ReduceProd: (values) => values.reduce((a, b) => a * b, 1),
  ReduceL2: (values) => Math.sqrt(values.reduce((a, b) => a + b * b, 0)),
};

const reduce = (operator: string, f: Fold): Operator => {
  return async (call) => {
    const x = call.input(0);
    const rank = x.shape.length;
    const given = (await call.list('axes', 1)) ?? [];
    if (given.length === 0 && call.number('noop_with_empty_axes', 0) !== 0) return x;
    const all =
      given.length === 0 ? x.shape.map((_, axis) => axis) : given.map((axis) => call.axis(axis, rank));
    const axes = all.sort((a, b) => a - b);
    const keep = call.number('keepdims', 1) !== 0;
    if (x.kind === 'constant') return reduced(x, axes, keep, f);
    if (!['ReduceMean', 'ReduceSum', 'ReduceMax'].includes(operator))
      throw call.refuse('is not an operator that Modscope knows of values that depend on the input');
    const own = axes.map((axis) => sampleAxis(axis, x.batch));
    if (own.includes(null)) throw call.refuse('goes over the samples');
    const before = keep ? 0 : axes.filter((axis) => axis < x.batch.axis).length;
    const mode = operator === 'ReduceMax' ? 'max' : 'average';
    const operation = { kind: 'reduce', mode, axes: own.filter((axis) => axis !== null), keep } as const;
    const result = call.add(operation, [x.node], { ...x.batch, axis: x.batch.axis - before });
    if (operator !== 'ReduceSum') return result;
    return times(call, result, number(sizeOf(axes.map((axis) => x.shape[axis]!))));
  };
};

function reduced(x: ConstantValue, axes: readonly number[], keep: boolean, f: Fold): ConstantValue {
  const shape = x.shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keep ? [1] : []));
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return lazyConstant(x.type, shape, async () => {
    const order = [...kept, ...axes];
    const strides = rowMajorStrides(x.shape);
    const values = gatherStrided(
      await x.values(),
      order.map((axis) => x.shape[axis]!),
      order.map((axis) => strides[axis]!),
    );
    const length = sizeOf(axes.map((axis) => x.shape[axis]!));
    return Float64Array.from({ length: sizeOf(shape) }, (_, i) =>
      f(new Float64Array(values.subarray(i * length, (i + 1) * length))),
    );
  });
}

export const reduceOperators: Readonly<Record<string, Operator>> = Object.fromEntries(
  Object.entries(FOLDS).map(([name, f]) => [name, reduce(name, f)]),
);
