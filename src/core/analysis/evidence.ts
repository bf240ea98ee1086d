import type { Assumption } from '../base/assumption';
import { percent } from '../base/text';
import type { Model } from '../network/model';
import { type Activation, activationNamed } from '../network/ops/activation';
import type { SplitStatistics } from '../report';
import { sizeOf } from '../tensor/shape';
import { type Compute, isForwardShort } from './compute';
import type { EvaluationData } from './evaluation-data';
import { scoreIn, type ScoreScale, scoreScale } from './score';
import { LOSS_ALONE, splitStatistics } from './statistics';

// What a checkpoint does not say, its accuracy may, or R² of a regression: of several readings, the right one does far better
// than chance, and the others do not. What is found this way is told with its figures.

/** One way to read a checkpoint or its data. */
export interface Reading<T> {
  /** What it takes, for messages, e.g. "tanh". */
  readonly words: string;
  readonly value: T;
}

/** How well a reading does. */
export interface Tried<T> extends Reading<T> {
  readonly score: number;
}

/** What the scores of several readings tell. */
export interface Verdict<T> {
  readonly taken: Tried<T>;
  /** Whether it is far better than chance, and all others clearly worse. */
  readonly isSettled: boolean;
  /** Whether any reading is better than chance. */
  readonly isAny: boolean;
}

/**
 * Which of several readings to take.
 * @param tried all of the same samples, the most plausible first
 * @param scale of the scores
 */
export function judge<T>(tried: readonly Tried<T>[], scale: ScoreScale): Verdict<T> {
  const plausible = tried[0]!;
  const good = tried.filter(({ score }) => scale.isAboveChance(score));
  if (good.length === 0) return { taken: plausible, isSettled: false, isAny: false };
  const best = good.reduce((a, b) => (b.score > a.score ? b : a));
  const rivals = tried.filter((other) => other !== best && !scale.isBetter(best.score, other.score));
  // What others do as well does not settle it: then the most plausible of them is taken.
  const taken = rivals.includes(plausible) ? plausible : best;
  return { taken, isSettled: rivals.length === 0, isAny: true };
}

/** Nonlinearities that are tried where nothing names one, the commonest first. */
const USUAL = ['ReLU', 'GELU', 'SiLU', 'tanh', 'sigmoid'];

/** Samples that readings are compared on, at most. */
const MOST_SAMPLES = 2000;

/** A model whose assumptions were put to the test. */
export interface Settled {
  readonly model: Model;
  /** Those that remain. */
  readonly assumptions: readonly Assumption[];
  /** What was settled, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Puts the assumed nonlinearity to the test: the usual ones are tried on the data.
 * @param model of the assumed nonlinearity
 */
export async function settleActivation(
  model: Model,
  assumptions: readonly Assumption[],
  dataset: EvaluationData,
  compute: Compute,
): Promise<Settled> {
  const assumed = assumptions.find(({ name }) => name === 'activation');
  const sample = evenly(dataset, MOST_SAMPLES);
  if (assumed === undefined || !isForwardShort(model, USUAL.length * sample.samples))
    return { model, assumptions, notes: [] };
  const tried: Tried<Model>[] = [];
  for (const words of USUAL) {
    const activation = activationNamed(words);
    if (activation === null) continue;
    const value = withActivation(model, activation);
    const score = scoreIn(splitStatistics(await compute.sweep(value, sample, LOSS_ALONE)));
    tried.push({ words, value, score: score ?? 0 });
  }
  const scale = scoreScale(sample);
  const { taken, isSettled, isAny } = judge(tried, scale);
  if (!isAny) return { model, assumptions, notes: [] };
  const figures = figuresOf(taken, tried, scale.chance, sample);
  const others = assumptions.filter((assumption) => assumption !== assumed);
  if (isSettled) {
    const note = `${taken.words} was taken between the layers: ${figures}.`;
    return { model: taken.value, assumptions: others, notes: [note] };
  }
  const says = `${taken.words} was assumed between the layers.`; // the same for all checkpoints of a study
  const note = `The data do not settle the nonlinearity, ${taken.words}: ${figures}.`;
  return { model: taken.value, assumptions: [...others, { ...assumed, says }], notes: [note] };
}

/** "with it 94.1 % of 1000 test samples are classified right, with ReLU 31 %; the commonest class is 11 %" */
function figuresOf<T>(
  taken: Tried<T>,
  tried: readonly Tried<T>[],
  chance: number,
  { samples, split, loss }: EvaluationData,
): string {
  const figure = loss === 'mean_squared_error' ? (score: number) => score.toFixed(2) : percent;
  const others = tried.filter((other) => other !== taken);
  const rest = others.map(({ words, score }) => `with ${words} ${figure(score)}`).join(', ');
  const own = figure(taken.score);
  switch (loss) {
    case 'mean_squared_error':
      return `with it R² is ${own} on ${samples} ${split} samples, ${rest}; the mean of the targets has 0`;
    case 'multi_label':
      return `with it ${own} of the labels of ${samples} ${split} samples are right, ${rest}; the commoner answers always are ${figure(chance)}`;
    case 'cross_entropy':
    case 'binary_cross_entropy':
      return `with it ${own} of ${samples} ${split} samples are classified right, ${rest}; the commonest class is ${figure(chance)}`;
  }
}

function withActivation(model: Model, activation: Activation): Model {
  if (model.kind === 'stack')
    return { ...model, hidden: model.hidden.map((layer) => ({ ...layer, activation })) };
  const nodes = model.nodes.map((node, index) =>
    node.operation.kind === 'activation' && index < model.nodes.length - 1
      ? { ...node, operation: { ...node.operation, activation } }
      : node,
  );
  return { ...model, nodes };
}

/** At most so many samples of a data set, evenly spaced: sorted by class they may be. */
export function evenly(dataset: EvaluationData, most: number): EvaluationData {
  const { samples, sampleShape, inputs, targets } = dataset;
  if (samples <= most) return dataset;
  const picked = Array.from({ length: most }, (_, i) => Math.floor((i * samples) / most));
  const size = sizeOf(sampleShape);
  const width = targets.length / samples;
  const chosen = inputs instanceof Uint8Array ? new Uint8Array(most * size) : new Float32Array(most * size);
  const own = targets instanceof Int32Array ? new Int32Array(most * width) : new Float32Array(most * width);
  picked.forEach((sample, i) => {
    chosen.set(inputs.subarray(sample * size, (sample + 1) * size), i * size);
    own.set(targets.subarray(sample * width, (sample + 1) * width), i * width);
  });
  return { ...dataset, samples: most, inputs: chosen, targets: own };
}

/** Samples below which nothing is said of chance. */
const FEW = 30;

/** Why a score makes the numbers doubtful; null where it does not. */
export function chanceWarning(statistics: SplitStatistics, dataset: EvaluationData): string | null {
  const { samples, split, loss } = dataset;
  const scale = scoreScale(dataset);
  const score = scoreIn(statistics);
  if (score === null || samples < FEW || scale.isAboveChance(score)) return null;
  const chance = percent(scale.chance);
  const found =
    loss === 'mean_squared_error'
      ? `R² of the network is ${score.toFixed(2)} on ${samples} ${split} samples, no better than naming the mean of the targets always (0)`
      : loss === 'multi_label'
        ? `The network has ${percent(score)} of the labels of ${samples} ${split} samples right, no better than naming the commoner ones always (${chance})`
        : `The network classifies ${percent(score)} of ${samples} ${split} samples right, no better than naming the commonest class always (${chance})`;
  return `${found}. Unless it is untrained, the network or the data are not what they seem: check the nonlinearity, the order of the layers, the scaling of the inputs and the data set.`;
}
