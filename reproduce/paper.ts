import type { Measure } from '../src/core/measures';

// Numbers of Lange, Rolnick and Kording (2022), read off the pictures in the notebook that the authors published with the
// first version: ±0.003 for Q, ±0.006 for agreement. MNIST 784-64-64-10, test set, Monte Carlo solver, 9 seeds, 500 epochs.

export interface MeanAndSd {
  readonly mean: number;
  readonly sd: number;
}

const pair = (mean: number, sd: number): MeanAndSd => ({ mean, sd });

/** Of 500 untrained networks: Q of both hidden layers, and the number of clusters over both. */
export const PAPER_UNTRAINED: Readonly<
  Record<Measure, { readonly q: readonly [MeanAndSd, MeanAndSd]; readonly clusters: MeanAndSd }>
> = {
  forward_cov: { q: [pair(0.099, 0.009), pair(0.102, 0.009)], clusters: pair(3.5, 0.54) },
  forward_cov_norm: { q: [pair(0.095, 0.006), pair(0.102, 0.0075)], clusters: pair(3.8, 0.53) },
  forward_jac: { q: [pair(0.081, 0.004), pair(0.091, 0.006)], clusters: pair(4.2, 0.59) },
  forward_jac_norm: { q: [pair(0.078, 0.003), pair(0.091, 0.006)], clusters: pair(4.4, 0.59) },
  backward_jac: { q: [pair(0.109, 0.0075), pair(0.102, 0.006)], clusters: pair(3.9, 0.57) },
  backward_jac_norm: { q: [pair(0.109, 0.007), pair(0.102, 0.006)], clusters: pair(4.0, 0.53) },
  backward_hess: { q: [pair(0.109, 0.0075), pair(0.102, 0.006)], clusters: pair(3.8, 0.54) },
  backward_hess_norm: { q: [pair(0.109, 0.007), pair(0.102, 0.006)], clusters: pair(3.9, 0.52) },
};

/** Values of dropout that the rows below are of. */
export const PAPER_DROPOUT = [0, 0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7] as const;

/** Mean Q at those values; `layer` is the number of the hidden layer, null where both are pooled. */
export const PAPER_DROPOUT_Q: readonly {
  readonly measure: Measure;
  readonly layer: 0 | 1 | null;
  readonly q: readonly (number | string)[];
}[] = [
  { measure: 'forward_jac', layer: null, q: [0.1, 0.15, 0.25, 0.285, 0.316, 0.357, 0.374, 0.401] },
  { measure: 'forward_jac', layer: 0, q: [0.095, 0.146, 0.25, 0.308, 0.37, 0.425, 0.47, '> 0.5'] },
  { measure: 'forward_jac', layer: 1, q: [0.115, 0.15, 0.243, 0.26, 0.257, 0.28, 0.281, 0.274] },
  { measure: 'forward_cov', layer: null, q: [0.113, 0.111, 0.14, 0.17, 0.19, 0.217, 0.238, 0.258] },
  { measure: 'backward_jac', layer: null, q: [0.117, 0.11, 0.135, 0.152, 0.159, 0.166, 0.187, 0.207] },
  { measure: 'backward_jac_norm', layer: null, q: [0.112, 0.109, 0.119, 0.134, 0.151, 0.167, 0.184, 0.205] },
  { measure: 'backward_hess', layer: null, q: [0.117, 0.111, 0.135, 0.151, 0.165, 0.18, 0.2, 0.21] },
];

/** Highest mean Q along each hyper-parameter, in words. */
export const PAPER_HIGHEST = {
  dropout: '0.401 (`forward_jac`, dropout 0.7)',
  l1: '0.23 (`backward_jac`; `forward_jac` 0.17)',
  l2: '0.14 to 0.165',
} as const;

/**
 * Mean element-centric similarity of pairs of different measures, over all networks, values and layers; `distinct` without
 * the pairs of a measure and its own normalised form.
 */
export const PAPER_AGREEMENT = {
  upstream: {
    trained: { all: 0.64, distinct: 0.58 },
    untrained: { all: 0.356, distinct: 0.278 },
  },
  downstream: {
    trained: { all: 0.544, distinct: 0.494 },
    untrained: { all: 0.576, distinct: 0.526 },
  },
  across: {
    trained: { all: 0.322, distinct: 0.322 },
    untrained: { all: 0.255, distinct: 0.255 },
  },
} as const;
