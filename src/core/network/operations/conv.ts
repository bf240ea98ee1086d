/** A two-dimensional convolution of [channels, height, width] as nn.Conv2d does; the weight is [filters, channels / groups, height, width]. */
export interface Conv {
  readonly kind: 'conv';
  readonly weight: string;
  readonly bias: string | null;
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly pads: readonly [top: number, left: number, bottom: number, right: number];
  readonly dilations: readonly [vertical: number, horizontal: number];
  readonly groups: number;
}
