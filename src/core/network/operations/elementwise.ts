import { erf } from '../../base/special-functions';
import type { Activation } from './activation';

/** A function of one number with its first and second derivative; the second is null where it is piecewise linear. */
export interface Elementwise {
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
