import { linearScale, type Scale, superscript, type Tick } from '../../../src/core/render/colours';
import type { Segment } from '../../../src/core/render/order';
import { HIGHEST_BYTE, type MatrixPicture, NO_VALUE } from '../../../src/matrix-messages';

/** What a picture of a matrix says: its scale, the values of its bytes, its clusters. */

/** The scale of a picture's bytes, with ticks for its colour bar. */
export function pictureScale({ low, high, scale }: Pick<MatrixPicture, 'low' | 'high' | 'scale'>): Scale {
  if (!(high > low)) return linearScale(0, 1);
  if (scale === 'linear') return linearScale(low, high);
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const ticks: Tick[] = [];
  const step = Math.ceil((to - from) / 7);
  for (let k = Math.ceil(from - 1e-9); k <= to + 1e-9; k += step) {
    ticks.push({ at: (k - from) / (to - from), label: `10${superscript(k)}` });
  }
  const position = (value: number): number =>
    value > 0 ? Math.min(1, Math.max(0, (Math.log10(value) - from) / (to - from))) : 0;
  return { position, ticks, exponent: 0, clipped: false };
}

/** Roughly the value that a byte stands for; null: it stands for none. */
export function valueOfByte({ low, high, scale }: MatrixPicture, byte: number): number | null {
  if (byte === NO_VALUE) return null;
  const at = byte / HIGHEST_BYTE;
  return scale === 'log' ? low * (high / low) ** at : low + (high - low) * at;
}

/** The runs of neighbours that are in one cluster, in the picture's order. */
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

/** Position → whether its unit is among those, 0 or 1. */
export function maskOf({ order }: Pick<MatrixPicture, 'order'>, units: ReadonlySet<number>): Uint8Array {
  return Uint8Array.from(order, (unit) => (units.has(unit) ? 1 : 0));
}
