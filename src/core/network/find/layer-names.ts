import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';
import type { Shape } from '../../tensor/shape';
import { naturalOrder, stripWrappers } from '../network';
import type { Dense } from '../ops/dense';
import { EPSILON } from './layer-tensors';

/** A layer with its tensors, as their names tell. */
export interface NamedLayer {
  /** e.g. "fc1", "dense_2", "W1", "arr_4". */
  readonly name: string;
  readonly weight: TensorInfo;
  readonly bias: TensorInfo | null;
  /** How the weight lies by its name: `kernel` is [inputs, outputs], `weight` [outputs, inputs]; null where that says nothing. */
  readonly layout: Dense['layout'] | null;
}

/** A norm, of which PyTorch, Keras and Flax name the parts each in a way of their own. */
export interface NamedNorm {
  readonly name: string;
  readonly kind: 'batch_norm' | 'layer_norm';
  readonly scale: TensorInfo | null;
  readonly shift: TensorInfo | null;
  readonly mean: TensorInfo | null;
  readonly variance: TensorInfo | null;
  readonly size: number;
  /** The framework's own, which is in no file. */
  readonly epsilon: number;
}

export interface NamedParts {
  /** In file order, by their first tensor. */
  readonly layers: readonly NamedLayer[];
  readonly norms: readonly NamedNorm[];
  /** Layers' and norms' names in file order. */
  readonly order: readonly string[];
  /** Whether the order of the layers in the file is that of the alphabet, which says nothing. */
  readonly sorted: boolean;
  /** Tensors with no place in a layer. */
  readonly unplaced: readonly TensorInfo[];
  /** Whether there are no names at all: arr_0, arr_1, … */
  readonly nameless: boolean;
}

type Part = 'weight' | 'bias' | 'scale' | 'shift' | 'mean' | 'variance';

/** A part of a layer, with what its name says beside. */
interface Naming {
  readonly part: Part;
  readonly layout: Dense['layout'] | null;
  /** Whose name it is. */
  readonly style: 'torch' | 'keras' | 'flax' | null;
}

/** The last part of a name. `weight` and `bias` may be those of a norm. */
const PARTS: ReadonlyMap<string, Naming> = new Map<string, Naming>([
  ['weight', { part: 'weight', layout: 'out_in', style: 'torch' }],
  ['kernel', { part: 'weight', layout: 'in_out', style: null }],
  ['weights', { part: 'weight', layout: null, style: null }],
  ['W', { part: 'weight', layout: null, style: null }],
  ['w', { part: 'weight', layout: null, style: null }],
  ['coefs', { part: 'weight', layout: 'in_out', style: null }],
  ['bias', { part: 'bias', layout: null, style: null }],
  ['biases', { part: 'bias', layout: null, style: null }],
  ['b', { part: 'bias', layout: null, style: null }],
  ['intercepts', { part: 'bias', layout: null, style: null }],
  ['gamma', { part: 'scale', layout: null, style: 'keras' }],
  ['beta', { part: 'shift', layout: null, style: 'keras' }],
  ['moving_mean', { part: 'mean', layout: null, style: 'keras' }],
  ['moving_variance', { part: 'variance', layout: null, style: 'keras' }],
  ['scale', { part: 'scale', layout: null, style: 'flax' }],
  ['offset', { part: 'shift', layout: null, style: null }],
  ['mean', { part: 'mean', layout: null, style: 'flax' }],
  ['var', { part: 'variance', layout: null, style: 'flax' }],
  ['running_mean', { part: 'mean', layout: null, style: 'torch' }],
  ['running_var', { part: 'variance', layout: null, style: 'torch' }],
]);

/** Flax and Keras keep tensors of one layer in several collections. */
const COLLECTION = /^(?:params|batch_stats|_layer_checkpoint_dependencies)[./]/;

/** Longer names are taken for nothing: patterns would take long. */
const MAX_NAME = 500;

/** Compares names as people count, module by module: "dense/dense" before "dense_2/dense_2". */
export function byName(a: string, b: string): number {
  const [left, right] = [a.split(/[./]/), b.split(/[./]/)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = naturalOrder(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Counts batches in training; nothing is computed with it. */
export function isCounter(name: string): boolean {
  return /(?:^|[./])num_batches_tracked$/.test(name);
}

/** The layers of a checkpoint's weights, by their names and numbers of dimensions. */
export function namedParts(checkpoint: Checkpoint): NamedParts {
  const weights = [...checkpoint.tensors.values()].filter(
    ({ role, name }) => role === 'weight' && !isCounter(name),
  );
  const nameless = weights.length > 0 && weights.every(({ name }) => /^(?:arr_)?\d+$/.test(name));
  return nameless ? partsByOrder(weights) : partsByName(weights);
}

interface Group {
  readonly name: string;
  readonly parts: Map<Part, { readonly info: TensorInfo; readonly naming: Naming }>;
}

function partsByName(weights: readonly TensorInfo[]): NamedParts {
  const short = stripWrappers(weights.map(({ name }) => name));
  const groups = new Map<string, Group>();
  const unplaced: TensorInfo[] = [];
  for (const info of weights) {
    const read = readName(short.get(info.name) ?? info.name, info.shape);
    const group = groups.get(read.key) ?? { name: read.name, parts: new Map() };
    if (read.naming === null || group.parts.has(read.naming.part)) {
      unplaced.push(info);
      continue;
    }
    groups.set(read.key, read.naming.part === 'weight' ? { ...group, name: read.name } : group);
    group.parts.set(read.naming.part, { info, naming: read.naming });
  }
  const [layers, norms, order]: [NamedLayer[], NamedNorm[], string[]] = [[], [], []];
  for (const group of groups.values()) {
    const made = layerOf(group) ?? normOf(group);
    if (made === null) unplaced.push(...[...group.parts.values()].map(({ info }) => info));
    else {
      if ('kind' in made) norms.push(made);
      else layers.push(made);
      order.push(made.name);
    }
  }
  const sorted = layers.every(({ weight }, i) => i === 0 || layers[i - 1]!.weight.name <= weight.name);
  return { layers, norms, order, sorted, unplaced, nameless: false };
}

/** What a name says: the layer's name, what is the same in the names of its parts, and which part this is. */
function readName(
  full: string,
  shape: Shape,
): { readonly key: string; readonly name: string; readonly naming: Naming | null } {
  if (full.length > MAX_NAME) return { key: full, name: full, naming: null };
  const name = full
    .replace(/:\d+$/, '')
    .replaceAll(/\/~(?=\/)/g, '')
    .replace(COLLECTION, '');
  const vars = /^(.*)[./]vars[./](\d+)$/.exec(name);
  if (vars !== null) {
    const [, layer = '', index = ''] = vars;
    return { key: layer, name: layer, naming: partOfVariable(Number(index), shape) };
  }
  // "fc1.weight", "dense/kernel", "fc1_weight"
  const [, layer, last = ''] = /^(.+?)[./]([^./]+)$/.exec(withLastDot(name)) ?? [];
  const naming = PARTS.get(last);
  if (layer !== undefined && naming !== undefined)
    return { key: layer, name: layer, naming: byLayer(naming, last, name, layer) };
  // "W1", "coefs_0", "weights.2", "hidden/b_1"
  const [, before = '', word = '', number = ''] = /^(|.*?[./_])([A-Za-z]+)[._/]?(\d*)$/.exec(name) ?? [];
  const numbered = PARTS.get(word);
  if (numbered !== undefined)
    return { key: `${before}#${number}`, name, naming: byLayer(numbered, word, name, before) };
  // What is a matrix and has a name that says nothing is a layer by itself.
  return {
    key: name,
    name,
    naming: shape.length >= 2 ? { part: 'weight', layout: null, style: null } : null,
  };
}

/** With a dot before a last part that is joined by an underscore: "fc1_weight", "fc1_running_mean". */
function withLastDot(name: string): string {
  return name.replace(/_(weights?|kernel|bias(?:es)?|running_mean|running_var|gamma|beta|w|b|W)$/, '.$1');
}

/** Where a name means one thing in one framework and another in the next. */
function byLayer(naming: Naming, word: string, name: string, layer: string): Naming {
  // haiku's modules are called linear, linear_1, …; TensorFlow's scopes end in weights and biases.
  const isHaiku = word === 'w' && /(?:^|[./])linear(?:_\d+)?[./]?$/.test(layer);
  const isScope = word === 'weights' && name.includes('/');
  return isHaiku || isScope ? { ...naming, layout: 'in_out' } : naming;
}

/** Keras numbers the variables of a layer: kernel, bias; or gamma, beta, moving mean, moving variance. */
function partOfVariable(index: number, shape: Shape): Naming | null {
  if (shape.length >= 2) return index === 0 ? (PARTS.get('kernel') ?? null) : null;
  // A bias is the second variable of a layer with a kernel, and beta that of a norm: layerOf and normOf tell them apart.
  return PARTS.get(['gamma', 'bias', 'moving_mean', 'moving_variance'][index] ?? '') ?? null;
}

function layerOf({ name, parts }: Group): NamedLayer | null {
  const weight = parts.get('weight');
  if (weight === undefined || weight.info.shape.length < 2) return null;
  const bias = parts.get('bias')?.info ?? null;
  if (parts.size > (bias === null ? 1 : 2) || (bias !== null && bias.shape.length !== 1)) return null;
  const shown = name.replace(/[._/]?(weights?|kernel)$/, '') || name;
  return { name: shown, weight: weight.info, bias, layout: weight.naming.layout };
}

/** Keras's epsilon of both norms; of Flax's layer norm. */
const KERAS_EPSILON = 1e-3;
const FLAX_LAYER_EPSILON = 1e-6;

function normOf({ name, parts }: Group): NamedNorm | null {
  const info = (part: Part): TensorInfo | null => parts.get(part)?.info ?? null;
  const [scale, shift] = [info('scale') ?? info('weight'), info('shift') ?? info('bias')];
  const [mean, variance] = [info('mean'), info('variance')];
  const present = [scale, shift, mean, variance].filter((part) => part !== null);
  const [size] = present[0]?.shape ?? [];
  const isVector = present.every(({ shape }) => shape.length === 1 && shape[0] === size);
  if (size === undefined || !isVector || present.length !== parts.size) return null;
  const styles = new Set([...parts.values()].map(({ naming }) => naming.style));
  if (mean !== null && variance !== null) {
    const epsilon = styles.has('keras') ? KERAS_EPSILON : EPSILON;
    return { name, kind: 'batch_norm', scale, shift, mean, variance, size, epsilon };
  }
  // A batch norm whose statistics are not there, and a norm of groups, cannot be told from their scale and shift.
  const isOther = /(?:^|[._/])(?:bn|batch|group|instance|gn|rms)/i.test(name);
  if (scale === null || shift === null || mean !== null || variance !== null || isOther) return null;
  const epsilon = styles.has('keras') ? KERAS_EPSILON : styles.has('flax') ? FLAX_LAYER_EPSILON : EPSILON;
  return { name, kind: 'layer_norm', scale, shift, mean, variance, size, epsilon };
}

/**
 * Arrays without names, as numpy.savez gives them numbers: each matrix begins a layer, and a vector after it is its bias. Four
 * more are a batch norm as Keras lists it.
 */
function partsByOrder(weights: readonly TensorInfo[]): NamedParts {
  const counted = [...weights].sort((a, b) => naturalOrder(a.name, b.name));
  const runs: TensorInfo[][] = [];
  for (const info of counted) {
    const run = runs.at(-1);
    if (info.shape.length >= 2 || run === undefined) runs.push([info]);
    else run.push(info);
  }
  const [layers, norms, order, unplaced]: [NamedLayer[], NamedNorm[], string[], TensorInfo[]] = [
    [],
    [],
    [],
    [],
  ];
  for (const [weight, bias = null, scale, shift, mean, variance, ...more] of runs) {
    if (weight === undefined) continue;
    const name = weight.name;
    layers.push({ name, weight, bias, layout: null });
    order.push(name);
    if (scale === undefined) continue;
    const size = scale.shape[0] ?? 0;
    if (weight.shape.length < 2 || !shift || !mean || !variance || more.length > 0) unplaced.push(scale);
    else {
      const parts = { scale, shift, mean, variance, size, epsilon: KERAS_EPSILON };
      norms.push({ name: scale.name, kind: 'batch_norm', ...parts });
      order.push(scale.name);
    }
  }
  const odd = layers.filter(({ weight }) => weight.shape.length < 2).map(({ weight }) => weight);
  return { layers, norms, order, sorted: false, unplaced: [...unplaced, ...odd], nameless: true };
}

/**
 * Shapes by names without wrappers and without what all names begin with, e.g. "backbone."
 * @returns the latter beside: names with it are those of `LayerTensors`
 */
export function shortShapes(checkpoint: Checkpoint): {
  readonly prefix: string;
  readonly shapes: ReadonlyMap<string, Shape>;
} {
  const weights = [...checkpoint.tensors.values()].filter(({ role }) => role === 'weight');
  const short = stripWrappers(weights.map(({ name }) => name));
  const names = weights.map(({ name }) => short.get(name) ?? name);
  let prefix = '';
  for (;;) {
    const next: string | undefined = /^[^.]+\./.exec(names[0]?.slice(prefix.length) ?? '')?.[0];
    const longer = prefix + (next ?? '');
    if (next === undefined || !names.every((name) => name.startsWith(longer))) break;
    prefix = longer;
  }
  const shapes = weights.map(({ name, shape }): [string, Shape] => [
    (short.get(name) ?? name).slice(prefix.length),
    shape,
  ]);
  return { prefix, shapes: new Map(shapes) };
}
