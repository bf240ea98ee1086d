import { erf } from '../../base/special-functions';
import type { Activation } from './activation';

/** A function of one number with its first and second derivative. */
export interface Elementwise {
  readonly value: (a: number) => number;
  readonly slope: (a: number) => number;
  /** Null where it is piecewise linear. */
  readonly curvature: ((a: number) => number) | null;
  /** Where the slope jumps: a float32 sum that is near one may have the slope of the wrong side. */
  readonly kinks: readonly number[];
}

/**
 * Slopes at kinks are PyTorch's: 0 for ReLU and at both bounds of a clip, the negative slope for leaky ReLU. Where the second
 * derivative jumps it is PyTorch's as well: 0.
 */
export function elementwise(activation: Activation): Elementwise {
  switch (activation.name) {
    case 'identity':
      return { value: (a) => a, slope: () => 1, curvature: null, kinks: [] };
    case 'relu':
      return clip(0, Infinity);
    case 'clip':
      return clip(activation.min, activation.max);
    case 'leaky_relu':
      return leaky(activation.negativeSlope);
    case 'hardsigmoid':
      return hardSigmoid(activation.alpha, activation.beta);
    case 'shrink':
      return shrink(activation.lambda, activation.bias);
    case 'threshold':
      return above(activation.threshold, activation.value);
    case 'hardswish':
      return HARD_SWISH;
    case 'elu':
      return elu(activation.alpha, activation.scale, activation.rate);
    case 'softplus':
      return softplus(activation.beta, activation.threshold);
    case 'swish':
      return swish(activation.beta);
    case 'silu':
      return swish(1);
    case 'gelu':
      return activation.approximate === 'none' ? GELU : GELU_TANH;
    case 'mish':
      return MISH;
    case 'sigmoid':
      return { value: sigmoid, slope: sigmoidSlope, curvature: sigmoidCurvature, kinks: [] };
    case 'log_sigmoid':
      return LOG_SIGMOID;
    case 'tanh':
      return { value: Math.tanh, slope: tanhSlope, curvature: tanhCurvature, kinks: [] };
    case 'tanhshrink':
      return TANH_SHRINK;
    case 'softsign':
      return SOFT_SIGN;
    case 'erf':
      return { value: erf, slope: erfSlope, curvature: (a) => -2 * a * erfSlope(a), kinks: [] };
  }
}

/** Whether it has a second derivative, but for kinks. */
export function isSmooth(activation: Activation): boolean {
  return elementwise(activation).curvature !== null;
}

function clip(min: number, max: number): Elementwise {
  return {
    value: (a) => Math.min(Math.max(a, min), max),
    slope: (a) => (a > min && a < max ? 1 : 0),
    curvature: null,
    kinks: [min, max].filter(Number.isFinite),
  };
}

function leaky(negativeSlope: number): Elementwise {
  return {
    value: (a) => (a > 0 ? a : negativeSlope * a),
    slope: (a) => (a > 0 ? 1 : negativeSlope),
    curvature: null,
    kinks: [0],
  };
}

function hardSigmoid(alpha: number, beta: number): Elementwise {
  const line = (a: number): number => alpha * a + beta;
  return {
    value: (a) => Math.min(Math.max(line(a), 0), 1),
    slope: (a) => (line(a) > 0 && line(a) < 1 ? alpha : 0),
    curvature: null,
    kinks: [-beta / alpha, (1 - beta) / alpha].filter(Number.isFinite),
  };
}

/** What is not a number stays it. */
function shrink(lambda: number, bias: number): Elementwise {
  return {
    value: (a) => (a > lambda ? a - bias : a < -lambda ? a + bias : a - a),
    slope: (a) => (a > lambda || a < -lambda ? 1 : 0),
    curvature: null,
    kinks: [-lambda, lambda],
  };
}

function above(threshold: number, value: number): Elementwise {
  return {
    value: (a) => (a <= threshold ? value : a),
    slope: (a) => (a <= threshold ? 0 : 1),
    curvature: null,
    kinks: [threshold],
  };
}

/** a · clip(a / 6 + ½, 0, 1). */
const HARD_SWISH: Elementwise = {
  value: (a) => a * Math.min(Math.max(a / 6 + 0.5, 0), 1),
  slope: (a) => (a <= -3 ? 0 : a < 3 ? a / 3 + 0.5 : 1),
  curvature: (a) => (a > -3 && a < 3 ? 1 / 3 : 0),
  kinks: [-3, 3],
};

function elu(alpha: number, scale: number, rate: number): Elementwise {
  const left = scale * alpha;
  return {
    value: (a) => (a > 0 ? scale * a : left * Math.expm1(rate * a)),
    slope: (a) => (a > 0 ? scale : left * rate * Math.exp(rate * a)),
    curvature: (a) => (a < 0 ? left * rate * rate * Math.exp(rate * a) : 0),
    kinks: alpha * rate === 1 ? [] : [0],
  };
}

/** Above this times beta, the slope of a softplus is 1 in float32. */
const SATURATED = 17;

function softplus(beta: number, threshold: number): Elementwise {
  return {
    value: (a) => (beta * a > threshold ? a : logOnePlusExp(beta * a) / beta),
    slope: (a) => (beta * a > threshold ? 1 : sigmoid(beta * a)),
    curvature: (a) => (beta * a < threshold ? beta * sigmoidSlope(beta * a) : 0),
    kinks: threshold < SATURATED ? [threshold / beta] : [],
  };
}

/** log(1 + eᶻ), which does not overflow. */
function logOnePlusExp(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
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

const LOG_SIGMOID: Elementwise = {
  value: (a) => -logOnePlusExp(-a),
  slope: (a) => sigmoid(-a),
  curvature: (a) => -sigmoidSlope(a),
  kinks: [],
};

/** a · σ(beta · a); SiLU is that of beta 1. */
function swish(beta: number): Elementwise {
  return {
    value: (a) => a * sigmoid(beta * a),
    slope: (a) => sigmoid(beta * a) + beta * a * sigmoidSlope(beta * a),
    curvature: (a) => beta * (2 * sigmoidSlope(beta * a) + beta * a * sigmoidCurvature(beta * a)),
    kinks: [],
  };
}

/** a tanh s, s being log(1 + eᵃ). With t = tanh s and w = dt/da = (1 − t²) σ(a), the slope is t + a w. */
const MISH: Elementwise = {
  value: (a) => a * Math.tanh(logOnePlusExp(a)),
  slope(a) {
    const t = Math.tanh(logOnePlusExp(a));
    return t + a * (1 - t * t) * sigmoid(a);
  },
  curvature(a) {
    const t = Math.tanh(logOnePlusExp(a));
    const w = (1 - t * t) * sigmoid(a);
    return 2 * w + a * ((1 - t * t) * sigmoidSlope(a) - 2 * t * w * sigmoid(a));
  },
  kinks: [],
};

function tanhSlope(a: number): number {
  return 1 - Math.tanh(a) ** 2;
}

function tanhCurvature(a: number): number {
  return -2 * Math.tanh(a) * tanhSlope(a);
}

const TANH_SHRINK: Elementwise = {
  value: (a) => a - Math.tanh(a),
  slope: (a) => Math.tanh(a) ** 2,
  curvature: (a) => -tanhCurvature(a),
  kinks: [],
};

/** a / (1 + |a|). */
const SOFT_SIGN: Elementwise = {
  value: (a) => a / (1 + Math.abs(a)),
  slope: (a) => 1 / (1 + Math.abs(a)) ** 2,
  curvature: (a) => (-2 * Math.sign(a)) / (1 + Math.abs(a)) ** 3,
  kinks: [],
};

function erfSlope(a: number): number {
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a);
}

/** a Φ(a), Φ and φ being the normal distribution and its density. */
const GELU: Elementwise = {
  value: (a) => a * distribution(a),
  slope: (a) => distribution(a) + a * density(a),
  curvature: (a) => (2 - a * a) * density(a),
  kinks: [],
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
  kinks: [],
};

function tanhU(a: number): number {
  return Math.tanh(ROOT * (a + CUBIC * a * a * a));
}

function slopeU(a: number): number {
  return ROOT * (1 + 3 * CUBIC * a * a);
}
