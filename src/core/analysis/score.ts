import type { SplitStatistics } from '../report';
import type { EvaluationData } from './evaluation-data';

/** Standard errors that a difference must have to be one. */
const CLEAR = 3;

/** What a score on a data set tells: accuracy, or R² of a regression. */
export interface ScoreScale {
  /** The score of what knows the labels but not the inputs: naming the commonest one always, or the mean of the targets. */
  readonly chance: number;
  /** Whether a score is above chance by more than the luck of so many samples. */
  isAboveChance(score: number): boolean;
  /** Whether a is above b by more than that. */
  isBetter(a: number, b: number): boolean;
}

export function scoreScale(data: EvaluationData): ScoreScale {
  return data.loss === 'mean_squared_error'
    ? explainedScale(data.samples)
    : accuracyScale(chanceOf(data), data.samples);
}

/** Of shares of so many samples. @param chance accuracy of always naming the commonest class */
export function accuracyScale(chance: number, samples: number): ScoreScale {
  return {
    chance,
    isAboveChance: (score) => score - chance > CLEAR * Math.sqrt((chance * (1 - chance)) / samples),
    isBetter: (a, b) => a - b > CLEAR * Math.sqrt((a * (1 - a) + b * (1 - b)) / samples),
  };
}

/** Of R² over so many samples: its root is a correlation, whose Fisher z has the standard error 1 / √(n − 3). */
export function explainedScale(samples: number): ScoreScale {
  const z = (score: number): number => Math.atanh(Math.sqrt(Math.max(0, score)));
  const error = samples > 3 ? 1 / Math.sqrt(samples - 3) : Infinity;
  return {
    chance: 0,
    isAboveChance: (score) => z(score) > CLEAR * error,
    isBetter: (a, b) => z(a) - z(b) > CLEAR * Math.SQRT2 * error,
  };
}

/** The score among the statistics; null where it is not defined. */
export function scoreIn({ accuracy, r2 }: SplitStatistics): number | null {
  return accuracy ?? r2 ?? null;
}

/** Share of the commonest class, of several labels the mean over them: the accuracy of always naming that one. */
export function chanceOf({ loss, targets, samples }: EvaluationData): number {
  if (loss === 'cross_entropy') {
    const counts = new Map<number, number>();
    for (const label of targets) counts.set(label, (counts.get(label) ?? 0) + 1);
    return Math.max(...counts.values()) / samples;
  }
  const width = targets.length / samples;
  const ones = new Float64Array(width);
  targets.forEach((label, at) => (ones[at % width]! += label));
  return ones.reduce((sum, count) => sum + Math.max(count, samples - count), 0) / (width * samples);
}
