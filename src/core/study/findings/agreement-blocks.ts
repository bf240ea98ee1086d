import { familyOf, type Measure, rawOf } from '../../measures';
import { type CurveOptions, isUsable, lastOfRuns, meanOf } from '../curves';
import type { NullDistribution } from '../null-distribution';
import type { StudyAgreement, StudyCheckpoint, StudyData, StudyLayer } from '../study-data';
import { type AgainstUntrained, againstUntrained, type RunAgainstUntrained } from './against-untrained';

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

/**
 * Of partitions, and of the matrices themselves. The other metrics of partitions go with the first (Lange et al.: .94 to .98); the
 * tables have them all.
 */
const BLOCK_METRICS = ['element_sim', 'rsa'] as const;

/** The blocks that have pairs, by metric, then layer; p corrected over the blocks of each. */
export function agreementBlocks(data: StudyData, { threshold, seed }: CurveOptions): AgreementBlock[] {
  const kinds = kindsOf(data.measures);
  const runs = lastOfRuns(data).filter(({ checkpoint }) => isUsable(checkpoint, threshold));
  const names = data.layers.length > 1 ? data.layers.map(({ name }) => name) : [];
  return BLOCK_METRICS.flatMap((metric) => {
    const tables = runs.map(({ checkpoint }) => runTable(checkpoint, data, kinds, metric));
    return [null, ...names].flatMap((layer) => {
      const answers = kinds.map((_, kind) => tables.map((table) => table(layer, kind)));
      return againstUntrained(answers, seed)
        .map((compared, at): AgreementBlock => {
          const { block, ownForms, pairs } = kinds[at]!;
          return { block, ownForms, metric, layer, pairs: pairs.size, ...compared };
        })
        .filter(({ trained }) => trained.n > 0);
    });
  });
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

/** Means of a layer over the pairs of a block; null where the metric is undefined for one of them, or there are none. */
interface BlockMean {
  readonly trained: number | null;
  readonly untrained: { readonly mean: number; readonly se: number } | null;
}

/** The means of a run, of a layer or over the hidden ones; null where one of them is undefined. */
function runTable(
  checkpoint: StudyCheckpoint,
  data: StudyData,
  kinds: readonly BlockKind[],
  metric: string,
): (layer: string | null, kind: number) => RunAgainstUntrained | null {
  const key = checkpoint.untrained;
  const networks = key === null ? null : (data.untrained.get(key) ?? null);
  const layers = checkpoint.layers.map((layer) => ({
    layer,
    means: blockMeans(layer, networks, kinds, metric),
  }));
  return (name, kind) => {
    const means = layers
      .filter(({ layer }) => (name === null ? !layer.isCombined : layer.name === name))
      .map((one) => one.means[kind]!);
    const trained = means.map((mean) => mean.trained).filter((value) => value !== null);
    if (trained.length === 0 || trained.length < means.length) return null;
    const untrained = means.map((mean) => mean.untrained).filter((value) => value !== null);
    const isKnown = key !== null && networks !== null && untrained.length === means.length;
    return {
      trained: meanOf(trained),
      untrained: isKnown
        ? {
            mean: meanOf(untrained.map(({ mean }) => mean)),
            se: meanOf(untrained.map(({ se }) => se)),
            ...{ key, networks: networks.count },
          }
        : null,
    };
  };
}

/** Of each kind. */
function blockMeans(
  { name, agreement }: StudyLayer,
  networks: NullDistribution | null,
  kinds: readonly BlockKind[],
  metric: string,
): BlockMean[] {
  const nulls = networks?.layers.find((one) => one.name === name)?.agreement ?? [];
  const keys = agreement.map(pairKey);
  const trained = agreement.map(({ metrics }) => metrics[metric] ?? null);
  const untrained = agreement.map(({ a, b }, at) => {
    // Mostly of the same measures in the same order.
    const likely = nulls[at];
    const isSame = likely?.a === a && likely.b === b;
    return (isSame ? likely : nulls.find((one) => one.a === a && one.b === b))?.metrics[metric];
  });
  return kinds.map(({ pairs }) => {
    let [count, sum, nullSum, errors, isDefined, isKnown] = [0, 0, 0, 0, true, true];
    for (const [at, key] of keys.entries()) {
      if (!pairs.has(key)) continue;
      const value = trained[at] ?? null;
      const { mean = null, sd = null, count: of = 0 } = untrained[at] ?? {};
      if (value === null) isDefined = false;
      if (mean === null || sd === null) isKnown = false;
      count++;
      sum += value ?? 0;
      nullSum += mean ?? 0;
      errors += (sd ?? 0) / Math.sqrt(of);
    }
    return {
      trained: isDefined && count > 0 ? sum / count : null,
      untrained: isKnown && count > 0 ? { mean: nullSum / count, se: errors / count } : null,
    };
  });
}
