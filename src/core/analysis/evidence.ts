import { percent } from '../base/text';
import type { Model } from '../network/model';
import type { Activation } from '../network/ops/activation';
import type { SplitStatistics } from '../report';
import { sizeOf } from '../tensor/shape';
import type { EvaluationData } from './evaluation-data';
import { scoreIn, type ScoreScale, scoreScale } from './score';
import { NOT_NORMALISED } from './normalisation';

// What a checkpoint does not say, its accuracy may, or R² of a regression: of several readings, the right one does far better
// than chance, and the others do not. What is found this way is told with its figures.

/** How well a reading of a checkpoint and its data does. */
export interface Tried<T> {
  readonly value: T;
  /** What it takes of each aspect, in words, e.g. "tanh" of the nonlinearity. */
  readonly aspects: Readonly<Record<string, string>>;
  readonly score: number;
  /** Of its own samples and labels. */
  readonly scale: ScoreScale;
}

/** What the scores of several readings tell. */
export interface Verdict<T> {
  readonly taken: Tried<T>;
  /** Whether any reading is far better than chance. */
  readonly isAny: boolean;
}

/**
 * Of the way from chance to no error: what a reading must come to be far better than chance. Untrained networks are a tenth of
 * the way off by their luck, whatever the number of samples.
 */
const FAR = 0.2;

/**
 * Which of several readings to take: the best, or where others do as well, the most plausible of them.
 * @param tried the most plausible first
 */
export function judge<T>(tried: readonly Tried<T>[]): Verdict<T> {
  const plausible = tried[0]!;
  const good = tried.filter(
    ({ score, scale }) => scale.isAboveChance(score) && score - scale.chance >= FAR * (1 - scale.chance),
  );
  if (good.length === 0) return { taken: plausible, isAny: false };
  const best = Math.max(...good.map(({ score }) => score));
  return { taken: good.find(({ score, scale }) => !scale.isBetter(best, score)) ?? plausible, isAny: true };
}

/** How an aspect of what was taken is told. */
const LEADS: Readonly<Record<string, (words: string) => string>> = {
  nonlinearity: (words) => `${words} was taken between the layers`,
  weights: (words) => `The weights were read so: ${words.replace(/\.$/, '')}`,
  table: (words) => `The data were read so: ${words.replace(/\.$/, '')}`,
  normalisation: (words) =>
    words === NOT_NORMALISED ? 'The pixels were not normalised' : `The pixels were normalised by ${words}`,
};
/** Of these every other value is named with its score; of others, the best alone. */
const NAMED = new Set(['nonlinearity', 'normalisation']);

/** What the scores tell of one aspect of what was taken; null where nothing is told of it. @param data that was taken */
export function aspectNote<T>(
  aspect: string,
  taken: Tried<T>,
  tried: readonly Tried<T>[],
  data: EvaluationData,
): { readonly sentence: string; readonly isSettled: boolean } | null {
  const { scale } = taken;
  const words = taken.aspects[aspect];
  const lead = LEADS[aspect];
  if (words === undefined || lead === undefined) return null;
  const others = new Map<string, number>();
  for (const { aspects, score } of tried) {
    const other = aspects[aspect];
    if (other !== undefined && other !== words)
      others.set(other, Math.max(score, others.get(other) ?? -Infinity));
  }
  if (others.size === 0 && aspect !== 'nonlinearity') return null; // nothing was compared
  const isSettled =
    others.size > 0 && [...others.values()].every((score) => scale.isBetter(taken.score, score));
  const figure = data.loss === 'mean_squared_error' ? (score: number) => score.toFixed(2) : percent;
  const compared = NAMED.has(aspect)
    ? [...others].map(([name, score]) => `, with ${name} ${figure(score)}`).join('')
    : `, read otherwise at most ${figure(Math.max(...others.values()))}`;
  const unsettled = others.size > 0 && !isSettled ? ' This does not settle it.' : '';
  return {
    sentence: `${lead(words)}: ${scoreSentence(figure(taken.score), compared, figure(scale.chance), data)}.${unsettled}`,
    isSettled,
  };
}

/** "with it 94.1 % of 1000 test samples are classified right, with ReLU 31 %; the commonest class is 11 %" */
function scoreSentence(
  own: string,
  compared: string,
  chance: string,
  { samples, split, loss }: EvaluationData,
): string {
  switch (loss) {
    case 'mean_squared_error':
      return `with it R² is ${own} on ${samples} ${split} samples${compared}; the mean of the targets has 0`;
    case 'multi_label':
      return `with it ${own} of the labels of ${samples} ${split} samples are right${compared}; the commoner answers always are ${chance}`;
    case 'cross_entropy':
    case 'binary_cross_entropy':
      return `with it ${own} of ${samples} ${split} samples are classified right${compared}; the commonest class is ${chance}`;
  }
}

/** A model with another nonlinearity wherever it has one, but at its end. */
export function withActivation(model: Model, activation: Activation): Model {
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
