import { Random } from '../../base/random';
import type { Layer } from '../../network/model';
import { block, type Blocks, zeroBlocks } from '../sums/blocks';

/**
 * Vectors v with E[v vᵀ] = 1 for every sample, so that (J v)(J v)ᵀ is J Jᵀ on average: random signs (Hutchinson 1990), fresh ones
 * for every sample, or every unit vector once, which is exact.
 */
export interface Probes {
  /** Per sample; of random ones an even number. */
  readonly count: number;
  /** What the products of one probe count. */
  readonly weight: number;
  /** Whether the sums are estimates, whose spread is to be told. */
  readonly random: boolean;
  /**
   * Part of a probe.
   * @param sample its number in the data set
   * @param probe 0 … count − 1
   * @param offset of the part in the probe
   * @param out the part
   */
  fill(sample: number, probe: number, offset: number, out: Float32Array): void;
}

export type ProbeKind = 'none' | 'unit' | 'random';

/**
 * @param size of a probe
 * @param perSample of random probes; they come in pairs, so it is rounded up to an even number
 * @returns null for none
 */
export function createProbes(kind: ProbeKind, size: number, perSample: number, seed: number): Probes | null {
  if (kind === 'none') return null;
  return kind === 'unit' ? unitProbes(size) : randomProbes(perSample, seed);
}

function unitProbes(size: number): Probes {
  return {
    count: size,
    weight: 1,
    random: false,
    fill(_, probe, offset, out) {
      out.fill(0);
      if (probe >= offset && probe < offset + out.length) out[probe - offset] = 1;
    },
  };
}

function randomProbes(perSample: number, seed: number): Probes {
  const count = 2 * Math.max(1, Math.ceil(perSample / 2));
  return {
    count,
    weight: 1 / count,
    random: true,
    fill(sample, probe, offset, out) {
      const random = new Random(mix(mix(mix(seed, sample), probe), offset));
      for (let i = 0; i < out.length; i++) out[i] = random.sign();
    },
  };
}

/** A seed of its own for every pair (Murmur3's finaliser). */
function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b + 1, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Random probes that are drawn for a data set in all, unless that is more than this for each sample. */
const PROBES = 2048;
const MAX_PER_SAMPLE = 32;

/** Random probes per sample that suit a data set of so many samples: fewer samples get more each. */
export function suitableProbes(samples: number): number {
  return Math.min(MAX_PER_SAMPLE, PROBES / samples);
}

/** The probes from … from + count − 1 of `samples` samples, the first being number `first` of the data set. */
export interface ProbeRange {
  readonly first: number;
  readonly samples: number;
  readonly from: number;
  readonly count: number;
}

/** Part of those probes, `size` values from `offset` on: [samples · count, size]. */
export function probeRows(
  probes: Probes,
  { first, samples, from, count }: ProbeRange,
  offset: number,
  size: number,
): Float32Array {
  const rows = new Float32Array(samples * count * size);
  for (let row = 0; row < samples * count; row++) {
    const sample = first + Math.floor(row / count);
    probes.fill(sample, from + (row % count), offset, rows.subarray(row * size, (row + 1) * size));
  }
  return rows;
}

/** Sums of products over probes, and how far they may be off. */
export class ProbeSums {
  readonly products: Blocks;
  /** Sum of the squared errors to expect, entry by entry: zero where the sum is exact; null where all are. */
  readonly variance: Blocks | null;
  readonly #zeros: () => Blocks;

  /** @param probes all whose products may be added */
  constructor(layers: readonly Layer[], combined: boolean, probes: readonly (Probes | null)[]) {
    const sizes = layers.map(({ units }) => units);
    const positions = layers.map((layer) => layer.positions);
    this.#zeros = () => zeroBlocks(sizes, combined, positions);
    this.products = this.#zeros();
    this.variance = probes.some((each) => each?.random) ? this.#zeros() : null;
  }

  /**
   * Adds the products of a tile's probes. Random ones are summed in two halves: their difference tells how far both are off.
   * @param addRange adds those of the probes from … end − 1 to `sums`
   */
  add(probes: Probes, addRange: (from: number, end: number, sums: Blocks) => void): void {
    const { count, weight, random } = probes;
    if (!random) {
      addRange(0, count, this.products);
      return;
    }
    const [a, b] = [this.#zeros(), this.#zeros()];
    addRange(0, count / 2, a);
    addRange(count / 2, count, b);
    for (const half of [a, b]) symmetrize(half);
    this.products.data.forEach((sum, index) => {
      const [left, right, variance] = [a.data[index], b.data[index], this.variance?.data[index]];
      if (!sum || !left || !right || !variance) return;
      for (let i = 0; i < sum.length; i++) {
        sum[i]! += weight * (left[i]! + right[i]!);
        variance[i]! += (weight * (left[i]! - right[i]!)) ** 2;
      }
    });
  }
}

/** Each layer's own block becomes symmetric, as what it estimates is. */
function symmetrize(blocks: Blocks): void {
  blocks.sizes.forEach((size, layer) => {
    const own = block(blocks, layer, layer);
    if (own === null) return;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        const mean = 0.5 * (own[i * size + j]! + own[j * size + i]!);
        own[i * size + j] = mean;
        own[j * size + i] = mean;
      }
    }
  });
}
