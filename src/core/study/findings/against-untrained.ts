import { type Summary, summarize } from '../curves';
import { holm } from '../statistics/holm';
import { signFlipP } from '../statistics/sign-flips';

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
   * Trained less untrained, over the same runs. The interval is over runs: it takes the mean of untrained networks as
   * known. `p`, two-sided, is by flipping signs of runs; `pHolm` corrects it for all that are compared together.
   */
  readonly difference: Summary & { readonly p: number | null; readonly pHolm: number | null };
}

export function againstUntrained(runs: readonly RunAgainstUntrained[], seed: number): AgainstUntrained {
  const both = runs.flatMap(({ trained, untrained }) => (untrained === null ? [] : [{ trained, untrained }]));
  const differences = both.map(({ trained, untrained }) => trained - untrained.mean);
  const networks = new Map(both.map(({ untrained }) => [untrained.key, untrained.networks]));
  const errors = both.map(({ untrained }) => untrained.se).filter((se) => se !== null);
  const p = signFlipP(differences, seed);
  return {
    trained: summarize(
      (both.length > 0 ? both : runs).map(({ trained }) => trained),
      seed,
    ),
    untrained: {
      networks: [...networks.values()].reduce((sum, count) => sum + count, 0),
      mean: meanOrNull(both.map(({ untrained }) => untrained.mean)),
      se: errors.length < both.length ? null : meanOrNull(errors),
    },
    difference: { ...summarize(differences, seed), p, pHolm: p },
  };
}

/** Corrects p for all that are compared together. */
export function correctedTogether<T extends AgainstUntrained>(compared: readonly T[]): T[] {
  const ps = holm(compared.map(({ difference }) => difference.p));
  return compared.map((one, at) => ({ ...one, difference: { ...one.difference, pHolm: ps[at] ?? null } }));
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
