import { Random } from '../../base/random';

/** What is drawn of a trajectory's clusters: a column of nodes per checkpoint, and flows of units from one column to the next. */
export interface Alluvial {
  readonly columns: readonly (readonly AlluvialNode[])[];
  /** Per pair of neighbouring columns. */
  readonly flows: readonly (readonly AlluvialFlow[])[];
}

export interface AlluvialNode {
  readonly units: number;
  /** Clusters of one track are one cluster that continues, and have one colour; null: the dead units. */
  readonly track: number | null;
}

export interface AlluvialFlow {
  /** Index of the node in its column. */
  readonly from: number;
  readonly to: number;
  readonly units: number;
}

/** Orders to begin from: the given one, and random ones. Of one alone a tenth of the crossings were needless. */
const STARTS = 12;
/** Rounds through all columns; a handful is enough. */
const MAX_ROUNDS = 12;

/**
 * The order in which the nodes of each column cross least, from top to bottom; the dead are last. What crosses is weighed: two
 * flows of a and b units that cross count a · b. That the least is found is not promised (the problem is NP-hard): nodes are
 * put at the mean place of what flows into and out of them (Sugiyama, Tagawa and Toda 1981), then neighbours change places
 * while that helps. The same alluvial gives the same order.
 *
 * @returns per column, indices of its nodes
 */
export function orderNodes(alluvial: Alluvial): number[][] {
  const random = new Random(0);
  const given = alluvial.columns.map((nodes) => deadLast(nodes, [...nodes.keys()]));
  let best = given;
  let least = crossings(alluvial.flows, best);
  for (let start = 0; start < STARTS && least > 0; start++) {
    let order = alluvial.columns.map((nodes) => {
      const indices = [...nodes.keys()];
      if (start > 0) random.shuffle(indices);
      return deadLast(nodes, indices);
    });
    for (let round = 0, before = Infinity; round < MAX_ROUNDS; round++) {
      order = exchange(alluvial, sweep(alluvial, order, round % 2 === 0));
      const found = crossings(alluvial.flows, order);
      if (found < least) [best, least] = [order, found];
      // Sweeps in both directions have changed nothing.
      if (found === before && round > 1) break;
      before = found;
    }
  }
  return best;
}

function deadLast(nodes: readonly AlluvialNode[], indices: readonly number[]): number[] {
  const isDead = (i: number): number => Number(nodes[i]!.track === null);
  return [...indices].sort((a, b) => isDead(a) - isDead(b));
}

/** Weight of all crossings. @param order per column, indices of its nodes from top to bottom */
export function crossings(flows: Alluvial['flows'], order: readonly (readonly number[])[]): number {
  return flows.reduce(
    (sum, between, i) => sum + crossingsBetween(between, places(order[i]!), places(order[i + 1]!)),
    0,
  );
}

/** Index of a node → its place. */
function places(order: readonly number[]): number[] {
  const place: number[] = [];
  order.forEach((node, at) => (place[node] = at));
  return place;
}

function crossingsBetween(
  flows: readonly AlluvialFlow[],
  from: readonly number[],
  to: readonly number[],
): number {
  let weight = 0;
  for (const [i, a] of flows.entries()) {
    for (const b of flows.slice(i + 1)) {
      const isCrossed = (from[a.from]! - from[b.from]!) * (to[a.to]! - to[b.to]!) < 0;
      if (isCrossed) weight += a.units * b.units;
    }
  }
  return weight;
}

/** Column after column, each by the places in the column before (or after). */
function sweep({ columns, flows }: Alluvial, order: readonly number[][], isForward: boolean): number[][] {
  const next = [...order];
  const indices = columns.map((_, i) => i);
  for (const column of isForward ? indices.slice(1) : indices.slice(0, -1).reverse()) {
    const neighbour = places(next[isForward ? column - 1 : column + 1]!);
    const between = flows[isForward ? column - 1 : column]!;
    const mean = columns[column]!.map((node, i) => {
      if (node.track === null) return Infinity;
      const ends = between
        .filter((flow) => (isForward ? flow.to : flow.from) === i)
        .map((flow) => ({ at: neighbour[isForward ? flow.from : flow.to]!, units: flow.units }));
      const units = ends.reduce((sum, end) => sum + end.units, 0);
      return ends.reduce((sum, end) => sum + end.at * end.units, 0) / units;
    });
    // Sorting keeps the order of equals.
    next[column] = [...next[column]!].sort((a, b) => compare(mean[a]!, mean[b]!));
  }
  return next;
}

/** The dead of a column, at ∞, are equal. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Neighbours change places while flows cross less for it. */
function exchange({ columns, flows }: Alluvial, order: readonly number[][]): number[][] {
  const next = order.map((nodes) => [...nodes]);
  const weightAt = (column: number): number =>
    crossings(
      flows.slice(Math.max(0, column - 1), column + 1),
      next.slice(Math.max(0, column - 1), column + 2),
    );
  next.forEach((nodes, column) => {
    let weight = weightAt(column);
    for (let improves = true; improves;) {
      improves = false;
      for (let at = 0; at + 1 < nodes.length; at++) {
        const [a, b] = [nodes[at]!, nodes[at + 1]!];
        if (columns[column]![b]!.track === null) continue;
        [nodes[at], nodes[at + 1]] = [b, a];
        const found = weightAt(column);
        if (found < weight) {
          weight = found;
          improves = true;
        } else [nodes[at], nodes[at + 1]] = [a, b];
      }
    }
  });
  return next;
}
