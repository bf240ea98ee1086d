/** An elementwise nonlinearity, by the name it has in PyTorch's functional interface. */
export type Activation =
  { readonly name: 'relu' } | { readonly name: 'leaky_relu'; readonly negativeSlope: number };

/** Slope left of zero: both are piecewise linear, with slope 1 right of it. At zero the slope is the left one, as in PyTorch. */
export function negativeSlope(activation: Activation): number {
  return activation.name === 'relu' ? 0 : activation.negativeSlope;
}
