import { erf } from '../../base/special-functions';
import { Scratch } from '../../tensor/engine';
import { sizeOf } from '../../tensor/shape';
import { type Rules, ShapeError } from './rules';

/** An elementwise nonlinearity, by the name it has in PyTorch's functional interface. */
export type Activation =
  | { readonly name: 'relu' | 'sigmoid' | 'tanh' | 'silu' | 'erf' }
  | { readonly name: 'leaky_relu'; readonly negativeSlope: number }
  | { readonly name: 'gelu'; readonly approximate: 'none' | 'tanh' }
  /** As nn.Hardtanh and nn.ReLU6; slope 1 inside, 0 outside. */
  | { readonly name: 'clip'; readonly min: number; readonly max: number };

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

/** A function of one number with its first and second derivative; the second is null where it is piecewise linear. */
interface Elementwise {
  readonly value: (a: number) => number;
  readonly slope: (a: number) => number;
  readonly curvature: ((a: number) => number) | null;
}

/** Slopes at kinks are PyTorch's: 0 for ReLU and at both bounds of a clip, the negative slope for leaky ReLU. */
export function elementwise(activation: Activation): Elementwise {
  switch (activation.name) {
    case 'relu':
      return clip(0, Infinity);
    case 'clip':
      return clip(activation.min, activation.max);
    case 'leaky_relu': {
      const { negativeSlope } = activation;
      return {
        value: (a) => (a > 0 ? a : negativeSlope * a),
        slope: (a) => (a > 0 ? 1 : negativeSlope),
        curvature: null,
      };
    }
    case 'sigmoid':
      return { value: sigmoid, slope: sigmoidSlope, curvature: sigmoidCurvature };
    case 'tanh':
      return {
        value: Math.tanh,
        slope: (a) => 1 - Math.tanh(a) ** 2,
        curvature: (a) => -2 * Math.tanh(a) * (1 - Math.tanh(a) ** 2),
      };
    case 'silu':
      return {
        value: (a) => a * sigmoid(a),
        slope: (a) => sigmoid(a) + a * sigmoidSlope(a),
        curvature: (a) => 2 * sigmoidSlope(a) + a * sigmoidCurvature(a),
      };
    case 'erf':
      return { value: erf, slope: erfSlope, curvature: (a) => -2 * a * erfSlope(a) };
    case 'gelu':
      return activation.approximate === 'none' ? GELU : GELU_TANH;
  }
}

/** Whether it has a second derivative everywhere. */
export function isSmooth(activation: Activation): boolean {
  return elementwise(activation).curvature !== null;
}

function clip(min: number, max: number): Elementwise {
  return {
    value: (a) => Math.min(Math.max(a, min), max),
    slope: (a) => (a > min && a < max ? 1 : 0),
    curvature: null,
  };
}

function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a)); // the exponential may be infinite: then the value is 0, as it should be
}

function sigmoidSlope(a: number): number {
  const e = Math.exp(-Math.abs(a)); // even in a; 1 − σ would lose its digits right of 0
  return e / (1 + e) ** 2;
}

function sigmoidCurvature(a: number): number {
  return -sigmoidSlope(a) * Math.tanh(a / 2);
}

function erfSlope(a: number): number {
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a);
}

/** a Φ(a), Φ and φ being the normal distribution and its density. */
const GELU: Elementwise = {
  value: (a) => a * distribution(a),
  slope: (a) => distribution(a) + a * density(a),
  curvature: (a) => (2 - a * a) * density(a),
};

function distribution(a: number): number {
  return 0.5 * (1 + erf(a * Math.SQRT1_2));
}

function density(a: number): number {
  return Math.exp(-0.5 * a * a) / Math.sqrt(2 * Math.PI);
}

const ROOT = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** a (1 + tanh u) / 2 with u = √(2/π) (a + 0.044715 a³). */
const GELU_TANH: Elementwise = {
  value: (a) => 0.5 * a * (1 + tanhU(a)),
  slope(a) {
    const t = tanhU(a);
    return 0.5 * (1 + t) + 0.5 * a * (1 - t * t) * slopeU(a);
  },
  curvature(a) {
    const t = tanhU(a);
    const du = slopeU(a);
    return (1 - t * t) * (du + a * (3 * ROOT * CUBIC * a - t * du * du));
  },
};

function tanhU(a: number): number {
  return Math.tanh(ROOT * (a + CUBIC * a * a * a));
}

function slopeU(a: number): number {
  return ROOT * (1 + 3 * CUBIC * a * a);
}

/** Those whose name says all. */
export const PLAIN_ACTIVATIONS = {
  relu: { name: 'relu' },
  relu6: { name: 'clip', min: 0, max: 6 },
  tanh: { name: 'tanh' },
  sigmoid: { name: 'sigmoid' },
  gelu: { name: 'gelu', approximate: 'none' },
  silu: { name: 'silu' },
} as const satisfies Readonly<Record<string, Activation>>;

/** By the names of PyTorch's functions and classes, without case and underscores, with its defaults. */
const BY_NAME = new Map<string, Activation>([
  ...Object.entries(PLAIN_ACTIVATIONS),
  ['leakyrelu', { name: 'leaky_relu', negativeSlope: 0.01 }],
  ['hardtanh', { name: 'clip', min: -1, max: 1 }],
  ['gelutanh', { name: 'gelu', approximate: 'tanh' }],
  ['swish', { name: 'silu' }],
]);

/** For messages. */
export const KNOWN_ACTIVATIONS = 'ReLU, LeakyReLU, ReLU6, Hardtanh, Tanh, Sigmoid, GELU and SiLU';

/** The nonlinearity of this name, e.g. "LeakyReLU" or "leaky_relu"; null for one that is not known. */
export function activationNamed(name: string): Activation | null {
  return BY_NAME.get(name.toLowerCase().replaceAll('_', '')) ?? null;
}
