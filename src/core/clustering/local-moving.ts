import type { Random } from '../base/random';
import type { WeightedGraph } from './adjacency';
import { Partition } from './partition';

/** 0 … size − 1. */
export function range(size: number): Int32Array {
  return new Int32Array(size).map((_, i) => i);
}

/**
 * Local moving (Blondel, Guillaume, Lambiotte and Lefebvre, J. Stat. Mech. P10008, 2008): each unit in turn goes where
 * it raises Q most, until none of them moves.
 *
 * @param order every unit once
 */
export function moveLocally(partition: Partition, order: Int32Array): void {
  const size = order.length;
  for (let k = 0, quiet = 0; quiet < size; k = k + 1 === size ? 0 : k + 1) {
    const unit = order[k]!;
    const to = partition.favourite(unit);
    if (to === partition.labels[unit]) {
      quiet++;
    } else {
      partition.move(unit, to);
      quiet = 0;
    }
  }
}

/** A local optimum from scratch: units join, in random order, the cluster of those before them that suits them best. */
export function construct(graph: WeightedGraph, resolution: number, random: Random): Partition {
  const partition = new Partition(graph, resolution);
  const order = range(graph.size);
  random.shuffle(order);
  for (const unit of order) partition.move(unit, partition.favourite(unit));
  moveLocally(partition, order);
  return partition;
}
