import type { DenseStack } from '../core/network/dense-stack';

/** Samples of a shard: enough that merging costs little, few enough that all workers end together. */
const SHARD_SAMPLES = 500;
/** Wide networks have large sums: no more shards than this, so that merging stays small beside the products. */
const WIDE_UNITS = 1024;
const WIDE_SHARDS = 8;

export interface Shard {
  readonly first: number;
  readonly end: number;
}

/** The data set in pieces that depend on nothing but its size and the network, so that neither do the sums. */
export function shards(samples: number, stack: DenseStack): Shard[] {
  const units = stack.hidden.reduce((sum, layer) => sum + layer.outputs, 0);
  const size = units > WIDE_UNITS ? Math.max(SHARD_SAMPLES, Math.ceil(samples / WIDE_SHARDS)) : SHARD_SAMPLES;
  const pieces: Shard[] = [];
  for (let first = 0; first < samples; first += size) {
    pieces.push({ first, end: Math.min(first + size, samples) });
  }
  return pieces;
}
