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

/** Slope left of zero: both are piecewise linear, with slope 1 right of it. At zero the slope is the left one, as in PyTorch. */
export function negativeSlope(activation: Activation): number {
  return activation.name === 'leaky_relu' ? activation.negativeSlope : 0;
}
