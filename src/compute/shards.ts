import type { DenseStack } from '../core/network/dense-stack';

/** Shards of a data set: enough that all workers end together, and that resampling them tells how much Q varies. */
const SHARDS = 20;
/** Wide networks have large sums: fewer shards, so that merging stays small beside the products. */
const WIDE_UNITS = 1024;
const WIDE_SHARDS = 8;
/** Below this a shard is too small to be worth a message. */
const LEAST_SAMPLES = 50;

export interface Shard {
  readonly first: number;
  readonly end: number;
}

/** The data set in pieces that depend on nothing but its size and the network, so that neither do the sums. */
export function shards(samples: number, stack: DenseStack): Shard[] {
  const units = stack.hidden.reduce((sum, layer) => sum + layer.outputs, 0);
  const size = Math.max(LEAST_SAMPLES, Math.ceil(samples / (units > WIDE_UNITS ? WIDE_SHARDS : SHARDS)));
  return Array.from({ length: Math.ceil(samples / size) }, (_, index) => ({
    first: index * size,
    end: Math.min((index + 1) * size, samples),
  }));
}
