import { sizeOf } from '../../tensor/shape';
import { type Rules, ShapeError } from './rules';

/** The inputs one after the other along an axis. */
export interface Concat {
  readonly kind: 'concat';
  readonly axis: number;
}

export const concat: Rules<Concat> = {
  parameters: () => [],

  shape({ axis }, inputs) {
    const [first] = inputs;
    const fits = inputs.every(
      (input) => input.length === first?.length && input.every((size, i) => i === axis || size === first[i]),
    );
    if (first === undefined || !(axis in first) || !fits)
      throw new ShapeError(
        `joins dimension ${axis} of ${inputs.map((input) => `[${String(input)}]`).join(', ')}`,
      );
    return first.with(
      axis,
      inputs.reduce((sum, input) => sum + input[axis]!, 0),
    );
  },

  kernel({ axis }, { inputs, output }) {
    /** What of an input follows on each other in the output: pieces of so many values, so far from the start of the whole. */
    const whole = sizeOf(output.slice(axis));
    let start = 0;
    const pieces = inputs.map((input) => {
      const piece = { start, length: sizeOf(input.slice(axis)) };
      start += piece.length;
      return piece;
    });
    const outer = sizeOf(output) / whole;
    const join = (values: readonly (Float32Array | null)[], rows: number, out: Float32Array): void => {
      pieces.forEach(({ start, length }, i) => {
        const x = values[i];
        for (let k = 0; k < rows * outer; k++) {
          const at = k * whole + start;
          if (x) out.set(x.subarray(k * length, (k + 1) * length), at);
          else out.fill(0, at, at + length);
        }
      });
    };
    return {
      forward(inputs, samples, out) {
        join(inputs, samples, out);
      },
      jvp({ samples }, tangents, perSample, out) {
        join(tangents, samples * perSample, out);
      },
      vjp({ samples }, cotangent, perSample, into) {
        pieces.forEach(({ start, length }, i) => {
          const target = into[i];
          if (!target) return;
          for (let k = 0, at = 0; k < samples * perSample * outer; k++) {
            const from = k * whole + start;
            for (let j = from; j < from + length; j++, at++) target[at]! += cotangent[j]!;
          }
        });
      },
      hvp: null,
    };
  },
};
