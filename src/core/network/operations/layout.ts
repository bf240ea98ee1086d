/** Operations that move values about. Axes count from 0 without the samples' one. */

/** The same values in the node's shape. Flattening is this too. */
export interface Reshape {
  readonly kind: 'reshape';
  readonly shape: readonly number[];
}

/** Dimension i of the result is dimension permutation[i] of the input. */
export interface Transpose {
  readonly kind: 'transpose';
  readonly permutation: readonly number[];
}

/** The inputs one after the other along an axis. */
export interface Concat {
  readonly kind: 'concat';
  readonly axis: number;
}

/** Places `start`, start + step, … before `end` of an axis. */
export interface Slice {
  readonly kind: 'slice';
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** A constant around the values. */
export interface Pad {
  readonly kind: 'pad';
  /** Per dimension, before and after it. */
  readonly pads: readonly (readonly [before: number, after: number])[];
  readonly value: number;
}
