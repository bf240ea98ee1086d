/** Batch norm in evaluation mode: a fixed scale and shift of every channel, the first dimension. */
export interface BatchNorm {
  readonly kind: 'batch_norm';
  readonly weight: string | null;
  readonly bias: string | null;
  readonly mean: string;
  readonly variance: string;
  readonly epsilon: number;
}

/** Layer norm over the last `dimensions` dimensions; weight and bias have their shape. */
export interface LayerNorm {
  readonly kind: 'layer_norm';
  readonly dimensions: number;
  readonly weight: string | null;
  readonly bias: string | null;
  readonly epsilon: number;
}

/** Group norm over channels, the first dimension; instance norm has as many groups as channels. */
export interface GroupNorm {
  readonly kind: 'group_norm';
  readonly groups: number;
  readonly weight: string | null;
  readonly bias: string | null;
  readonly epsilon: number;
}
