import { Scratch } from '../../tensor/engine';
import { sizeOf } from '../../tensor/shape';
import type { Activation } from './activation';
import { elementwise } from './elementwise';
import { type Rules, ShapeError } from './rules';

/** A nonlinearity that is one function of one number for all values. */
export interface ActivationOperation {
  readonly kind: 'activation';
  readonly activation: Activation;
}

export const activation: Rules<ActivationOperation> = {
  parameters: () => [],

  shape(_operation, [input]) {
    if (input === undefined) throw new ShapeError('takes one input');
    return input;
  },

  kernel({ activation }, { output }) {
    const size = sizeOf(output);
    const { forward, slopes } = loops(activation);
    const { curvature } = elementwise(activation);
    const scratch = new Scratch();
    return {
      forward(inputs, samples, out) {
        forward(inputs[0]!, samples * size, out);
      },
      jvp({ inputs, samples }, [tangent], perSample, out) {
        if (!tangent) return;
        const factors = scratch.take(size);
        for (let s = 0; s < samples; s++) {
          slopes(inputs[0]!, s * size, size, factors);
          scale(tangent, factors, s * perSample * size, perSample, size, out);
        }
      },
      vjp({ inputs, samples }, cotangent, perSample, [into]) {
        if (!into) return;
        const factors = scratch.take(size);
        for (let s = 0; s < samples; s++) {
          slopes(inputs[0]!, s * size, size, factors);
          addScaled(cotangent, factors, s * perSample * size, perSample, size, into);
        }
      },
      hvp:
        curvature &&
        (({ inputs, samples }, delta, [tangent], perSample, [into]) => {
          if (!tangent || !into) return;
          const x = inputs[0]!;
          const factors = scratch.take(size);
          for (let s = 0; s < samples; s++) {
            for (let i = 0, at = s * size; i < size; i++, at++) factors[i] = delta[at]! * curvature(x[at]!);
            addScaled(tangent, factors, s * perSample * size, perSample, size, into);
          }
        }),
    };
  },
};

/** out = rows ∘ factors, of `perSample` rows from an entry on; four entries at a time take a quarter less. */
function scale(
  rows: Float32Array,
  factors: Float32Array,
  start: number,
  perSample: number,
  size: number,
  out: Float32Array,
): void {
  for (let row = 0, at = start; row < perSample; row++) {
    let i = 0;
    for (; i < size - 3; i += 4, at += 4) {
      out[at] = rows[at]! * factors[i]!;
      out[at + 1] = rows[at + 1]! * factors[i + 1]!;
      out[at + 2] = rows[at + 2]! * factors[i + 2]!;
      out[at + 3] = rows[at + 3]! * factors[i + 3]!;
    }
    for (; i < size; i++, at++) out[at] = rows[at]! * factors[i]!;
  }
}

/** into += rows ∘ factors. */
function addScaled(
  rows: Float32Array,
  factors: Float32Array,
  start: number,
  perSample: number,
  size: number,
  into: Float32Array,
): void {
  for (let row = 0, at = start; row < perSample; row++) {
    let i = 0;
    for (; i < size - 3; i += 4, at += 4) {
      into[at]! += rows[at]! * factors[i]!;
      into[at + 1]! += rows[at + 1]! * factors[i + 1]!;
      into[at + 2]! += rows[at + 2]! * factors[i + 2]!;
      into[at + 3]! += rows[at + 3]! * factors[i + 3]!;
    }
    for (; i < size; i++, at++) into[at]! += rows[at]! * factors[i]!;
  }
}

/** Values of so many entries, and the slopes at `length` entries from the `start`th. */
interface Loops {
  readonly forward: (x: Float32Array, length: number, out: Float32Array) => void;
  readonly slopes: (x: Float32Array, start: number, length: number, out: Float32Array) => void;
}

/**
 * Piecewise linear ones have loops of their own: a call per entry would be most of the time, and so would a branch that
 * is taken for every other value. Where V8 compiles `Number(a > b)`, there is none.
 */
function loops(activation: Activation): Loops {
  switch (activation.name) {
    case 'relu':
      return leakyLoops(0);
    case 'leaky_relu':
      return leakyLoops(activation.negativeSlope);
    case 'clip':
      return clipLoops(activation.min, activation.max);
    default: {
      const { value, slope } = elementwise(activation);
      return {
        forward(x, length, out) {
          for (let i = 0; i < length; i++) out[i] = value(x[i]!);
        },
        slopes(x, start, length, out) {
          for (let i = 0; i < length; i++) out[i] = slope(x[start + i]!);
        },
      };
    }
  }
}

function leakyLoops(negativeSlope: number): Loops {
  const more = 1 - negativeSlope;
  return {
    forward(x, length, out) {
      for (let i = 0; i < length; i++) {
        const a = x[i]!;
        out[i] = a * (negativeSlope + more * Number(a > 0)) + 0; // and no −0
      }
    },
    slopes(x, start, length, out) {
      for (let i = 0; i < length; i++) out[i] = negativeSlope + more * Number(x[start + i]! > 0);
    },
  };
}

function clipLoops(min: number, max: number): Loops {
  return {
    forward(x, length, out) {
      for (let i = 0; i < length; i++) out[i] = Math.min(Math.max(x[i]!, min), max);
    },
    slopes(x, start, length, out) {
      for (let i = 0; i < length; i++) {
        const a = x[start + i]!;
        out[i] = Number(a > min) & Number(a < max);
      }
    },
  };
}
