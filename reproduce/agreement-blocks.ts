import { familyOf, type Measure, rawOf } from '../src/core/measures';
import { meanOf, overLayers } from '../src/core/study/curves';
import type { NullDistribution } from '../src/core/study/null-distribution';
import type { StudyCheckpoint } from '../src/core/study/study-data';

/** Pairs of different measures: both upstream, both downstream, one of each. */
export const BLOCKS = ['upstream', 'downstream', 'across'] as const;
export type Block = (typeof BLOCKS)[number];

/** Which pairs of a block: all, or without those of a measure and its own normalised form. */
export type PairChoice = 'all' | 'distinct';

interface Pair {
  readonly a: Measure;
  readonly b: Measure;
}

function blockOf({ a, b }: Pair): Block {
  return familyOf(a) === familyOf(b) ? familyOf(a) : 'across';
}

function isIn(pair: Pair, block: Block, choice: PairChoice): boolean {
  return blockOf(pair) === block && (choice === 'all' || rawOf(pair.a) !== rawOf(pair.b));
}

/** Element-centric similarity of a network's clusters, mean over the pairs of a block and then over its layers. */
export function blockAgreement(
  checkpoint: StudyCheckpoint,
  block: Block,
  choice: PairChoice = 'all',
): number | null {
  return overLayers(checkpoint, ({ agreement }) => {
    const values = agreement.flatMap((pair) => {
      const value = pair.metrics['element_sim'] ?? null;
      return isIn(pair, block, choice) && value !== null ? [value] : [];
    });
    return values.length === 0 ? null : meanOf(values);
  });
}

/** The same of untrained networks, mean over them as well. @param layers those to average over, by name */
export function untrainedAgreement(
  { layers }: NullDistribution,
  names: readonly string[],
  block: Block,
  choice: PairChoice = 'all',
): number | null {
  const means = layers.flatMap(({ name, agreement }) => {
    const values = agreement.flatMap((pair) => {
      const value = pair.metrics['element_sim']?.mean ?? null;
      return isIn(pair, block, choice) && value !== null ? [value] : [];
    });
    return names.includes(name) && values.length > 0 ? [meanOf(values)] : [];
  });
  return means.length === 0 ? null : meanOf(means);
}
