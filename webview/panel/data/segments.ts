import type { MatrixPicture } from '../../../src/protocol';
import type { Segment } from '../../../src/core/report/order';

/** The runs of positions of one cluster, in the picture's order. */
export function segmentsOf({ clusters }: Pick<MatrixPicture, 'clusters'>): Segment[] {
  const segments: Segment[] = [];
  for (let start = 0; start < clusters.length;) {
    const label = clusters[start]!;
    let end = start + 1;
    while (end < clusters.length && clusters[end] === label) end++;
    segments.push({ label, start, size: end - start });
    start = end;
  }
  return segments;
}

/** Position → whether its unit is in that cluster, 0 or 1. */
export function maskOfCluster({ clusters }: Pick<MatrixPicture, 'clusters'>, cluster: number): Uint8Array {
  return Uint8Array.from(clusters, (label) => (label === cluster ? 1 : 0));
}

/** Position → whether its unit is one of those, 0 or 1. */
export function maskOf({ order }: Pick<MatrixPicture, 'order'>, units: ReadonlySet<number>): Uint8Array {
  return Uint8Array.from(order, (unit) => (units.has(unit) ? 1 : 0));
}

/** Units with that label. */
export function unitsOf(labels: readonly number[], cluster: number): Set<number> {
  return new Set(labels.flatMap((label, unit) => (label === cluster ? [unit] : [])));
}
