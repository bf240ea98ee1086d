import type { CheckpointDescription, Scalar } from './describe';

/** A hyper-parameter that a study varies: what its figures have on their axis. */
export interface Factor {
  readonly key: string;
  readonly scale: 'linear' | 'log' | 'category';
  /** In the order of the axis. */
  readonly values: readonly Scalar[];
}

/** How a study's checkpoints belong together. */
export interface Grouping {
  readonly factors: readonly Factor[];
  /** Keys in which replicates of one configuration differ. */
  readonly replicates: readonly string[];
  readonly constants: Readonly<Record<string, Scalar>>;
  readonly ignored: readonly string[];
  /** What the checkpoints of one run are ordered by; null where every run has one. */
  readonly trajectory: 'step' | 'epoch' | null;
  /** One-factor-at-a-time: configurations that every factor's curve shares as its baseline. */
  readonly sharedBaseline: boolean;
  /** All of it in one plain sentence, for people. */
  readonly sentence: string;
}

/** Keys that the user assigns, overruling what would be decided. */
export interface GroupOptions {
  readonly by?: readonly string[];
  readonly replicate?: readonly string[];
  readonly ignore?: readonly string[];
}

/**
 * Decides which hyper-parameters are factors, replicates, constants or of no interest.
 * @throws InputError for unknown keys, naming the nearest
 */
export function groupRuns(
  _checkpoints: readonly CheckpointDescription[],
  _options: GroupOptions = {},
): Grouping {
  return {
    factors: [],
    replicates: [],
    constants: {},
    ignored: [],
    trajectory: null,
    sharedBaseline: false,
    sentence: '',
  };
}

/** The checkpoints to analyze of each run: the best by its records (else the last), the last, or all. */
export function pickCheckpoints(
  checkpoints: readonly CheckpointDescription[],
  _pick: 'best' | 'last' | 'all',
): CheckpointDescription[] {
  return [...checkpoints];
}
