import type { Assumption } from '../../base/assumption';
import { InputError } from '../../base/error';
import type { PlainRecord, PlainValue } from '../../base/plain-value';
import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';
import { naturalOrder, stripWrappers } from '../network';
import { type Activation, KNOWN_ACTIVATIONS } from '../ops/activation';
import { parseActivation } from '../ops/activation-text';
import type { Dense } from '../ops/dense';
import type { Chain, ChainLayer } from './chain';

/** A dense layer as its tensors show it. */
interface DenseLayer {
  readonly name: string;
  readonly weight: TensorInfo;
  readonly bias: TensorInfo | null;
}

/** The name of a layer's bias, by that of its weight. */
const BIAS_OF: readonly [RegExp, string][] = [
  [/weights?(?=[._]?\d*$)/, 'bias'],
  [/weights(?=[._]?\d*$)/, 'biases'],
  [/kernel$/, 'bias'],
  [/(^|[._])W(?=_?\d*$)/, '$1b'],
  [/(^|[._])w(?=_?\d*$)/, '$1b'],
];

/** What the user says of a network whose tensors do not tell it: "model" of modscope.json without layers. */
export interface NetworkHints {
  /** What stands between the layers, e.g. "tanh" or "leaky_relu(0.2)". */
  readonly activation?: string;
  /** Names of the layers, from input to logits. */
  readonly order?: readonly string[];
  /** How the weights of dense layers are stored. */
  readonly kernels?: Dense['layout'];
}

/**
 * A stack of dense layers, recognised by the names and shapes of its tensors.
 * @param hints what the user says; what they leave open is told by hyper-parameters, or assumed
 * @throws InputError naming the tensors that have no place in a dense stack, and hints that cannot be
 */
export function chainFromTensors(checkpoint: Checkpoint, hints: NetworkHints = {}): Chain {
  const nonlinearity = activationOfHints(hints) ?? activationFromHyperParameters(checkpoint);
  const weights = [...checkpoint.tensors.values()].filter((tensor) => tensor.role === 'weight');
  if (weights.length === 0) throw new InputError(checkpoint.path, 'no weights found in it');
  const { dense, unplaced } = pairTensors(weights);
  if (dense.length === 0 || unplaced.length > 0) throw unknownArchitecture(checkpoint, unplaced);
  const order = orderLayers(dense, hints);
  if (order === null)
    throw unknownArchitecture(
      checkpoint,
      dense.map((layer) => layer.weight),
    );

  const assumptions: Assumption[] = [PLAIN_CHAIN];
  if (order.ambiguous) assumptions.push(orderTaken(order.chain.map((step) => step.layer.name)));
  if (nonlinearity === null) assumptions.push(RELU_TAKEN);
  const activation: ChainLayer = {
    name: 'nonlinearity',
    operation: { kind: 'activation', activation: nonlinearity?.activation ?? { name: 'relu' } },
  };

  const layers = order.chain.flatMap(({ layer: { name, weight, bias }, layout }, index): ChainLayer[] => {
    const operation = { kind: 'dense', weight: weight.name, bias: bias?.name ?? null, layout } as const;
    return index === 0 ? [{ name, operation }] : [activation, { name, operation }];
  });
  const source =
    nonlinearity === null ? 'tensor names and shapes' : `tensor names and shapes, ${nonlinearity.source}`;
  return { input: [order.chain[0]!.inputs], layers, source, assumptions, notes: [] };
}

const PLAIN_CHAIN: Assumption = {
  name: 'structure',
  says: 'The layers were taken one after the other, without skip connections or anything else between them that has no weights.',
  otherwise: 'With skip connections, all measures differ.',
  fix: 'The graph settles it: {"model": "model.onnx"} in modscope.json, an ONNX export of the network.',
};

const RELU_TAKEN: Assumption = {
  name: 'activation',
  says: 'ReLU was assumed between the layers.',
  otherwise: 'With another nonlinearity, all measures differ.',
  fix: 'Name it to settle it: {"model": {"activation": "tanh"}} in modscope.json.',
};

function orderTaken(names: readonly string[]): Assumption {
  return {
    name: 'order',
    says: `The layers were taken in the order ${names.join(' → ')}.`,
    otherwise: 'In another order, all measures differ.',
    fix: `Name them in order to settle it: {"model": {"order": ${JSON.stringify(names)}}} in modscope.json.`,
  };
}

function pairTensors(weights: readonly TensorInfo[]): { dense: DenseLayer[]; unplaced: TensorInfo[] } {
  const short = stripWrappers(weights.map((tensor) => tensor.name));
  const byShort = new Map(weights.map((tensor) => [short.get(tensor.name) ?? tensor.name, tensor]));
  const placed = new Set<TensorInfo>();
  const dense: DenseLayer[] = [];
  for (const [name, weight] of byShort) {
    if (weight.shape.length !== 2) continue;
    const bias =
      BIAS_OF.map(([pattern, replacement]) => name.replace(pattern, replacement))
        .filter((candidate) => candidate !== name)
        .map((candidate) => byShort.get(candidate))
        .find((tensor) => tensor?.shape.length === 1 && weight.shape.includes(tensor.shape[0] ?? -1)) ?? null;
    dense.push({ name: name.replace(/[._]?(weights?|kernel)$/, '') || name, weight, bias });
    placed.add(weight);
    if (bias !== null) placed.add(bias);
  }
  return { dense, unplaced: weights.filter((tensor) => !placed.has(tensor)) };
}

interface Step {
  readonly layer: DenseLayer;
  readonly layout: Dense['layout'];
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * The order in which the layers' sizes fit: the file's own where it is one of registration, else that of the
 * names as people count, else the only one that fits.
 */
function orderLayers(
  layers: readonly DenseLayer[],
  { order: named, kernels }: NetworkHints,
): { chain: Step[]; ambiguous: boolean } | null {
  if (named !== undefined) {
    const chain = fit(inNamedOrder(layers, named), kernels);
    if (chain !== null) return { chain, ambiguous: false };
    throw new InputError('model.order', 'the sizes of the layers do not fit one another in this order');
  }
  const counted = [...layers].sort((a, b) => naturalOrder(a.name, b.name));
  const isSorted = layers.every((layer, i) => i === 0 || layers[i - 1]!.weight.name <= layer.weight.name);
  const preferred = isSorted ? [counted] : [layers, counted];
  for (const order of preferred) {
    const chain = fit(order, kernels);
    if (chain !== null) {
      const numbered = order.every((layer, i) => i === 0 || i === order.length - 1 || /\d/.test(layer.name));
      return { chain, ambiguous: isSorted && !numbered };
    }
  }
  const found = search([], layers, kernels ?? 'out_in');
  return found.length === 1 ? { chain: found[0] ?? [], ambiguous: false } : null;
}

function inNamedOrder(layers: readonly DenseLayer[], names: readonly string[]): DenseLayer[] {
  const ordered = names.map((name) => {
    const found = layers.find((layer) => layer.name === name);
    if (found !== undefined) return found;
    throw new InputError(
      'model.order',
      `there is no dense layer ${name}`,
      `There are ${layers.map((layer) => layer.name).join(', ')}`,
    );
  });
  const left = layers.find((layer) => !ordered.includes(layer));
  if (left !== undefined || ordered.length > layers.length)
    throw new InputError(
      'model.order',
      left === undefined ? 'names a layer twice' : `leaves out the layer ${left.name}`,
    );
  return ordered;
}

/** The layers as a chain in this order, all in the first layout in which each fits what comes before. */
function fit(order: readonly DenseLayer[], kernels?: Dense['layout']): Step[] | null {
  for (const layout of kernels === undefined ? (['out_in', 'in_out'] as const) : [kernels]) {
    const chain = order.map((layer) => step(layer, layout));
    const fits = chain.every(
      ({ layer, inputs, outputs }, i) =>
        (i === 0 || chain[i - 1]!.outputs === inputs) &&
        (layer.bias === null || layer.bias.shape[0] === outputs),
    );
    if (fits) return chain;
  }
  return null;
}

function step(layer: DenseLayer, layout: Dense['layout']): Step {
  const [rows = 0, columns = 0] = layer.weight.shape;
  const [outputs, inputs] = layout === 'out_in' ? [rows, columns] : [columns, rows];
  return { layer, layout, inputs, outputs };
}

/** Every order whose sizes fit, given up at the second. */
function search(chain: readonly Step[], rest: readonly DenseLayer[], layout: Dense['layout']): Step[][] {
  if (rest.length === 0) return [[...chain]];
  const end = chain.at(-1)?.outputs;
  const found: Step[][] = [];
  for (const layer of rest) {
    const next = step(layer, layout);
    if (end !== undefined && next.inputs !== end) continue;
    found.push(
      ...search(
        [...chain, next],
        rest.filter((other) => other !== layer),
        layout,
      ),
    );
    if (found.length > 1) break;
  }
  return found;
}

/** The one error for every checkpoint whose graph could not be told: what did not fit, and how to say what it is. */
function unknownArchitecture(checkpoint: Checkpoint, unplaced: readonly TensorInfo[]): InputError {
  const filters = unplaced.filter(({ shape }) => shape.length >= 3);
  const reason =
    filters.length > 0
      ? `tensors do not tell the strides, padding and pooling around the convolutions ${listed(filters)}`
      : `no place found for ${listed(unplaced)}`;
  return new InputError(
    checkpoint.path,
    `unknown architecture: ${reason}`,
    'Export the network to ONNX and name that file, {"model": "model.onnx"} in modscope.json, or describe its layers ' +
      'there: {"model": {"layers": ["flatten", {"dense": "fc1"}, "relu", {"dense": "fc2"}]}}',
  );
}

function listed(tensors: readonly TensorInfo[]): string {
  const first = tensors.slice(0, 5).map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  return (
    first.join(', ') + (tensors.length > first.length ? ` and ${tensors.length - first.length} more` : '')
  );
}

interface NamedActivation {
  readonly activation: Activation;
  /** Where the name stood, e.g. "hyper-parameter activation". */
  readonly source: string;
}

function activationOfHints({ activation: written }: NetworkHints): NamedActivation | null {
  if (written === undefined) return null;
  const activation = parseActivation(written);
  if (activation !== null) return { activation, source: 'activation of modscope.json' };
  throw new InputError('model.activation', `${written} cannot be analyzed`, `${KNOWN_ACTIVATIONS} can`);
}

/** Hyper-parameters that name a nonlinearity. */
const ACTIVATION_KEYS = ['activation', 'activation_fn', 'act_fn', 'act', 'nonlinearity', 'non_linearity'];

/**
 * The nonlinearity that a hyper-parameter names, at the top or one level down, or the metadata of the file; null where none
 * does.
 * @throws InputError for one that cannot be analyzed
 */
export function activationFromHyperParameters(checkpoint: Checkpoint): NamedActivation | null {
  const nested = Object.values(checkpoint.hyperParameters).filter(
    (value): value is PlainRecord => typeof value === 'object' && value !== null && !isList(value),
  );
  const levels = [checkpoint.hyperParameters, ...nested, checkpoint.metadata];
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
