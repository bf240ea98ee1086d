import { block, type Blocks, zeroBlocks } from '../blocks';

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
