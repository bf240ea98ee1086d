import type { PlainValue } from './checkpoint/checkpoint';
import type { Measure } from './measures';

export const SOLVERS = ['best', 'louvain', 'spectral', 'monte_carlo'] as const;
export type SolverName = (typeof SOLVERS)[number];

/** What `modscope analyze` writes: "modscope-report/1". Undefined values are null, never NaN. */
export interface Report {
  readonly schema: 'modscope-report/1';
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601. */
  readonly createdAt: string;
  readonly checkpoint: {
    readonly path: string;
    readonly sha256: string;
    readonly format: string;
    readonly hyperParameters: Readonly<Record<string, PlainValue>>;
  };
  readonly network: {
    /** How the architecture was found, e.g. "tensor names and shapes". */
    readonly source: string;
    /** What was assumed, one sentence each. */
    readonly assumptions: readonly string[];
  };
  readonly data: {
    readonly path: string;
    readonly split: string;
    readonly samples: number;
    readonly classes: number;
  };
  readonly settings: {
    readonly methods: readonly Measure[];
    readonly samples: number | null;
    readonly seed: number;
    readonly solver: SolverName;
    /** Whether all sums were to be taken in full, whatever the time. */
    readonly exact: boolean;
    /** Random directions per sample where sums are estimated; null for a number that suits the data. */
    readonly probes: number | null;
    readonly nulls: readonly NullRequest[];
    /** Resamples of the data. */
    readonly bootstrap: number;
    readonly backend: string;
    readonly workers: number;
  };
  readonly stats: Statistics;
  readonly layers: readonly LayerReport[];
  /** Seconds per stage. */
  readonly timings: Readonly<Record<string, number>>;
}

export interface SplitStatistics {
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Share of samples classified right. */
  readonly accuracy: number;
}

export interface Statistics {
  readonly train?: SplitStatistics;
  readonly val?: SplitStatistics;
  readonly test?: SplitStatistics;
  /** Σ|w| and Σw² over parameters of two or more dimensions. */
  readonly l1Norm: number;
  readonly l2Norm: number;
  /** Sum of singular values over the two-dimensional ones. */
  readonly nuclearNorm: number | null;
  /** Share of those weights with |w| < 1e-3. */
  readonly sparsity: number;
}

export interface LayerReport {
  readonly name: string;
  readonly kind: 'dense' | 'conv' | 'combined';
  readonly units: number;
  readonly shape: readonly number[];
  readonly methods: Readonly<Partial<Record<Measure, MeasureReport>>>;
  readonly agreement: readonly Agreement[];
}

export interface MeasureReport {
  /** Path of the .npy matrix relative to the report, where it was written. */
  readonly matrix: string | null;
  /** null where there is nothing to cluster (every unit dead). */
  readonly q: number | null;
  /** Unit → label, −1 dead. */
  readonly clusters: readonly number[];
  readonly count: number;
  /** exp of the entropy of the clusters' shares of the live units. */
  readonly softCount: number;
  readonly solver: SolverName;
  /** Expected ‖error‖ / ‖association‖ (Frobenius) where it was estimated with random directions; null where exact. */
  readonly standardError: number | null;
  /** Q against the first null model that was asked for and applies; null without one. */
  readonly null: NullModel | null;
  /** Against all of them. */
  readonly nulls: readonly NullModel[];
  /** Mean element-centric similarity of the partitions found from different starts; null where the solver has no starts. */
  readonly stability: number | null;
  /** Over resamples of the data; null where none were asked for. */
  readonly bootstrap: BootstrapReport | null;
}

/** Q and clusters when the data are resampled. */
export interface BootstrapReport {
  /** Resamples that had a Q. */
  readonly count: number;
  /** Mean and sample SD of Q over them. */
  readonly mean: number;
  readonly sd: number;
  /** Mean element-centric similarity of their partitions with that of all data. */
  readonly stability: number | null;
  /** The partition they agree on with that of all data: unit → label, −1 dead. */
  readonly consensus: readonly number[];
}

/**
 * What Q is compared with: `untrained` networks of the same architecture; `shuffled` ones, whose units' incoming weights are
 * dealt anew; for upstream measures, units `permuted` over the samples independently of each other.
 */
export const NULL_KINDS = ['untrained', 'shuffled', 'permuted'] as const;
export type NullKind = (typeof NULL_KINDS)[number];

/** How many networks of a kind Q is compared with. */
export interface NullRequest {
  readonly kind: NullKind;
  readonly count: number;
}

/** Q against a null model. */
export interface NullModel {
  readonly kind: NullKind;
  /** Null networks that had a Q. */
  readonly count: number;
  readonly mean: number;
  readonly sd: number;
  readonly z: number | null;
  readonly p: number;
}

/**
 * How well the partitions of two measures agree; null where undefined or not computed. The metrics are defined, with
 * their papers, in core/agreement.
 */
export interface Agreement {
  readonly a: Measure;
  readonly b: Measure;
  readonly element_sim: number | null;
  /** Share of units in matched clusters: greedy matching, then the best one. */
  readonly alignment: number | null;
  readonly alignment_optimal: number | null;
  /** The greedy alignment of randomly relabelled units. */
  readonly alignmentNull: { readonly mean: number; readonly sd: number } | null;
  /** Share of that null that reaches `alignment`, smoothed: never 0. */
  readonly p: number | null;
  /** Bits per unit. */
  readonly rmi: number | null;
  readonly rmi_norm: number | null;
  /** Bits; the only distance, 0 for equal partitions. Its normalised form is 1 for them. */
  readonly vi: number | null;
  readonly vi_norm: number | null;
  readonly ami: number | null;
  readonly ari: number | null;
  /** Spearman's correlation of the association matrices, and its two-sided p. */
  readonly rsa: number | null;
  readonly rsaP: number | null;
  /** Q of the first matrix under the second partition, and of the second under the first. */
  readonly transfer: readonly [ab: number | null, ba: number | null] | null;
  readonly transfer_norm: readonly [ab: number | null, ba: number | null] | null;
}
