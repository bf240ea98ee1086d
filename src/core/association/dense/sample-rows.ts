/**
 * Which rows of a matrix per sample there are: (sample, unit) pairs whose slope is not zero, by sample, then unit. A ReLU
 * unit that is off makes a row of zeros; leaving it out spares the products about half of their work.
 */
export interface SampleRows {
  readonly layer: number;
  readonly count: number;
  readonly sample: Int32Array;
  readonly unit: Int32Array;
  /** First row of each sample of the tile, and the count at the end. */
  readonly starts: Int32Array;
}

/** @param slopes of the layer, [samples, units]; the tile is samples first … end − 1 */
export function activeRows(
  layer: number,
  slopes: Float32Array,
  units: number,
  first: number,
  end: number,
): SampleRows {
  const sample = new Int32Array((end - first) * units);
  const unit = new Int32Array((end - first) * units);
  const starts = new Int32Array(end - first + 1);
  let count = 0;
  for (let b = first; b < end; b++) {
    for (let i = 0; i < units; i++) {
      if (slopes[b * units + i] === 0) continue;
      sample[count] = b;
      unit[count] = i;
      count++;
    }
    starts[b - first + 1] = count;
  }
  return { layer, count, sample, unit, starts };
}

/**
 * Transposes every sample's matrix.
 * @param data [from.count, toUnits]: rows (sample, unit i), columns j
 * @param out [to.count, fromUnits]: rows (sample, unit j), columns i; rows left out of `from` become zeros
 */
export function transposePerSample(
  from: SampleRows,
  data: Float32Array,
  to: SampleRows,
  fromUnits: number,
  toUnits: number,
  out: Float32Array,
): void {
  out.fill(0, 0, to.count * fromUnits);
  for (let b = 0; b + 1 < to.starts.length; b++) {
    for (let r = to.starts[b]!; r < to.starts[b + 1]!; r++) {
      const j = to.unit[r]!;
      for (let q = from.starts[b]!; q < from.starts[b + 1]!; q++) {
        out[r * fromUnits + from.unit[q]!] = data[q * toUnits + j]!;
      }
    }
  }
}
