/** Pooling over windows of [channels, height, width]. */
export interface Pool {
  readonly kind: 'pool';
  readonly mode: 'max' | 'average';
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly pads: readonly [top: number, left: number, bottom: number, right: number];
  readonly dilations: readonly [vertical: number, horizontal: number];
  /** Whether a window may hang over the end, as ceil_mode lets it. */
  readonly ceil: boolean;
  /** Whether padding counts in the average. */
  readonly countPads: boolean;
}

/** The mean or maximum over some dimensions (global pooling: all but the first), which stay as 1 where `keep`. */
export interface Reduce {
  readonly kind: 'reduce';
  readonly mode: 'max' | 'average';
  /** From 0; ascending. */
  readonly axes: readonly number[];
  readonly keep: boolean;
}
