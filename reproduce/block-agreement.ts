import { rawOf } from '../src/core/measures';
import { meanOf, overLayers } from '../src/core/study/curves';
import { type Block, blockOf } from '../src/core/study/findings/agreement-blocks';
import type { StudyCheckpoint } from '../src/core/study/study-data';

/**
 * Element-centric similarity of a network's clusters, mean over the pairs of a block and then over its layers.
 * @param ownForms whether the pairs of a measure and its own normalised form count
 */
export function blockAgreement(checkpoint: StudyCheckpoint, block: Block, ownForms: boolean): number | null {
  return overLayers(checkpoint, ({ agreement }) => {
    const values = agreement.flatMap(({ a, b, metrics }) => {
      const isMeant = blockOf(a, b) === block && (ownForms || rawOf(a) !== rawOf(b));
      return isMeant ? (metrics['element_sim'] ?? []) : [];
    });
    return values.length === 0 ? null : meanOf(values);
  });
}
