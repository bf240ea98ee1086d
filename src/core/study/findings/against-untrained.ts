import { spreadOf, type Summary } from '../curves';
import { meanIntervals } from '../statistics/bootstrap-interval';
import { holm } from '../statistics/holm';
import { signFlipTests } from '../statistics/sign-flips';

/** What a run has, and what untrained networks of its architecture have on average. */
export interface RunAgainstUntrained {
  readonly trained: number;
  readonly untrained: Untrained | null;
}

/** Mean over untrained networks. */
export interface Untrained {
  readonly mean: number;
  /** Its standard error; of a mean of several numbers the most it can be. */
  readonly se: number | null;
  /** Which networks, and how many. */
  readonly key: string;
  readonly networks: number;
}

/** Trained networks, untrained ones, and the difference. */
export interface AgainstUntrained {
  /** Over the runs that have untrained networks to compare with; where none has, over all. */
  readonly trained: Summary;
  readonly untrained: { readonly networks: number; readonly mean: number | null; readonly se: number | null };
  /**
   * Trained less untrained, over the same runs. The interval is over runs: it takes the mean of untrained networks as known.
   * `p`, two-sided, is by flipping signs of runs; `pHolm` corrects it for all that are compared together.
   */
  readonly difference: Summary & { readonly p: number | null; readonly pHolm: number | null };
}

/** @param questions each with what every run has, in the same order; null where that is undefined */
export function againstUntrained(
  questions: readonly (readonly (RunAgainstUntrained | null)[])[],
  seed: number,
): AgainstUntrained[] {
  const differences = questions.map((runs) => runs.map(differenceOf));
  const trained = questions.map((runs, at) => {
    const isCompared = differences[at]?.some((difference) => difference !== null) ?? false;
    return runs.map((run) => (run === null || (isCompared && run.untrained === null) ? null : run.trained));
  });
  const intervals = meanIntervals([...trained, ...differences], seed);
  const ps = signFlipTests(differences, seed);
  const corrected = holm(ps);
  return questions.map((runs, at) => ({
    trained: { ...spreadOf(known(trained[at])), interval: intervals[at] ?? null },
    untrained: untrainedOf(runs.flatMap((run) => run?.untrained ?? [])),
    difference: {
      ...spreadOf(known(differences[at])),
      interval: intervals[questions.length + at] ?? null,
      p: ps[at] ?? null,
      pHolm: corrected[at] ?? null,
    },
  }));
}

function differenceOf(run: RunAgainstUntrained | null): number | null {
  const untrained = run?.untrained ?? null;
  return run === null || untrained === null ? null : run.trained - untrained.mean;
}

/** Of each run once, so that trained less untrained is the difference. */
function untrainedOf(ofRuns: readonly Untrained[]): AgainstUntrained['untrained'] {
  const networks = new Map(ofRuns.map(({ key, networks: count }) => [key, count]));
  const errors = known(ofRuns.map(({ se }) => se));
  return {
    networks: [...networks.values()].reduce((sum, count) => sum + count, 0),
    mean: spreadOf(ofRuns.map(({ mean }) => mean)).mean,
    se: errors.length < ofRuns.length ? null : spreadOf(errors).mean,
  };
}

function known(values: readonly (number | null)[] = []): number[] {
  return values.filter((value) => value !== null);
}
