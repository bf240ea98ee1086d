import type { Assumption } from '../base/assumption';
import { percent } from '../base/text';
import type { Dataset } from '../dataset/dataset';
import type { Model } from '../network/model';
import { type Activation, activationNamed } from '../network/ops/activation';
import { sizeOf } from '../tensor/shape';
import { type Compute, isForwardShort } from './compute';
import { LOSS_ALONE } from './statistics';

// What a checkpoint does not say, its accuracy may: of several readings, the right one classifies far better than chance, and the
// others do not. What is found this way is told with its figures.

/** One way to read a checkpoint or its data. */
export interface Reading<T> {
  /** What it takes, for messages, e.g. "tanh". */
  readonly words: string;
  readonly value: T;
}

/** How well a reading classifies. */
export interface Tried<T> extends Reading<T> {
  readonly accuracy: number;
}

/** What the accuracies of several readings tell. */
export interface Verdict<T> {
  readonly taken: Tried<T>;
  /** Whether it is far better than chance, and all others clearly worse. */
  readonly isSettled: boolean;
  /** Whether any reading is better than chance. */
  readonly isAny: boolean;
}

/** Standard errors that a difference must have to be one. */
const CLEAR = 3;

/**
 * Which of several readings to take.
 * @param tried all of the same samples, the most plausible first
 * @param chance accuracy of always naming the commonest class
 */
export function judge<T>(tried: readonly Tried<T>[], chance: number, samples: number): Verdict<T> {
  const plausible = tried[0]!;
  const isBetter = (a: number, b: number): boolean =>
    a - b > CLEAR * Math.sqrt((a * (1 - a) + b * (1 - b)) / samples);
  const good = tried.filter(({ accuracy }) => isAboveChance(accuracy, chance, samples));
  if (good.length === 0) return { taken: plausible, isSettled: false, isAny: false };
  const best = good.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  const rivals = tried.filter((other) => other !== best && !isBetter(best.accuracy, other.accuracy));
  // What others do as well does not settle it: then the most plausible of them is taken.
  const taken = rivals.includes(plausible) ? plausible : best;
  return { taken, isSettled: rivals.length === 0, isAny: true };
}

/** Whether an accuracy is above chance by more than the luck of so many samples. */
function isAboveChance(accuracy: number, chance: number, samples: number): boolean {
  return accuracy - chance > CLEAR * Math.sqrt((chance * (1 - chance)) / samples);
}

/** Share of the commonest class: the accuracy of always naming that one. */
export function chanceOf({ labels, classes }: Dataset): number {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]!++;
  return Math.max(...counts) / labels.length;
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
  dataset: Dataset,
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
    const { correct } = await compute.sweep(value, sample, LOSS_ALONE);
    tried.push({ words, value, accuracy: correct / sample.samples });
  }
  const chance = chanceOf(sample);
  const { taken, isSettled, isAny } = judge(tried, chance, sample.samples);
  if (!isAny) return { model, assumptions, notes: [] };
  const figures = figuresOf(taken, tried, chance, sample);
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
  { samples, split }: Dataset,
): string {
  const others = tried.filter((other) => other !== taken);
  const rest = others.map(({ words, accuracy }) => `with ${words} ${percent(accuracy)}`).join(', ');
  return `with it ${percent(taken.accuracy)} of ${samples} ${split} samples are classified right, ${rest}; the commonest class is ${percent(chance)}`;
}

function withActivation(model: Model, activation: Activation): Model {
  if (model.kind === 'stack')
    return { ...model, hidden: model.hidden.map((layer) => ({ ...layer, activation })) };
  const nodes = model.nodes.map((node) =>
    node.operation.kind === 'activation' ? { ...node, operation: { ...node.operation, activation } } : node,
  );
  return { ...model, nodes };
}

/** At most so many samples of a data set, evenly spaced: sorted by class they may be. */
export function evenly(dataset: Dataset, most: number): Dataset {
  const { samples, sampleShape, inputs, labels } = dataset;
  if (samples <= most) return dataset;
  const size = sizeOf(sampleShape);
  const picked = Array.from({ length: most }, (_, i) => Math.floor((i * samples) / most));
  const chosen = inputs instanceof Uint8Array ? new Uint8Array(most * size) : new Float32Array(most * size);
  picked.forEach((sample, i) => {
    chosen.set(inputs.subarray(sample * size, (sample + 1) * size), i * size);
  });
  return { ...dataset, samples: most, inputs: chosen, labels: Int32Array.from(picked, (i) => labels[i]!) };
}

/** Samples below which nothing is said of chance. */
const FEW = 30;

/** Why an accuracy makes the numbers doubtful; null where it does not. */
export function chanceWarning(accuracy: number, dataset: Dataset): string | null {
  const { samples, split } = dataset;
  const chance = chanceOf(dataset);
  if (samples < FEW || isAboveChance(accuracy, chance, samples)) return null;
  return `The network classifies ${percent(accuracy)} of ${samples} ${split} samples right, no better than naming the commonest class always (${percent(chance)}). Unless it is untrained, the network or the data are not what they seem: check the nonlinearity, the order of the layers, the scaling of the inputs and the data set.`;
}
