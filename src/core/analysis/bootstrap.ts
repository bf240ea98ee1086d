import { alignmentOptimal } from '../agreement/alignment';
import { elementSimilarity, overlap } from '../agreement/overlap';
import { mergeSums, type SweepSums } from '../association/sums/sums';
import type { Labels } from '../base/matrix';
import { Random } from '../base/random';
import type { BootstrapReport } from '../report';
import type { Compute } from './compute';
import { meanAndSd } from './statistics';

/**
 * Bootstrap over the shards of the data: each resample is as many shards as there are, drawn with replacement, and its sums
 * are theirs, so that it costs a merge and no pass over the data (Efron 1979; blocks as in Künsch 1989).
 */
export class Bootstrap {
  /** How often each shard is in each resample. */
  #multiplicities: Uint16Array[] = [];
  readonly #sums: (SweepSums | null)[];

  constructor(
    readonly count: number,
    readonly seed: number,
  ) {
    this.#sums = Array.from({ length: count }, () => null);
  }

  /** Takes the sums of the next shard; they are not changed. */
  add(shard: number, shards: number, sums: SweepSums): void {
    if (shard === 0) this.#draw(shards);
    this.#multiplicities.forEach((multiplicity, resample) => {
      for (let times = multiplicity[shard] ?? 0; times > 0; times--) {
        const merged = this.#sums[resample];
        if (merged) mergeSums(merged, sums);
        else this.#sums[resample] = structuredClone(sums);
      }
    });
  }

  /** The sums of every resample, once all shards were added. */
  resamples(): SweepSums[] {
    return this.#sums.filter((sums) => sums !== null);
  }

  #draw(shards: number): void {
    const random = new Random(this.seed);
    this.#multiplicities = this.#sums.map(() => {
      const times = new Uint16Array(shards);
      for (let i = 0; i < shards; i++) times[random.integer(shards)]!++;
      return times;
    });
  }
}

/**
 * How far the partitions of the resamples agree with that of all data and with each other, and how Q varies.
 * @returns null where fewer than two resamples have a Q
 */
export async function summarizeBootstrap(
  labels: Labels,
  resampled: readonly { readonly q: number | null; readonly labels: Labels }[],
  compute: Pick<Compute, 'consensus'>,
): Promise<BootstrapReport | null> {
  const values = resampled.flatMap(({ q }) => q ?? []);
  if (values.length < 2) return null;
  const tables = resampled.map((other) => overlap(labels, other.labels));
  const agreed = await compute.consensus([labels, ...resampled.map((other) => other.labels)]);
  return {
    count: values.length,
    ...meanAndSd(values),
    stability: meanDefined(tables.map(elementSimilarity)),
    persistence: meanDefined(tables.map(alignmentOptimal)),
    consensus: [...agreed],
  };
}

/** Mean of the values that are defined; null where none is. */
function meanDefined(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
