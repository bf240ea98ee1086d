import type { SquareMatrix } from '../base/matrix';
import { cluster, type ClusterOptions } from './cluster';

export interface Resolved {
  readonly resolution: number;
  /** Modularity at this resolution; null where there is nothing to cluster. */
  readonly q: number | null;
  readonly count: number;
  readonly softCount: number;
}

/** Q and number of clusters against the resolution γ: plateaus of the count are scales at which a network has modules. */
export function resolutionSweep(
  matrix: SquareMatrix,
  resolutions: readonly number[],
  options: Omit<ClusterOptions, 'resolution'> = {},
): Resolved[] {
  return resolutions.map((resolution) => {
    const { q, count, softCount } = cluster(matrix, { ...options, resolution });
    return { resolution, q, count, softCount };
  });
}
