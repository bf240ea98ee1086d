import type { Checkpoint, PlainValue, TensorInfo } from '../checkpoint/checkpoint';
import { InputError } from '../error';
import { naturalOrder, stripWrappers } from './names';
import { ChainBuilder } from './chain';
import type { Network } from './network';
import type { Activation } from './operations/activation';

/** A dense layer as its tensors show it. */
interface DenseLayer {
  readonly name: string;
  readonly weight: TensorInfo;
  readonly bias: TensorInfo | null;
}

const BIAS_OF: readonly [RegExp, string][] = [
  [/weights?(?=[._]?\d*$)/, 'bias'],
  [/weights(?=[._]?\d*$)/, 'biases'],
  [/kernel$/, 'bias'],
  [/(^|[._])W(?=_?\d*$)/, '$1b'],
  [/(^|[._])w(?=_?\d*$)/, '$1b'],
];

/**
 * A stack of dense layers, recognised by the names and shapes of its tensors alone.
 * @param nonlinearity what stands between the layers, where something says so; ReLU is assumed otherwise
 * @throws InputError naming the tensors that have no place in a dense stack
 */
export function networkFromTensors(checkpoint: Checkpoint, nonlinearity: NamedActivation | null): Network {
  const weights = [...checkpoint.tensors.values()].filter((tensor) => tensor.role === 'weight');
  if (weights.length === 0) throw new InputError(checkpoint.path, 'no weights found in it');
  const { layers, unplaced } = pairTensors(weights);
  if (layers.length === 0 || unplaced.length > 0) throw unknownArchitecture(checkpoint, unplaced);
  const order = orderLayers(layers);
  if (order === null)
    throw unknownArchitecture(
      checkpoint,
      layers.map((layer) => layer.weight),
    );

  const assumptions: string[] = [];
  const names = order.chain.map((step) => step.layer.name).join(' → ');
  if (order.ambiguous) assumptions.push(`The layers were taken in the order ${names}.`);
  if (nonlinearity === null) assumptions.push('ReLU was assumed between the layers.');
  const activation = nonlinearity?.activation ?? { name: 'relu' };

  const builder = new ChainBuilder([order.chain[0]!.inputs]);
  order.chain.forEach(({ layer, layout, outputs }, index) => {
    const bias = layer.bias?.name ?? null;
    builder.append(layer.name, { kind: 'dense', weight: layer.weight.name, bias, layout }, [outputs]);
    if (index < order.chain.length - 1) builder.activate(activation);
  });
  const source =
    nonlinearity === null ? 'tensor names and shapes' : `tensor names and shapes, ${nonlinearity.source}`;
  return builder.finish(source, assumptions);
}

export interface NamedActivation {
  readonly activation: Activation;
  /** Where the name stood, e.g. "hyper-parameter activation". */
  readonly source: string;
}

function pairTensors(weights: readonly TensorInfo[]): { layers: DenseLayer[]; unplaced: TensorInfo[] } {
  const short = stripWrappers(weights.map((tensor) => tensor.name));
  const byShort = new Map(weights.map((tensor) => [short.get(tensor.name) ?? tensor.name, tensor]));
  const placed = new Set<TensorInfo>();
  const layers: DenseLayer[] = [];
  for (const [name, weight] of byShort) {
    if (weight.shape.length !== 2) continue;
    const bias =
      BIAS_OF.map(([pattern, replacement]) => name.replace(pattern, replacement))
        .filter((candidate) => candidate !== name)
        .map((candidate) => byShort.get(candidate))
        .find((tensor) => tensor?.shape.length === 1 && weight.shape.includes(tensor.shape[0] ?? -1)) ?? null;
    layers.push({ name: name.replace(/[._]?(weights?|kernel)$/, '') || name, weight, bias });
    placed.add(weight);
    if (bias !== null) placed.add(bias);
  }
  return { layers, unplaced: weights.filter((tensor) => !placed.has(tensor)) };
}

interface Step {
  readonly layer: DenseLayer;
  readonly layout: 'out_in' | 'in_out';
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * The order in which the layers' sizes fit: the file's own where it is one of registration, else that of the
 * names as people count, else the only one that fits.
 */
function orderLayers(layers: readonly DenseLayer[]): { chain: Step[]; ambiguous: boolean } | null {
  const counted = [...layers].sort((a, b) => naturalOrder(a.name, b.name));
  const isSorted = layers.every((layer, i) => i === 0 || layers[i - 1]!.weight.name <= layer.weight.name);
  const preferred = isSorted ? [counted] : [layers, counted];
  for (const order of preferred) {
    const chain = fit(order);
    if (chain !== null) {
      const numbered = order.every((layer, i) => i === 0 || i === order.length - 1 || /\d/.test(layer.name));
      return { chain, ambiguous: isSorted && !numbered };
    }
  }
  const found = search([], layers);
  return found.length === 1 ? { chain: found[0] ?? [], ambiguous: false } : null;
}

/** The layers as a chain in this order, each in the first layout that fits what comes before. */
function fit(order: readonly DenseLayer[]): Step[] | null {
  for (const layout of ['out_in', 'in_out'] as const) {
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

function step(layer: DenseLayer, layout: 'out_in' | 'in_out'): Step {
  const [rows = 0, columns = 0] = layer.weight.shape;
  const [outputs, inputs] = layout === 'out_in' ? [rows, columns] : [columns, rows];
  return { layer, layout, inputs, outputs };
}

/** Every order in PyTorch's layout whose sizes fit, given up at the second. */
function search(chain: readonly Step[], rest: readonly DenseLayer[]): Step[][] {
  if (rest.length === 0) return [[...chain]];
  const end = chain.at(-1)?.outputs;
  const found: Step[][] = [];
  for (const layer of rest) {
    const next = step(layer, 'out_in');
    if (end !== undefined && next.inputs !== end) continue;
    found.push(
      ...search(
        [...chain, next],
        rest.filter((other) => other !== layer),
      ),
    );
    if (found.length > 1) break;
  }
  return found;
}

/** The one error for every checkpoint whose graph could not be told: what did not fit, and how to say what it is. */
export function unknownArchitecture(checkpoint: Checkpoint, unplaced: readonly TensorInfo[]): InputError {
  const listed = unplaced.slice(0, 5).map((tensor) => `${tensor.name} [${tensor.shape.join(', ')}]`);
  const more = unplaced.length > listed.length ? ` and ${unplaced.length - listed.length} more` : '';
  return new InputError(
    checkpoint.path,
    `unknown architecture: no place found for ${listed.join(', ')}${more}`,
    'Describe the network in modscope.json, layer by layer: ' +
      '{"model": {"layers": ["flatten", {"dense": "fc1"}, "relu", {"dense": "fc2"}]}}',
  );
}

const ACTIVATION_KEYS = ['activation', 'activation_fn', 'act_fn', 'act', 'nonlinearity', 'non_linearity'];

/** The nonlinearity a hyper-parameter names, looked for at the top and one level down. */
export function activationFromHyperParameters(checkpoint: Checkpoint): NamedActivation | null {
  const levels: Readonly<Record<string, PlainValue>>[] = [checkpoint.hyperParameters];
  for (const value of Object.values(checkpoint.hyperParameters)) {
    if (typeof value === 'object' && value !== null && !isList(value)) levels.push(value);
  }
  for (const level of levels) {
    for (const key of ACTIVATION_KEYS) {
      const value = level[key];
      if (typeof value !== 'string') continue;
      const name = value.toLowerCase().replace(/[^a-z]/g, '');
      const source = `hyper-parameter ${key}`;
      if (name.endsWith('leakyrelu'))
        return { activation: { name: 'leaky_relu', negativeSlope: 0.01 }, source };
      if (name.endsWith('relu')) return { activation: { name: 'relu' }, source };
      throw new InputError(
        checkpoint.path,
        `${source} is ${value}; ReLU and leaky ReLU can be analyzed so far`,
      );
    }
  }
  return null;
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}
