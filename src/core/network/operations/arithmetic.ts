/** Operations of two inputs. Shapes are broadcast as in NumPy. */

export interface Add {
  readonly kind: 'add';
}

export interface Multiply {
  readonly kind: 'multiply';
}

/** Matrix products over the last two dimensions, the ones before them broadcast. */
export interface Matmul {
  readonly kind: 'matmul';
}

/** A parameter as values that are the same for every sample, e.g. a positional embedding or a scale. */
export interface Constant {
  readonly kind: 'constant';
  readonly parameter: string;
}
