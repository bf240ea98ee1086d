import type { Scalar, Values } from './values';

/** Metrics as they stood at one moment of training; what is not known of the moment is null. */
export interface Measurement {
  readonly epoch: number | null;
  readonly step: number | null;
  readonly metrics: ReadonlyMap<string, number>;
}

/** What one file, or one folder of files, says of the run that it belongs to. */
export interface RunRecord {
  /** Its name, for people: "hparams.yaml". */
  readonly source: string;
  readonly hyperParameters: Values;
  /** In order of time. */
  readonly history: readonly Measurement[];
  /** Base name of the file or folder that it calls the best, or the step it was at; null where it says nothing. */
  readonly best: string | number | null;
}

/** A record of hyper-parameters alone, unless more is given. */
export function record(source: string, hyperParameters: Values, rest: Partial<RunRecord> = {}): RunRecord {
  return { source, hyperParameters, history: [], best: null, ...rest };
}

/**
 * The latest value of each metric at a moment of the run: of what was measured later than the checkpoint it knows
 * nothing. Where either side has no time, what there is counts.
 */
export function metricsAt(
  history: readonly Measurement[],
  epoch: number | null,
  step: number | null,
): Map<string, number> {
  const latest = new Map<string, number>();
  for (const measured of history) {
    const isLater =
      step !== null && measured.step !== null
        ? measured.step > step
        : epoch !== null && measured.epoch !== null && measured.epoch > epoch;
    if (isLater) continue;
    for (const [name, value] of measured.metrics) latest.set(name, value);
  }
  return latest;
}

/** The last part of a path of this system or another. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? '';
}

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
