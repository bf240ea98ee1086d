import { Scratch, transposeMatrix } from '../../tensor/engine';
import { type Shape, sizeOf } from '../../tensor/shape';
import { linearKernel, matrixSides, type Rules, ShapeError } from './rules';

/** y = W x + b over the last dimension, as nn.Linear does. */
export interface Dense {
  readonly kind: 'dense';
  readonly weight: string;
  readonly bias: string | null;
  /** How the weight is stored: PyTorch keeps [outputs, inputs], Keras and hand-made arrays often the reverse. */
  readonly layout: 'out_in' | 'in_out';
}

export const dense: Rules<Dense> = {
  parameters: ({ weight, bias }) => (bias === null ? [weight] : [weight, bias]),

  shape({ weight, bias, layout }, [input], parameter) {
    const [outputs, inputs] = sides(parameter(weight), layout);
    const width = input?.at(-1);
    if (input === undefined || width !== inputs)
      throw new ShapeError(`takes ${inputs} inputs and is given [${String(input)}]`);
    if (bias !== null && sizeOf(parameter(bias)) !== outputs)
      throw new ShapeError(`has ${outputs} outputs and a bias of [${String(parameter(bias))}]`);
    return [...input.slice(0, -1), outputs];
  },

  kernel({ weight, bias, layout }, { inputs: shapes, engine, parameter }) {
    const { shape, data } = parameter(weight);
    const [outputs, inputs] = sides(shape, layout);
    const flipped = transposeMatrix(data, shape[0]!, shape[1]!);
    const [outIn, inOut] = layout === 'out_in' ? [data, flipped] : [flipped, data];
    const offset = bias === null ? null : parameter(bias).data;
    const vectors = sizeOf(shapes[0]!) / inputs;
    const scratch = new Scratch();
    return linearKernel({
      apply: (x, rows, out) => {
        engine.multiply(x, inOut, rows * vectors, inputs, outputs, out);
      },
      applyTransposed: (y, rows, into) => {
        const length = rows * vectors * inputs;
        const product = scratch.take(length);
        engine.multiply(y, outIn, rows * vectors, outputs, inputs, product);
        for (let i = 0; i < length; i++) into[i]! += product[i]!;
      },
      offset:
        offset === null
          ? undefined
          : (y, rows) => {
              for (let i = 0, at = 0; i < rows * vectors; i++) {
                for (let j = 0; j < outputs; j++, at++) y[at]! += offset[j]!;
              }
            },
    });
  },
};

function sides(shape: Shape, layout: Dense['layout']): [outputs: number, inputs: number] {
  const [rows, columns] = matrixSides(shape);
  return layout === 'out_in' ? [rows, columns] : [columns, rows];
}
