import { InputError } from '../../base/error';
import type { PlainRecord, PlainValue } from '../../base/plain-value';
import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';
import type { Shape } from '../../tensor/shape';
import { type Activation, KNOWN_ACTIVATIONS } from '../ops/activation';
import { parseActivation } from '../ops/activation-text';
import type { Dense } from '../ops/dense';
import { pictureShape } from '../picture-shape';
import type { Chain } from './chain';
import { chainReading, describedLayers, type ReadingParts } from './chain-reading';
import { convReadings, gapsAfter, readingText } from './conv-plans';
import { namedParts } from './layer-names';
import { type Ordering, orderings } from './order-layers';
import { placeNorms } from './place-norms';
import { GRAPH_REMEDY, refuseUnlikeChain } from './unlike-chain';

/** What the user says of a network whose tensors do not tell it: "model" of modscope.json without layers. */
export interface NetworkHints {
  /** What stands between the layers, e.g. "tanh" or "leaky_relu(0.2)". */
  readonly activation?: string;
  /** Names of the layers, from input to logits. */
  readonly order?: readonly string[];
  /** How the weights of dense layers are stored. */
  readonly kernels?: Dense['layout'];
}

/** Readings given at most. */
const MOST = 8;

/** The chains that tensors may be. */
export interface TensorReadings {
  /** The most plausible first, at most eight; each says what it assumes. */
  readonly chains: readonly [Chain, ...Chain[]];
  /** Where the first must not be taken without evidence: what to say then. */
  readonly refusal: InputError | null;
}

/**
 * The chains of layers that the names and shapes of a checkpoint's tensors allow: dense layers, with norms between, or
 * convolutions before dense layers. They differ in the order and layout of the weights, in norms before or behind
 * nonlinearities, in paddings and pools around convolutions.
 * @param hints what the user says; what they leave open is told by hyper-parameters, or assumed
 * @param sampleShape of the data, where it is known; convolutions need it
 * @param known the nonlinearity, where something else in the file tells it
 * @returns null where it takes the shape of a sample to tell, and none was given
 * @throws InputError naming the tensors that have no place in a chain, and hints that cannot be
 */
export function readingsOfTensors(
  checkpoint: Checkpoint,
  hints: NetworkHints = {},
  sampleShape?: Shape,
  known: NamedActivation | null = null,
): TensorReadings | null {
  const readings = partsOfReadings(checkpoint, hints, sampleShape, known);
  const [first, ...others] = readings ?? [];
  if (readings === null || first === undefined) return null;
  const plans = new Set(readings.map(({ plan }) => plan));
  return {
    chains: [chainReading(first), ...others.slice(0, MOST - 1).map(chainReading)],
    refusal: plans.size > 1 ? manyReadings(checkpoint, readings) : null,
  };
}

/** @returns at least one; null as `readingsOfTensors` */
function partsOfReadings(
  checkpoint: Checkpoint,
  hints: NetworkHints,
  sampleShape: Shape | undefined,
  known: NamedActivation | null = null,
): ReadingParts[] | null {
  const nonlinearity = activationOfHints(hints) ?? known ?? activationFromHyperParameters(checkpoint);
  const parts = namedParts(checkpoint);
  if (parts.layers.length + parts.unplaced.length + parts.norms.length === 0)
    throw new InputError(checkpoint.path, 'no weights found in it');
  if (hints.order === undefined) refuseUnlikeChain(checkpoint);
  if (parts.unplaced.length > 0 || parts.layers.length === 0)
    throw unknownArchitecture(checkpoint, parts.unplaced);
  const orders = orderings(parts, hints);
  if (orders.length === 0)
    throw unknownArchitecture(
      checkpoint,
      parts.layers.map(({ weight }) => weight),
    );

  const readings: ReadingParts[] = [];
  let [needsShape, needsNorms] = [false, true];
  for (const ordering of orders) {
    const norms = placeNorms(ordering.chain, parts);
    if (norms === null) continue;
    needsNorms = false;
    const plans = plansOf(ordering, norms, checkpoint, sampleShape);
    if (plans === null) needsShape = true;
    for (const plan of plans ?? []) {
      readings.push({ ordering, norms, side: 'before', nonlinearity, ...plan });
      if (norms.some(({ told }) => !told))
        readings.push({ ordering, norms, side: 'behind', nonlinearity, ...plan });
    }
  }
  if (needsNorms)
    throw unknownArchitecture(
      checkpoint,
      parts.norms.flatMap(({ scale, mean }) => scale ?? mean ?? []),
    );
  if (readings.length === 0 && needsShape) return null;
  if (readings.length === 0) throw unknownArchitecture(checkpoint, filtersOf(orders[0]), sampleShape);
  // Norms behind the nonlinearities are the less usual: all others first.
  const usual = readings.filter(({ side }) => side === 'before');
  const unusual = readings.filter(({ side }) => side === 'behind');
  return [...usual, ...unusual];
}

/** @returns one plan without convolutions for dense layers; null where convolutions need the shape of a sample */
function plansOf(
  { chain }: Ordering,
  norms: readonly { readonly norm: { readonly name: string } }[],
  checkpoint: Checkpoint,
  sampleShape: Shape | undefined,
): Pick<ReadingParts, 'input' | 'plan'>[] | null {
  const convs = chain.filter(({ layer }) => layer.weight.shape.length === 4);
  const dense = chain[convs.length];
  if (convs.length === 0) return [{ input: [chain[0]!.inputs], plan: null }];
  if (sampleShape === undefined) return null;
  const input = pictureShape(squared(sampleShape, convs[0]!.inputs), convs[0]!.inputs);
  if (input.length !== 3 || input[0] !== convs[0]!.inputs)
    throw new InputError(
      checkpoint.path,
      `its first convolution ${convs[0]!.layer.name} takes ${convs[0]!.inputs} channels, and samples are [${sampleShape.join(', ')}]`,
      'Choose the data set that the network was trained on',
      'data',
    );
  const square = convs.every(({ layer: { weight } }) => weight.shape[2] === weight.shape[3]);
  if (dense === undefined || !square) return [];
  const gaps = gapsAfter(
    chain,
    norms.map(({ norm }) => norm.name),
  );
  return convReadings(convs, input, dense.inputs, gaps).map((plan) => ({ input, plan }));
}

/** A sample in one row is a square picture. */
function squared(shape: Shape, channels: number): Shape {
  const side = Math.sqrt((shape[0] ?? 0) / channels);
  return shape.length === 1 && Number.isInteger(side) ? [channels, side, side] : shape;
}

function filtersOf(ordering: Ordering | undefined): TensorInfo[] {
  const weights = (ordering?.chain ?? []).map(({ layer }) => layer.weight);
  return weights.filter(({ shape }) => shape.length === 4);
}

/** Several paddings and pools fit: a wrong one would give other numbers, and nothing would tell. */
function manyReadings(checkpoint: Checkpoint, readings: readonly ReadingParts[]): InputError {
  const plans = [...new Set(readings.map(({ plan }) => plan))].filter((plan) => plan !== null);
  const names = (readings[0]?.ordering.chain ?? []).map(({ layer }) => layer.name);
  const shown = plans.slice(0, 3).map((plan) => readingText(names, plan));
  return new InputError(
    checkpoint.path,
    `unknown architecture: ${plans.length} readings of its convolutions fit their sizes: ${shown.join('; or ')}` +
      (plans.length > shown.length ? '; and more' : ''),
    `${GRAPH_REMEDY}, or describe its layers there; the first of these is ${describedLayers(readings[0]) ?? LAYERS_EXAMPLE}`,
  );
}

/** The one error for every checkpoint whose graph could not be told: what did not fit, and how to say what it is. */
function unknownArchitecture(
  checkpoint: Checkpoint,
  unplaced: readonly TensorInfo[],
  sampleShape?: Shape,
): InputError {
  const filters = unplaced.filter(({ shape }) => shape.length >= 3);
  const samples = sampleShape === undefined ? '' : ` and samples of [${sampleShape.join(', ')}]`;
  const reason =
    filters.length > 0
      ? `tensors${samples} do not tell the strides, padding and pooling around the convolutions ${listed(filters)}`
      : `no place found for ${listed(unplaced)}`;
  return new InputError(checkpoint.path, `unknown architecture: ${reason}`, LAYERS_REMEDY);
}

const LAYERS_EXAMPLE = '{"model": {"layers": ["flatten", {"dense": "fc1"}, "relu", {"dense": "fc2"}]}}';
const LAYERS_REMEDY = `${GRAPH_REMEDY}, or describe its layers there: ${LAYERS_EXAMPLE}`;

function listed(tensors: readonly TensorInfo[]): string {
  const first = tensors.slice(0, 5).map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  return (
    first.join(', ') + (tensors.length > first.length ? ` and ${tensors.length - first.length} more` : '')
  );
}

export interface NamedActivation {
  readonly activation: Activation;
  /** Where the name stood, e.g. "hyper-parameter activation". */
  readonly source: string;
}

export function activationOfHints({ activation: written }: NetworkHints): NamedActivation | null {
  if (written === undefined) return null;
  const activation = parseActivation(written);
  if (activation !== null) return { activation, source: 'activation of modscope.json' };
  throw new InputError('model.activation', `${written} cannot be analyzed`, `${KNOWN_ACTIVATIONS} can`);
}

/** Hyper-parameters that name a nonlinearity. */
const ACTIVATION_KEYS = [
  'activation',
  'activation_fn',
  'activation_function',
  'act_fn',
  'act',
  'hidden_act',
  'nonlinearity',
  'non_linearity',
];

/**
 * The nonlinearity that a hyper-parameter names, at the top or one level down, or the metadata of the file; null where none
 * does.
 * @throws InputError for one that cannot be analyzed
 */
export function activationFromHyperParameters(checkpoint: Checkpoint): NamedActivation | null {
  const { hyperParameters, configuration = {}, metadata } = checkpoint;
  const nested = Object.values(hyperParameters).filter(
    (value): value is PlainRecord => typeof value === 'object' && value !== null && !isList(value),
  );
  const levels = [hyperParameters, ...nested, configuration, metadata];
  for (const level of levels) {
    for (const key of ACTIVATION_KEYS) {
      const value = level[key];
      if (typeof value !== 'string') continue;
      const source = `hyper-parameter ${key}`;
      const activation = parseActivation(value);
      if (activation !== null) return { activation, source };
      throw new InputError(
        checkpoint.path,
        `${source} is ${value}, which cannot be analyzed`,
        `${KNOWN_ACTIVATIONS} can`,
      );
    }
  }
  return null;
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}
