import type { Measure } from '../measures';
import type { Agreement, LayerReport, MeasureReport, NullModel, Report, SplitStatistics } from '../report';

/**
 * The same shape as T with `true` for every plain value: it fixes the order of the keys in a file, and the compiler
 * sees to it that no field of the contract is missing.
 */
export type Layout<T> = T extends string | number | boolean | null | undefined
  ? true
  : T extends readonly (infer Item)[]
    ? Layout<Item>
    : string extends keyof T
      ? 'as given'
      : { readonly [Key in keyof T]-?: Layout<NonNullable<T[Key]>> };

const split: Layout<SplitStatistics> = { loss: true, accuracy: true };

const nullModel: Layout<NullModel> = { kind: true, count: true, mean: true, sd: true, z: true, p: true };

const method: Layout<MeasureReport> = {
  matrix: true,
  q: true,
  clusters: true,
  count: true,
  softCount: true,
  solver: true,
  standardError: true,
  null: nullModel,
  nulls: nullModel,
  stability: true,
  bootstrap: { count: true, mean: true, sd: true, stability: true, consensus: true },
};

const methods: Layout<Record<Measure, MeasureReport>> = {
  forward_cov: method,
  forward_cov_norm: method,
  forward_jac: method,
  forward_jac_norm: method,
  backward_jac: method,
  backward_jac_norm: method,
  backward_hess: method,
  backward_hess_norm: method,
};

const agreement: Layout<Agreement> = {
  a: true,
  b: true,
  element_sim: true,
  alignment: true,
  alignment_optimal: true,
  alignmentNull: { mean: true, sd: true },
  p: true,
  rmi: true,
  rmi_norm: true,
  vi: true,
  vi_norm: true,
  ami: true,
  ari: true,
  rsa: true,
  rsaP: true,
  transfer: true,
  transfer_norm: true,
};

const layer: Layout<LayerReport> = { name: true, kind: true, units: true, shape: true, methods, agreement };

export const REPORT_LAYOUT: Layout<Report> = {
  schema: true,
  tool: { name: true, version: true },
  createdAt: true,
  checkpoint: { path: true, sha256: true, format: true, hyperParameters: 'as given' },
  network: { source: true, assumptions: true },
  data: { path: true, split: true, samples: true, classes: true },
  settings: {
    methods: true,
    samples: true,
    seed: true,
    solver: true,
    exact: true,
    probes: true,
    nulls: { kind: true, count: true },
    bootstrap: true,
    backend: true,
    workers: true,
  },
  stats: {
    train: split,
    val: split,
    test: split,
    l1Norm: true,
    l2Norm: true,
    nuclearNorm: true,
    sparsity: true,
  },
  layers: layer,
  timings: 'as given',
};
