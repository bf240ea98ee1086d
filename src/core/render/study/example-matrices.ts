import type { Measure } from '../../measures';
import type { Segment } from '../order';

/** An association matrix as a picture, made where matrices can be read. */
export interface ExampleMatrix {
  /** Index into the study's checkpoints. */
  readonly checkpoint: number;
  readonly layer: string;
  readonly measure: Measure;
  readonly units: number;
  /** By the clusters of which measure its units are ordered; null: as they come. */
  readonly orderedBy: Measure | null;
  /** The clusters in that order; none as they come. */
  readonly segments: readonly Segment[];
  /** Address of the picture: a data URI. */
  readonly image: string;
  /** Where its colours end, which begin at 0: the same for all checkpoints. */
  readonly high: number;
}
