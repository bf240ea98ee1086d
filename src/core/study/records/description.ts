import type { Scalar } from './values';

/** A value and where it was said: "checkpoint", "hparams.yaml", "overrides.yaml", "name", "runs.csv", … */
export interface Sourced {
  readonly value: Scalar;
  readonly source: string;
}

/** What is known of a checkpoint's making, each value with where it was said. */
export interface CheckpointDescription {
  readonly path: string;
  /** Name of the run it belongs to, unique in the study: the folder that holds its checkpoints, or its own name. */
  readonly run: string;
  /** Flattened: "optimizer.lr". */
  readonly hyperParameters: Readonly<Record<string, Sourced>>;
  /** As they stood when the checkpoint was written, where that is known. */
  readonly metrics: Readonly<Record<string, Sourced>>;
  readonly epoch: Sourced | null;
  readonly step: Sourced | null;
  /** Whether the run's own records, or its name, call it the best of its run; null where nothing says. */
  readonly best: boolean | null;
}
