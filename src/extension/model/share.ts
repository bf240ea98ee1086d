import { STAGES, type Stage } from '../../core/analysis/progress';
import type { ProgressEvent } from './entry';

/** How much of an analysis is done, 0 … 1: every stage counts the same, as nobody knows how long each will take. */
export function shareDone({ stage, done, total }: ProgressEvent): number {
  const index = STAGES.indexOf(stage as Stage); // −1 for one that is none
  if (index < 0) return 0;
  return (index + (total > 0 ? Math.min(1, done / total) : 0)) / STAGES.length;
}
