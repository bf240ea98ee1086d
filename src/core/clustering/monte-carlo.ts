import type { Labels } from '../base/matrix';
import { Random } from '../base/random';
import type { WeightedGraph } from './adjacency';
import { Partition } from './partition';
import { spectral } from './spectral';

const MONTE_CARLO_DEFAULTS = {
  steps: 5000,
  /** Entropy of the draw of a unit's new cluster, in nats; 0 would be greedy. */
  entropy: 0.15,
} as const;

/**
 * The solver of Lange, Rolnick and Kording (2022). It starts from their spectral partition, which has no correction. At
 * each step one random unit moves to a cluster drawn with probability ∝ exp(Q/T), with T such that the draw has a fixed
 * entropy. The best partition proposed is kept. The Q of a candidate is known from its difference to the present one.
 *
 * @param graph of live units alone
 * @returns cluster per unit
 */
export function monteCarlo(graph: WeightedGraph, resolution: number, seed: number): Labels {
  const random = new Random(seed);
  const partition = Partition.of(graph, spectral(graph, resolution, false), resolution);
  let q = partition.quality();
  let best = { q, labels: partition.labels.slice() };
  for (let step = 0; step < MONTE_CARLO_DEFAULTS.steps; step++) {
    const unit = random.integer(graph.size);
    const own = partition.labels[unit]!;
    const gains = candidateGains(partition, unit);
    const proposed = gains.indexOf(Math.max(...gains));
    if (q + gains[proposed]! > best.q) {
      best = { q: q + gains[proposed]!, labels: partition.labels.slice() };
      best.labels[unit] = proposed;
    }
    const chosen = draw(gains, random);
    if (chosen === own) continue;
    partition.move(unit, chosen);
    q += gains[chosen]!;
  }
  return best.labels;
}

/** ΔQ of moving a unit to each cluster, and to a new one where the unit is not alone already. */
function candidateGains(partition: Partition, unit: number): number[] {
  const own = partition.labels[unit]!;
  const present = partition.score(unit, own);
  const alone = partition.labels.indexOf(own) === partition.labels.lastIndexOf(own);
  const candidates = partition.count + (alone ? 0 : 1);
  return Array.from({ length: candidates }, (_, c) => 2 * (partition.score(unit, c) - present));
}

/** An index drawn with probability ∝ exp(gain / T). */
function draw(gains: readonly number[], random: Random): number {
  if (gains.length === 1) return 0;
  const best = Math.max(...gains);
  const t = temperature(gains, best);
  const weights = gains.map((gain) => Math.exp((gain - best) / t));
  let rest = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let c = 0; c < weights.length - 1; c++) {
    rest -= weights[c]!;
    if (rest < 0) return c;
  }
  return weights.length - 1;
}

/** The T at which the draw has the default entropy; a very small T where ties keep the entropy higher at any T. */
function temperature(gains: readonly number[], best: number): number {
  const spread = best - Math.min(...gains);
  if (spread === 0) return 1;
  let [low, high] = [-20, 10]; // log2 of T / spread
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (entropy(gains, best, spread * 2 ** middle) > MONTE_CARLO_DEFAULTS.entropy) high = middle;
    else low = middle;
  }
  return spread * 2 ** high;
}

/** H = log Z + mean of (best − gain) / T. */
function entropy(gains: readonly number[], best: number, temperature: number): number {
  let sum = 0;
  let mean = 0;
  for (const gain of gains) {
    const depth = (best - gain) / temperature;
    const weight = Math.exp(-depth);
    sum += weight;
    mean += weight * depth;
  }
  return Math.log(sum) + mean / sum;
}
