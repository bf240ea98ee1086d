export interface Softmax {
  readonly kind: 'softmax';
  /** From 0, without the samples' one. */
  readonly axis: number;
}
