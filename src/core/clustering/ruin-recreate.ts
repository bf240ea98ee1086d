import type { Random } from '../base/random';
import type { WeightedGraph } from './adjacency';
import { range, moveLocally } from './local-moving';
import { Partition } from './partition';

/**
 * How much lower than the present Q a partition may be and still be taken, at most, as a share of it: the search
 * walks between local optima and does not stay with the first good one.
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
export function ruinAndRecreate(
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
  const order = range(size);
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
    moveLocally(trial, order);
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
