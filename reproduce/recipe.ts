import { contentHash } from '../src/core/base/content-hash';
import type { Penalty } from './backpropagation';
import type { TrainingRecipe } from './train';

/** What the networks of the grid differ in. */
export interface Condition extends Penalty {
  readonly dropout: number;
  /** Number of the replicate, from 0. */
  readonly run: number;
}

/** What all factors have where they are not varied, as in the paper. */
const BASELINE = { dropout: 0, l1: 0, l2: 1e-5 } as const;

/** Values of each factor beside its baseline; of dropout those that PAPER_DROPOUT has. */
const FACTORS = {
  dropout: [0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
  l1: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2],
  l2: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2],
} as const;

/** Hidden units per layer. */
const HIDDEN = [64, 64];

/** One factor at a time, and the baseline that all share; so many runs of each. */
export function grid(runs: number): Condition[] {
  const settings: (Penalty & { readonly dropout: number })[] = [
    BASELINE,
    ...FACTORS.dropout.map((dropout) => ({ ...BASELINE, dropout })),
    ...FACTORS.l1.map((l1) => ({ ...BASELINE, l1 })),
    ...FACTORS.l2.map((l2) => ({ ...BASELINE, l2 })),
  ];
  return Array.from({ length: runs }, (_, run) => settings.map((setting) => ({ ...setting, run }))).flat();
}

/** "dropout=0.3_l1=0_l2=0.00001_run=2" */
export function conditionName({ dropout, l1, l2, run }: Condition): string {
  return `dropout=${dropout}_l1=${l1}_l2=${l2}_run=${run}`;
}

export const FACTOR_KEYS = ['dropout', 'l1', 'l2'] as const;

/** What the factors are called. */
export const FACTOR_WORDS = { dropout: 'dropout', l1: 'L1', l2: 'L2' } as const;

/** What a condition varies, for people: "dropout 0.3", "baseline". */
export function settingName(condition: Condition): string {
  const varied = FACTOR_KEYS.filter((key) => condition[key] !== BASELINE[key]);
  return varied.map((key) => `${FACTOR_WORDS[key]} ${condition[key]}`).join(', ') || 'baseline';
}

/** What the data set asks for, and what may be chosen. */
export interface Circumstances {
  /** Values of a sample. */
  readonly inputs: number;
  readonly classes: number;
  /** Samples to train on. */
  readonly samples: number;
  readonly mostEpochs: number;
}

/** From so many samples on, batches are as large as the paper's. */
const MANY_SAMPLES = 5000;

/**
 * How the network of a condition is trained: as in the paper, but for two things. Data sets far smaller than MNIST have
 * smaller batches, so that an epoch still has some fifty steps; and training ends where its loss has stopped falling, by
 * less than 2 % in 50 epochs, instead of after 500 epochs.
 */
export function recipeOf(
  condition: Condition,
  { inputs, classes, samples, mostEpochs }: Circumstances,
): TrainingRecipe {
  const { dropout, l1, l2 } = condition;
  return {
    sizes: [inputs, ...HIDDEN, classes],
    dropout,
    l1,
    l2,
    // Runs share no seed, so that all networks of the grid are independent of each other.
    seed: seedOf(condition),
    batchSize: samples >= MANY_SAMPLES ? 200 : 20,
    learningRate: 1e-3,
    plateau: { window: 20, fall: 0.02, patience: 50 },
    mostEpochs,
  };
}

/** Of the condition alone: a network does not depend on the grid that it is in. */
export function seedOf({ dropout, l1, l2, run }: Condition): number {
  return parseInt(contentHash({ dropout, l1, l2, run }).slice(0, 7), 16);
}
