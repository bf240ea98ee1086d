/** Two partitions of the same units: how many units cluster i of one shares with cluster j of the other. */
export interface Overlap {
  /** Sizes of the clusters, by label. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly counts: readonly (readonly number[])[];
  readonly units: number;
  /** Units dead in either, which are left out. */
  readonly dead: number;
}

/**
 * @param a label per unit, 0, 1 … or −1 for the dead
 * @param b the other partition's, as many
 */
export function overlap(a: readonly number[], b: readonly number[]): Overlap {
  const count = (labels: readonly number[]): number =>
    labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  const [height, width] = [count(a), count(b)];
  const rows = new Array<number>(height).fill(0);
  const columns = new Array<number>(width).fill(0);
  const counts = rows.map(() => new Array<number>(width).fill(0));
  let units = 0;
  a.forEach((row, unit) => {
    const column = b[unit] ?? -1;
    if (row < 0 || column < 0) return;
    counts[row]![column]!++;
    rows[row]!++;
    columns[column]!++;
    units++;
  });
  return { rows, columns, counts, units, dead: a.length - units };
}

/** The labels of the largest clusters, at most so many, in order. */
export function largest(sizes: readonly number[], most: number): number[] {
  const labels = sizes.map((_, label) => label);
  if (labels.length <= most) return labels;
  const bySize = labels.sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  return bySize.slice(0, most).sort((a, b) => a - b);
}

/**
 * Element-centric similarity that two partitions with these cluster sizes have by chance, exactly: it is
 * Σ n²ᵢⱼ / max(rᵢ, cⱼ) / N, and under random relabelling nᵢⱼ is hypergeometric.
 */
export function shuffledElementSim({ rows, columns, units: n }: Overlap): number | null {
  if (n < 2) return null;
  let sum = 0;
  for (const r of rows) {
    for (const c of columns) {
      if (r === 0 || c === 0) continue;
      const mean = (r * c) / n;
      const variance = (mean * (n - r) * (n - c)) / (n * (n - 1));
      sum += (mean ** 2 + variance) / Math.max(r, c);
    }
  }
  return sum / n;
}

/** The greatest share of a cluster's units that another partition keeps together. */
export function together(a: readonly number[], cluster: number, b: readonly number[]): number | null {
  const { counts, rows } = overlap(a, b);
  const size = rows[cluster] ?? 0;
  return size === 0 ? null : Math.max(...(counts[cluster] ?? [])) / size;
}
