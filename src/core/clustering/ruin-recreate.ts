import type { Random } from '../random';
import type { Graph } from './adjacency';
import { range, settle } from './local-moving';
import { Partition } from './partition';

/**
 * How much lower than the present Q a partition may be and still be taken, at most, as a share of it: the search
 * walks between local optima and does not stay with the first good one.
 */
const LENIENCE = 0.03;

/** At most this share of the units, and two more, is taken out at once. */
const RUIN = 0.8;

/**
 * Iterated local search by ruin and recreate (Schrimpf, Schneider, Stamm-Wilbrandt and Dueck, J. Comput. Phys.
 * 159, 139–171, 2000): units taken out at random come back one by one, each where it raises Q most, and local moving
 * follows. The result is accepted if it is hardly worse.
 *
 * @param start left as the last partition accepted
 * @returns the best partition met, `start` included
 */
export function ruinAndRecreate(
  graph: Graph,
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
  const order = range(size);
  for (let kick = 0; kick < kicks; kick++) {
    trial.copy(present);
    const ruined = Math.min(size, 2 + random.integer(Math.ceil(RUIN * size)));
    // The head of a shuffle draws the units to take out.
    for (let k = 0; k < ruined; k++) {
      const drawn = k + random.integer(size - k);
      const unit = order[drawn]!;
      order[drawn] = order[k]!;
      order[k] = unit;
      trial.remove(unit);
    }
    for (let k = 0; k < ruined; k++) trial.move(order[k]!, trial.favourite(order[k]!));
    settle(trial, order);
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
