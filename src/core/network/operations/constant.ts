import type { Rules } from './rules';

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
