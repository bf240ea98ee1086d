import { hiddenLayers, type Model } from '../core/network/model';

/** Shards of a data set: enough that all workers end together, and that resampling them tells how much Q varies. */
const SHARDS = 20;
/** Wide networks have large sums: fewer shards, so that merging stays small beside the products. */
const WIDE_UNITS = 1024;
const WIDE_SHARDS = 8;
/** Below this a shard is too small to be worth a message: a sample takes a stack microseconds, and other graphs milliseconds. */
const LEAST_SAMPLES = { stack: 50, graph: 8 };

export interface Shard {
  readonly first: number;
  readonly end: number;
}

/** The data set in pieces that depend on nothing but its size and the network, so that neither do the sums. */
export function shards(samples: number, model: Model): Shard[] {
  const units = hiddenLayers(model).reduce((sum, layer) => sum + layer.units, 0);
  const least = LEAST_SAMPLES[model.kind];
  const size = Math.max(least, Math.ceil(samples / (units > WIDE_UNITS ? WIDE_SHARDS : SHARDS)));
  return Array.from({ length: Math.ceil(samples / size) }, (_, index) => ({
    first: index * size,
    end: Math.min((index + 1) * size, samples),
  }));
}
