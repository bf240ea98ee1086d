import { InputError } from '../../base/error';
import { sizeOf } from '../../tensor/shape';
import { matrixSides, type Rules, ShapeError } from './rules';

/** A parameter as values that are the same for every sample, e.g. a positional embedding or a scale. */
export interface Constant {
  readonly kind: 'constant';
  readonly parameter: string;
}

export const constant: Rules<Constant> = {
  parameters: ({ parameter }) => [parameter],
  shape: (operation, _inputs, parameter) => parameter(operation.parameter),

  kernel(operation, { parameter }) {
    const { data } = parameter(operation.parameter);
    return {
      forward(_inputs, samples, out) {
        for (let s = 0; s < samples; s++) out.set(data, s * data.length);
      },
      jvp({ samples }, _tangents, perSample, out) {
        out.fill(0, 0, samples * perSample * data.length);
      },
      vjp: () => undefined,
      hvp: null,
    };
  },
};

/** Rows of a weight [entries, width], chosen by the input's values, which are whole numbers; it has no derivative in them. */
export interface Embedding {
  readonly kind: 'embedding';
  readonly weight: string;
}

export const embedding: Rules<Embedding> = {
  parameters: ({ weight }) => [weight],

  shape({ weight }, [input], parameter) {
    const [, width] = matrixSides(parameter(weight));
    if (input === undefined) throw new ShapeError('takes one input');
    return [...input, width];
  },

  kernel({ weight }, { output, parameter }) {
    const { shape, data } = parameter(weight);
    const [entries, width] = matrixSides(shape);
    const size = sizeOf(output);
    return {
      /** @throws InputError naming an index that has no row */
      forward(inputs, samples, out) {
        const x = inputs[0]!;
        for (let at = 0, i = 0; at < samples * size; at += width, i++) {
          const entry = Math.round(x[i]!);
          if (!(entry >= 0 && entry < entries))
            throw new InputError(
              'the data',
              `index ${entry} is asked of ${weight}, which has rows 0 to ${entries - 1}`,
              'Give data whose values are indices of that table, without normalisation',
            );
          out.set(data.subarray(entry * width, (entry + 1) * width), at);
        }
      },
      jvp({ samples }, _tangents, perSample, out) {
        out.fill(0, 0, samples * perSample * size);
      },
      vjp: () => undefined,
      hvp: null,
    };
  },
};
