import { elementSimilarity, overlap } from '../agreement/overlap';
import type { Labels } from '../base/matrix';
import { Random } from '../base/random';
import { aggregate, type WeightedGraph } from './adjacency';
import { construct, leiden, qualityOf, shuffledUnits, through } from './leiden';
import { kickLocally } from './local-kicks';
import { Partition } from './partition';
import { aggregateSparse, components, type SparseGraph, sparseGraph } from './sparse-graph';

const BEST_DEFAULTS = {
  /** Local optima from different starts, at least 2. */
  starts: 8,
  /** Searches among core groups, in graphs of more units than `cores`. */
  rounds: 12,
  /** Core groups aimed at in a round. */
  cores: 128,
  /** Kicks in a round. */
  coreKicks: 150,
  /** Kicks of the units, times size^¾. A kick costs about size², and the time should grow more slowly. */
  kicks: 30_000,
} as const;

/** Of graphs with few edges. Kicks are counted per unit of the graph they are in. */
const SPARSE_DEFAULTS = {
  /** Kicks of every local optimum. */
  first: 2,
  /** Recombinations: so many units in all, with a least and a most number of them. */
  recombinations: { units: 2000, least: 8, most: 40 },
  /** How often a partition from a new start takes part. */
  fresh: 0.2,
  /** Kicks of groups that both parents keep together, and of the child's units. */
  coreKicks: 2,
  childKicks: 2,
  /** Kicks of the best. */
  last: 10,
} as const;

interface BestPartition {
  readonly labels: Labels;
  /** Mean element-centric similarity of the local optima from different starts, over all pairs of them: 0 … 1. */
  readonly stability: number;
}

/**
 * The partition of highest modularity that a multi-start search finds. It begins with local optima from random starts, and
 * with all units in one cluster, or those that are connected. What follows depends on how many units have a weight between
 * them (`sparseGraph`). The budget is a count, not a time: the same seed gives the same partition everywhere.
 *
 * @param graph of live units alone
 * @param effort share of the budget to spend: less than 1 where many graphs need a Q, and none its last thousandth
 */
export function best(graph: WeightedGraph, resolution: number, seed: number, effort = 1): BestPartition {
  const random = new Random(seed);
  const starts = Array.from({ length: BEST_DEFAULTS.starts });
  const sparse = sparseGraph(graph);
  if (sparse === null) {
    const optima = starts.map(() => construct(graph, resolution, random));
    return {
      labels: searchDense(graph, optima, resolution, effort, random),
      stability: meanSimilarity(optima),
    };
  }
  const optima = starts.map(() => fromScratch(sparse, resolution, random));
  return {
    labels: searchSparse(sparse, optima, resolution, effort, random),
    stability: meanSimilarity(optima),
  };
}

/**
 * Where most units have a weight between them. In large graphs, units that several of the optima keep together (core groups:
 * Ovelgönne and Geyer-Schulz, DIMACS Challenge 10, 2012) become the units of a small graph; searching that moves whole
 * groups. Last, the units themselves are searched by ruin and recreate.
 */
function searchDense(
  graph: WeightedGraph,
  optima: readonly Labels[],
  resolution: number,
  effort: number,
  random: Random,
): Labels {
  const start = bestOf(graph, [...optima, new Int32Array(graph.size)], resolution);
  let leader = Partition.of(graph, start, resolution);
  if (graph.size > BEST_DEFAULTS.cores) {
    const others = [...optima];
    for (let round = 0; round < effort * BEST_DEFAULTS.rounds; round++) {
      const searched = searchCores(graph, leader, others, resolution, random);
      if (searched.quality() > leader.quality()) leader = searched;
      others[round % others.length] = construct(graph, resolution, random);
    }
  }
  const kicks = Math.ceil((effort * BEST_DEFAULTS.kicks) / graph.size ** 0.75);
  const found = ruinAndRecreate(graph, leader, resolution, kicks, random).labels;
  return leiden(graph, found, resolution, random);
}

function bestOf(graph: WeightedGraph, partitions: readonly Labels[], resolution: number): Labels {
  const qualities = partitions.map((labels) => qualityOf(graph, labels, resolution));
  return partitions[qualities.indexOf(Math.max(...qualities))]!;
}

/** The Leiden method from a random start. */
function fromScratch(graph: SparseGraph, resolution: number, random: Random): Labels {
  return leiden(graph, construct(graph, resolution, random), resolution, random);
}

/**
 * Where few units have a weight between them: a memetic search. Partitions are improved by local kicks. Two of them are
 * recombined: units that both keep together become the units of a small graph, whose search begins with the better one, and
 * goes on among the units. The child takes the place of the worse parent, if it is better.
 */
function searchSparse(
  graph: SparseGraph,
  optima: readonly Labels[],
  resolution: number,
  effort: number,
  random: Random,
): Labels {
  const { first, recombinations, fresh, childKicks, last } = SPARSE_DEFAULTS;
  const improved = (start: Labels, kicks: number) => {
    const labels = kickLocally(graph, start, resolution, Math.ceil(kicks * graph.size), random);
    return { labels, q: qualityOf(graph, labels, resolution) };
  };
  const members = [...optima, components(graph)].map((labels) => improved(labels, effort * first));
  const { units, least, most } = recombinations;
  const rounds = effort * Math.min(most, Math.max(least, units / graph.size));
  for (let round = 0; round < rounds; round++) {
    const a = random.integer(members.length);
    const b = (a + 1 + random.integer(members.length - 1)) % members.length;
    const [better, worse] = members[a]!.q >= members[b]!.q ? [a, b] : [b, a];
    if (random.uniform() < fresh)
      members[worse] = improved(fromScratch(graph, resolution, random), childKicks);
    const [one, other] = [members[better]!, members[worse]!];
    const child = improved(
      one.q >= other.q
        ? recombined(graph, one.labels, other.labels, resolution, random)
        : recombined(graph, other.labels, one.labels, resolution, random),
      childKicks,
    );
    if (child.q > members[worse]!.q) members[worse] = child;
  }
  const leader = members.reduce((a, b) => (b.q > a.q ? b : a));
  return improved(leader.labels, effort * last).labels;
}

/** The better of two partitions, searched among the groups of units that both keep together. */
function recombined(
  graph: SparseGraph,
  better: Labels,
  worse: Labels,
  resolution: number,
  random: Random,
): Labels {
  const { cores, count } = split(better, worse);
  const coarse = aggregateSparse(graph, cores, count);
  const clusters = new Int32Array(count);
  for (let i = 0; i < cores.length; i++) clusters[cores[i]!] = better[i]!;
  const found = kickLocally(coarse, clusters, resolution, SPARSE_DEFAULTS.coreKicks * count, random);
  return leiden(graph, through(cores, found), resolution, random);
}

/** Mean element-centric similarity over all pairs. */
function meanSimilarity(partitions: readonly Labels[]): number {
  let sum = 0;
  let pairs = 0;
  partitions.forEach((a, i) => {
    for (const b of partitions.slice(i + 1)) {
      sum += elementSimilarity(overlap(a, b)) ?? 0;
      pairs++;
    }
  });
  return sum / pairs;
}

/** Searches among groups of units that the leader and some of the others keep together. */
function searchCores(
  graph: WeightedGraph,
  leader: Partition,
  others: readonly Labels[],
  resolution: number,
  random: Random,
): Partition {
  const order = shuffledUnits(others.length, random);
  let cores = leader.labels;
  let count = leader.count;
  for (let k = 0; k < order.length && count < BEST_DEFAULTS.cores; k++)
    ({ cores, count } = split(cores, others[order[k]!]!));
  const coarse = aggregate(graph, cores, count);
  const clusters = new Int32Array(count);
  for (let i = 0; i < cores.length; i++) clusters[cores[i]!] = leader.labels[i]!;
  const start = Partition.of(coarse, clusters, resolution);
  const found = ruinAndRecreate(coarse, start, resolution, BEST_DEFAULTS.coreKicks, random);
  const partition = Partition.of(
    graph,
    cores.map((core) => found.labels[core]!),
    resolution,
  );
  partition.settle(shuffledUnits(graph.size, random));
  return partition;
}

/** The groups of units that are together in both partitions. */
function split(a: Labels, b: Labels): { cores: Labels; count: number } {
  const numbers = new Map<number, number>();
  const cores = a.map((label, i) => {
    const pair = label * b.length + b[i]!;
    const number = numbers.get(pair) ?? numbers.size;
    numbers.set(pair, number);
    return number;
  });
  return { cores, count: numbers.size };
}

/**
 * How much lower than the present Q that of an accepted partition may be, at most, as a share of the best Q. It lets the
 * search walk between local optima.
 */
const LENIENCE = 0.02;

/** How likely a cluster is to be spared in a kick, and the share of its units taken out if it is and if it is not. */
const SPARED = { probability: 0.3, ruin: 0.2 };
const RUIN = 0.8;

/**
 * Iterated local search by ruin and recreate (Schrimpf, Schneider, Stamm-Wilbrandt and Dueck, J. Comput. Phys.
 * 159, 139–171, 2000): units taken out at random, of some clusters few and of others most, come back one by one,
 * each where it raises Q most, and local moving follows. The result is accepted if it is hardly worse.
 *
 * @param start left as the last partition accepted
 * @returns the best partition met, `start` included
 */
function ruinAndRecreate(
  graph: WeightedGraph,
  start: Partition,
  resolution: number,
  kicks: number,
  random: Random,
): Partition {
  const { size } = graph;
  const present = start;
  const trial = new Partition(graph, resolution);
  const best = new Partition(graph, resolution);
  best.copy(present);
  let presentQ = present.quality();
  let bestQ = presentQ;
  const order = new Int32Array(size).map((_, i) => i);
  const shares = new Float64Array(size);
  const numbers = new Int32Array(size);
  for (let kick = 0; kick < kicks; kick++) {
    for (let c = 0; c < present.count; c++)
      shares[c] = random.uniform() < SPARED.probability ? SPARED.ruin : RUIN;
    numbers.fill(-1, 0, present.count);
    random.shuffle(order);
    let ruined = 0;
    // The trial is rebuilt rather than copied and ruined: most units are taken out, so that costs less.
    trial.clear();
    for (let k = 0; k < size; k++) {
      const unit = order[k]!;
      const c = present.labels[unit]!;
      if (random.uniform() < shares[c]!) {
        order[k] = order[ruined]!;
        order[ruined++] = unit;
        continue;
      }
      if (numbers[c] === -1) numbers[c] = trial.count;
      trial.move(unit, numbers[c]!);
    }
    for (let k = 0; k < ruined; k++) trial.move(order[k]!, trial.favourite(order[k]!));
    trial.settle(order);
    const q = trial.quality();
    if (q < presentQ - LENIENCE * bestQ * random.uniform()) continue;
    present.copy(trial);
    presentQ = q;
    if (q > bestQ) {
      bestQ = q;
      best.copy(trial);
    }
  }
  return best;
}
