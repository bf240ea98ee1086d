import { familyOf, type Measure, rawOf } from '../../measures';
import { STUDY_METRICS } from '../agreement-metrics';
import { type CurveOptions, isUsable, lastOfRuns, meanOf } from '../curves';
import type { NullDistribution } from '../null-distribution';
import type { StudyAgreement, StudyCheckpoint, StudyData, StudyLayer } from '../study-data';
import {
  type AgainstUntrained,
  againstUntrained,
  correctedTogether,
  type RunAgainstUntrained,
} from './against-untrained';

// How far measures agree within a family and across families, in trained networks and in untrained ones: the blocks of Lange,
// Rolnick and Kording's matrices. Of each run one number counts, the mean over the pairs of a block and the layers; the
// untrained mean that is subtracted is that of the same pairs and layers.

export const BLOCKS = ['upstream', 'downstream', 'across'] as const;
export type Block = (typeof BLOCKS)[number];

/** A block of the agreement matrix by one metric. */
export interface AgreementBlock extends AgainstUntrained {
  readonly block: Block;
  /** Whether a measure and its own normalised form are among the pairs. */
  readonly ownForms: boolean;
  /** By the name of STUDY_METRICS. */
  readonly metric: string;
  /** null for the mean over the hidden layers. */
  readonly layer: string | null;
  /** Pairs of different measures. */
  readonly pairs: number;
}

/** The blocks that have pairs, by metric, then layer; p corrected over the blocks and layers of a metric. */
export function agreementBlocks(data: StudyData, { threshold, seed }: CurveOptions): AgreementBlock[] {
  const runs = lastOfRuns(data).filter(({ checkpoint }) => isUsable(checkpoint, threshold));
  const tables = runs.map(({ checkpoint }) => new RunTable(checkpoint, data));
  const names = data.layers.length > 1 ? data.layers.map(({ name }) => name) : [];
  const kinds = kindsOf(data.measures);
  return STUDY_METRICS.flatMap(([metric], column) =>
    correctedTogether(
      [null, ...names].flatMap((layer) =>
        kinds.map(({ pairs, ...kind }): AgreementBlock => {
          const values = tables.flatMap((table) => table.mean(layer, pairs, column) ?? []);
          return { ...kind, metric, layer, pairs: pairs.size, ...againstUntrained(values, seed) };
        }),
      ),
    ).filter(({ trained }) => trained.n > 0),
  );
}

interface BlockKind {
  readonly block: Block;
  readonly ownForms: boolean;
  /** As {@link pairKey} calls them. */
  readonly pairs: ReadonlySet<string>;
}

/** Blocks with pairs among the measures; those without own forms only where there are such. */
function kindsOf(measures: readonly Measure[]): BlockKind[] {
  const pairs = measures.flatMap((a, at) => measures.slice(at + 1).map((b) => ({ a, b })));
  return BLOCKS.flatMap((block) => {
    const members = pairs.filter(({ a, b }) => blockOf(a, b) === block);
    const strict = members.filter(({ a, b }) => rawOf(a) !== rawOf(b));
    const kinds = [{ block, ownForms: members.length > strict.length, members }];
    if (strict.length < members.length) kinds.push({ block, ownForms: false, members: strict });
    return kinds
      .filter((kind) => kind.members.length > 0)
      .map((kind) => ({ block, ownForms: kind.ownForms, pairs: new Set(kind.members.map(pairKey)) }));
  });
}

export function blockOf(a: Measure, b: Measure): Block {
  return familyOf(a) === familyOf(b) ? familyOf(a) : 'across';
}

const pairKey = ({ a, b }: Pick<StudyAgreement, 'a' | 'b'>): string => `${a}:${b}`;

/** The agreement of a run's measures, and that of its untrained networks. */
class RunTable {
  readonly #key: string | null;
  readonly #networks: NullDistribution | null;

  constructor(
    private readonly checkpoint: StudyCheckpoint,
    data: StudyData,
  ) {
    this.#key = checkpoint.untrained;
    this.#networks = this.#key === null ? null : (data.untrained.get(this.#key) ?? null);
  }

  /**
   * Mean over pairs and, without a layer, the hidden layers.
   * @param column of STUDY_METRICS
   * @returns null where the metric is undefined for one of them
   */
  mean(layer: string | null, pairs: ReadonlySet<string>, column: number): RunAgainstUntrained | null {
    const layers = this.checkpoint.layers.filter(({ name, isCombined }) =>
      layer === null ? !isCombined : name === layer,
    );
    const means = layers.map((one) => this.#meanOfLayer(one, pairs, column));
    const known = means.filter((one) => one !== null);
    if (known.length === 0 || known.length < means.length) return null;
    const untrained = known.map((one) => one.untrained).filter((one) => one !== null);
    return {
      trained: meanOf(known.map((one) => one.trained)),
      untrained:
        untrained.length < known.length || this.#key === null || this.#networks === null
          ? null
          : {
              mean: meanOf(untrained.map(({ mean }) => mean)),
              se: meanOf(untrained.map(({ se }) => se)),
              key: this.#key,
              networks: this.#networks.count,
            },
    };
  }

  #meanOfLayer(
    { name, agreement }: StudyLayer,
    pairs: ReadonlySet<string>,
    column: number,
  ): { trained: number; untrained: { mean: number; se: number } | null } | null {
    const metric = STUDY_METRICS[column]?.[0] ?? '';
    const nulls = this.#networks?.layers.find((one) => one.name === name)?.agreement ?? [];
    let [count, trained, untrained, error, isKnown] = [0, 0, 0, 0, true];
    for (const [at, pair] of agreement.entries()) {
      if (!pairs.has(pairKey(pair))) continue;
      const value = pair.metrics[metric] ?? null;
      if (value === null) return null;
      count++;
      trained += value;
      // Mostly of the same measures in the same order.
      const likely = nulls[at];
      const isSame = likely?.a === pair.a && likely.b === pair.b;
      const found = (isSame ? likely : nulls.find(({ a, b }) => a === pair.a && b === pair.b))?.metrics[
        metric
      ];
      if (found === undefined || found.mean === null || found.sd === null) isKnown = false;
      else {
        untrained += found.mean;
        error += found.sd / Math.sqrt(found.count);
      }
    }
    if (count === 0) return null;
    return {
      trained: trained / count,
      untrained: isKnown ? { mean: untrained / count, se: error / count } : null,
    };
  }
}
