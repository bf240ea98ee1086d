import type { Labels } from '../base/matrix';
import type { Random } from '../base/random';
import { aggregate, type WeightedGraph } from './adjacency';
import { canonical, clusterCount } from './modularity';
import type { MovablePartition } from './movable-partition';
import { Partition } from './partition';
import { aggregateSparse, type SparseGraph, unitsByLabel } from './sparse-graph';
import { SparsePartition } from './sparse-partition';

/** A graph as a matrix or as lists: what is faster for it. */
type Graph = WeightedGraph | SparseGraph;

function isSparse(graph: Graph): graph is SparseGraph {
  return 'neighbours' in graph;
}

/** A partition with no unit in a cluster. */
function emptyPartition(graph: Graph, resolution: number): MovablePartition {
  return isSparse(graph) ? new SparsePartition(graph, resolution) : new Partition(graph, resolution);
}

/** One unit per label 0 … count − 1, with the weights between the units of two labels added up. */
function aggregated(graph: Graph, labels: Labels, count: number): Graph {
  return isSparse(graph) ? aggregateSparse(graph, labels, count) : aggregate(graph, labels, count);
}

/** 0 … size − 1 in random order. */
export function shuffledUnits(size: number, random: Random): Int32Array {
  const units = new Int32Array(size).map((_, i) => i);
  random.shuffle(units);
  return units;
}

/** A local optimum from scratch: units join, in random order, the cluster of those before them that suits them best. */
export function construct(graph: Graph, resolution: number, random: Random): Labels {
  const partition = emptyPartition(graph, resolution);
  const order = shuffledUnits(graph.size, random);
  for (const unit of order) partition.move(unit, partition.favourite(unit));
  partition.settle(order);
  return canonical(partition.labels);
}

/** Q of a partition, less the self-loops of an aggregated graph. */
export function qualityOf(graph: Graph, labels: Labels, resolution: number): number {
  return filled(graph, labels, resolution).quality();
}

function filled(graph: Graph, labels: Labels, resolution: number): MovablePartition {
  const partition = emptyPartition(graph, resolution);
  // Labels in order of appearance: a number without units is always the next.
  canonical(labels).forEach((label, unit) => {
    partition.move(unit, label);
  });
  return partition;
}

/** A partition after local moving of the units. @returns canonical labels */
function settled(graph: Graph, labels: Labels, resolution: number, random: Random): Labels {
  const partition = filled(graph, labels, resolution);
  partition.settle(shuffledUnits(graph.size, random));
  return canonical(partition.labels);
}

/**
 * The Leiden method (Traag, Waltman and van Eck, Scientific Reports 9, 5233, 2019): local moving; refinement, which breaks
 * every cluster up into groups that hold together; aggregation of each group to one unit, which moves as a whole; and so on
 * until no group has two units. All of it is repeated while Q rises.
 *
 * @param start the partition to begin with; never better than the result
 * @returns canonical labels
 */
export function leiden(graph: Graph, start: Labels, resolution: number, random: Random): Labels {
  let labels = start;
  for (let q = qualityOf(graph, labels, resolution); ;) {
    const next = moveGroups(graph, labels, resolution, random);
    const nextQ = qualityOf(graph, next, resolution);
    if (!(nextQ > q + RISE)) return nextQ > q ? next : canonical(labels);
    labels = next;
    q = nextQ;
  }
}

/** A smaller rise of Q is rounding. */
const RISE = 1e-12;

/** One iteration of it, through all levels. */
function moveGroups(graph: Graph, start: Labels, resolution: number, random: Random): Labels {
  let level = graph;
  let labels = start;
  let unitOf: Labels | null = null;
  for (;;) {
    labels = settled(level, labels, resolution, random);
    const refined = refine(level, labels, resolution, random);
    const count = clusterCount(refined);
    if (count === level.size) return unitOf === null ? labels : through(unitOf, labels);
    const coarse = new Int32Array(count);
    refined.forEach((group, unit) => (coarse[group] = labels[unit]!));
    level = aggregated(level, refined, count);
    unitOf = unitOf === null ? refined : through(unitOf, refined);
    labels = coarse;
  }
}

/** labels[unitOf[i]] for each i. */
export function through(unitOf: Labels, labels: Labels): Labels {
  return unitOf.map((unit) => labels[unit]!);
}

/** Groups within the clusters: the units of each come one by one, in random order, to the group that suits them best. */
function refine(graph: Graph, labels: Labels, resolution: number, random: Random): Labels {
  const { offsets, units } = unitsByLabel(labels, clusterCount(labels));
  const groups = emptyPartition(graph, resolution);
  let used = 0;
  for (let c = 0; c + 1 < offsets.length; c++) {
    const members = units.subarray(offsets[c], offsets[c + 1]);
    random.shuffle(members);
    const first = used;
    for (const unit of members) {
      const group = groups.favourite(unit, first);
      groups.move(unit, group);
      used = Math.max(used, group + 1);
    }
  }
  return canonical(groups.labels);
}
