import { Random } from '../../base/random';
import { block, type Blocks, zeroBlocks } from '../sums/blocks';

/**
 * Directions v with E[v vᵀ] = 1 for every sample, so that (J v)(J v)ᵀ is J Jᵀ on average: random signs (Hutchinson 1990), fresh ones
 * for every sample, or every unit vector once, which is exact.
 */
export interface Probes {
  /** Per sample. */
  readonly count: number;
  /** What the products of one direction count. */
  readonly weight: number;
  /** Whether the sums are estimates, whose spread is to be told. */
  readonly random: boolean;
  /**
   * Part of a direction.
   * @param sample its number in the data set
   * @param direction 0 … count − 1
   * @param offset of the part in the direction
   * @param out the part
   */
  fill(sample: number, direction: number, offset: number, out: Float32Array): void;
}

export function unitProbes(size: number): Probes {
  return {
    count: size,
    weight: 1,
    random: false,
    fill(_, direction, offset, out) {
      out.fill(0);
      if (direction >= offset && direction < offset + out.length) out[direction - offset] = 1;
    },
  };
}

/** Random directions per sample that few samples are given, so that as many as this are drawn in all. */
const ENOUGH = 2048;
const MOST_PER_SAMPLE = 32;

/** Directions per sample that suit a data set of so many samples: fewer samples get more each. */
export function suitableProbes(samples: number): number {
  return Math.min(MOST_PER_SAMPLE, ENOUGH / samples);
}

/** @param least at least so many per sample: they come in pairs, whose difference tells how far off they are */
export function randomProbes(least: number, seed: number): Probes {
  const count = 2 * Math.max(1, Math.ceil(least / 2));
  return {
    count,
    weight: 1 / count,
    random: true,
    fill(sample, direction, offset, out) {
      const random = new Random(mix(mix(mix(seed, sample), direction), offset));
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

/** Sums of products over directions, and how far they may be off. */
export class Estimate {
  readonly sum: Blocks;
  /** Sum of the squared errors to expect, entry by entry; zero where the sum is exact. */
  readonly variance: Blocks;

  constructor(sizes: readonly number[], combined: boolean, positions: readonly number[]) {
    this.sum = zeroBlocks(sizes, combined, positions);
    this.variance = zeroBlocks(sizes, combined, positions);
  }

  zeros(): Blocks {
    const { sizes, positions, data } = this.sum;
    return {
      sizes,
      positions,
      data: data.map((values) => (values === null ? null : new Float64Array(values.length))),
    };
  }

  /**
   * Adds the products of a tile's random directions, summed in two halves: their difference tells how far both are off.
   * @param weight what the products of one direction count
   */
  addHalves(a: Blocks, b: Blocks, weight: number): void {
    for (const half of [a, b]) symmetrize(half);
    this.sum.data.forEach((sum, index) => {
      const [left, right, variance] = [a.data[index], b.data[index], this.variance.data[index]];
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
