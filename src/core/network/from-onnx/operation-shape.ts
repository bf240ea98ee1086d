import { outputLength } from '../../engine';
import type { Operation } from '../operations/operation';
import type { Pool } from '../operations/pool';
import { type Shape, ShapeError, sizeOf } from '../operations/rules';
import type { Partial } from './draft';
import { broadcastShapes } from './strided';

/** TEMPORARY */
export function operationShape(
  operation: Operation | Partial,
  inputs: readonly Shape[],
  parameter: (name: string) => Shape,
): Shape {
  const [x = [], y = []] = inputs;
  switch (operation.kind) {
    case 'partial':
    case 'activation':
    case 'softmax':
    case 'batch_norm':
    case 'layer_norm':
    case 'group_norm':
      return x;
    case 'dense': {
      const [rows = 0, columns = 0] = parameter(operation.weight);
      const [outputs, inner] = operation.layout === 'out_in' ? [rows, columns] : [columns, rows];
      if (x.at(-1) !== inner) throw new ShapeError(`takes ${inner} inputs and is given [${String(x)}]`);
      return [...x.slice(0, -1), outputs];
    }
    case 'conv': {
      const [filters = 0, , ...kernel] = parameter(operation.weight);
      const { pads, strides, dilations } = operation;
      return [
        filters,
        ...[0, 1].map((i) =>
          outputLength(x[i + 1]!, kernel[i]!, pads[i]! + pads[i + 2]!, strides[i]!, dilations[i]!),
        ),
      ];
    }
    case 'pool':
      return [x[0]!, poolLength(operation, x, 0), poolLength(operation, x, 1)];
    case 'reduce':
      return x.flatMap((size, i) => (!operation.axes.includes(i) ? [size] : operation.keep ? [1] : []));
    case 'reshape':
      if (sizeOf(operation.shape) !== sizeOf(x))
        throw new ShapeError(`makes [${String(operation.shape)}] of [${String(x)}]`);
      return operation.shape;
    case 'transpose':
      return operation.permutation.map((axis) => x[axis]!);
    case 'concat':
      return x.with(
        operation.axis,
        inputs.reduce((sum, shape) => sum + shape[operation.axis]!, 0),
      );
    case 'slice':
      return x.with(operation.axis, Math.ceil((operation.end - operation.start) / operation.step));
    case 'pad':
      return x.map((size, i) => size + operation.pads[i]![0] + operation.pads[i]![1]);
    case 'add':
    case 'multiply': {
      const shape = broadcastShapes(x, y);
      if (shape === null) throw new ShapeError(`is given [${String(x)}] and [${String(y)}]`);
      return shape;
    }
    case 'matmul': {
      const shape = broadcastShapes(x.slice(0, -2), y.slice(0, -2));
      if (shape === null || x.at(-1) !== y.at(-2))
        throw new ShapeError(`is given [${String(x)}] and [${String(y)}]`);
      return [...shape, x.at(-2) ?? 1, y.at(-1) ?? 1];
    }
    case 'embedding':
      return [...x, parameter(operation.weight)[1]!];
    default:
      throw new ShapeError('has no inputs');
  }
}

function poolLength({ pads, kernel, strides, dilations, ceil }: Pool, x: Shape, i: 0 | 1): number {
  const free = x[i + 1]! + pads[i] + pads[i === 0 ? 2 : 3] - dilations[i] * (kernel[i] - 1) - 1;
  if (!ceil) return Math.floor(free / strides[i]) + 1;
  const length = Math.ceil(free / strides[i]) + 1;
  return (length - 1) * strides[i] >= x[i + 1]! + pads[i] ? length - 1 : length;
}
