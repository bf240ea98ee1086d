import { InputError } from '../../base/error';
import type { PlainValue } from '../../base/plain-value';
import type { Checkpoint, ModuleNode } from '../../checkpoint/checkpoint';
import { endingNote } from '../ending';
import { ENDINGS } from '../network';
import { activationNamed, type ActivationParameters, KNOWN_ACTIVATIONS } from '../ops/activation';
import { gluAlong } from '../ops/glu';
import type { Pool } from '../ops/pooling';
import type { Steps } from '../ops/window';
import { type Chain, type ChainLayer, flattening } from './chain';
import { EPSILON, LayerTensors, pooling } from './layer-tensors';

/** Does nothing in evaluation mode. */
const INERT = /^(Dropout\d?d?|AlphaDropout|FeatureAlphaDropout|Identity)$/;

/**
 * The layers of a pickled `nn.Sequential` of standard layers, or null where the modules are not one
 * (a class of the user's own: its forward method is code, which is never read).
 * @throws InputError naming a layer that cannot be analyzed
 */
export function chainFromModules(checkpoint: Checkpoint): Chain | null {
  const sequence = checkpoint.modules && sequentialOf(checkpoint.modules);
  if (!sequence) return null;
  const modules = unnested(sequence)
    .map((module) => ({ module, kind: standardClass(module) }))
    .filter(({ kind }) => !INERT.test(kind ?? ''));

  const notes: string[] = [];
  const ending = ENDINGS.find((kind) => kind === modules.at(-1)?.kind);
  if (ending !== undefined) {
    modules.pop();
    notes.push(endingNote(ending));
  }
  if (modules.length === 0) return null;

  const tensors = new LayerTensors(checkpoint);
  const layers = modules.map(({ module, kind }): ChainLayer => {
    const attributes = new ModuleAttributes(checkpoint.path, module);
    const operation = kind === null ? null : moduleOperation(kind, attributes, tensors, module.path);
    if (operation !== null) return { name: module.path, operation };
    throw new InputError(
      checkpoint.path,
      `module ${module.path} is a ${kind ?? module.className}, which cannot be analyzed`,
      `${KNOWN_LAYERS}, ${KNOWN_ACTIVATIONS} can`,
    );
  });
  const chain = { input: null, layers, source: 'the pickled modules', assumptions: [], notes };
  return ending === undefined ? chain : { ...chain, ending };
}

/** The module itself where it is an nn.Sequential, or the only thing in it that is one. */
function sequentialOf(module: ModuleNode): ModuleNode | null {
  if (standardClass(module) === 'Sequential') return module;
  const [child, ...others] = module.children;
  return child !== undefined && others.length === 0 ? sequentialOf(child) : null;
}

function unnested(module: ModuleNode): ModuleNode[] {
  return standardClass(module) === 'Sequential' ? module.children.flatMap(unnested) : [module];
}

/** What a layer computes, read off its attributes and tensors. */
type Reader = (
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
) => ChainLayer['operation'];

const LAYERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Linear', (_, tensors, prefix) => tensors.dense(prefix)],
  ['Conv2d', conv],
  ['BatchNorm1d', batchNorm],
  ['BatchNorm2d', batchNorm],
  ['LayerNorm', layerNorm],
  ['GroupNorm', groupNorm],
  ['MaxPool2d', maxPool],
  ['AvgPool2d', averagePool],
  ['AdaptiveAvgPool2d', (attributes) => adaptivePool('average', attributes)],
  ['AdaptiveMaxPool2d', (attributes) => adaptivePool('max', attributes)],
  ['Flatten', flatten],
  ['PReLU', (_, tensors, prefix) => tensors.prelu(prefix)],
  ['GLU', glu],
]);

/** For messages, beside the nonlinearities. */
const KNOWN_LAYERS = [...LAYERS.keys(), 'Dropout', 'Identity'].join(', ');

/** The class of a standard layer, e.g. "Conv2d"; null for every other class, whatever its name. */
function standardClass({ className }: ModuleNode): string | null {
  return /^torch\.nn\.modules\.\w+\.(\w+)$/.exec(className)?.[1] ?? null;
}

/**
 * @param prefix of its tensors
 * @returns null for a class that is not known
 * @throws InputError for attributes that cannot be analyzed, and tensors that are not there
 */
function moduleOperation(
  kind: string,
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
): ChainLayer['operation'] | null {
  const activation = activationNamed(kind, attributes);
  if (activation !== null) return { kind: 'activation', activation };
  return LAYERS.get(kind)?.(attributes, tensors, prefix) ?? null;
}

function conv(attributes: ModuleAttributes, tensors: LayerTensors, prefix: string): ChainLayer['operation'] {
  attributes.choice('padding_mode', 'zeros');
  return tensors.conv(prefix, {
    strides: attributes.pair('stride', 1, 1),
    padding: attributes.padding(),
    dilations: attributes.pair('dilation', 1, 1),
    groups: attributes.size('groups', 1),
  });
}

function batchNorm(
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
): ChainLayer['operation'] {
  attributes.choice('track_running_stats', true);
  return tensors.batchNorm(prefix, attributes.number('eps', EPSILON));
}

function layerNorm(
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
): ChainLayer['operation'] {
  const epsilon = attributes.number('eps', EPSILON);
  if (attributes.choice('elementwise_affine', true, false)) return tensors.layerNorm(prefix, epsilon);
  const dimensions = attributes.length('normalized_shape');
  return { kind: 'layer_norm', dimensions, weight: null, bias: null, epsilon };
}

function groupNorm(
  attributes: ModuleAttributes,
  tensors: LayerTensors,
  prefix: string,
): ChainLayer['operation'] {
  const groups = attributes.size('num_groups', 1);
  const epsilon = attributes.number('eps', EPSILON);
  if (attributes.choice('affine', true, false)) return tensors.groupNorm(prefix, groups, epsilon);
  return { kind: 'group_norm', groups, weight: null, bias: null, epsilon };
}

function maxPool(attributes: ModuleAttributes): ChainLayer['operation'] {
  attributes.choice('return_indices', false);
  const { kernel, ...windows } = windowsOf(attributes);
  return pooling('max', kernel, { ...windows, dilations: attributes.pair('dilation', 1, 1) });
}

function averagePool(attributes: ModuleAttributes): ChainLayer['operation'] {
  attributes.choice('divisor_override', null);
  const { kernel, ...windows } = windowsOf(attributes);
  return pooling('average', kernel, {
    ...windows,
    countPads: attributes.choice('count_include_pad', true, false),
  });
}

function windowsOf(attributes: ModuleAttributes): {
  readonly kernel: Steps;
  readonly strides: Steps;
  readonly padding: Steps;
  readonly ceil: boolean;
} {
  const kernel = attributes.pair('kernel_size', 1);
  return {
    kernel,
    strides: attributes.pair('stride', 1, kernel),
    padding: attributes.pair('padding', 0, 0),
    ceil: attributes.choice('ceil_mode', false, true),
  };
}

/** Only where the windows are all of one size and do not overlap. */
function adaptivePool(mode: Pool['mode'], attributes: ModuleAttributes): ChainLayer['operation'] {
  const [rows, columns] = attributes.pair('output_size', 1);
  return (input) => {
    const [, height = NaN, width = NaN] = input;
    if (height % rows !== 0 || width % columns !== 0)
      return attributes.fail('output_size', `sizes that divide those of its input, [${input.join(', ')}],`);
    return pooling(mode, [height / rows, width / columns]);
  };
}

function flatten(attributes: ModuleAttributes): ChainLayer['operation'] {
  attributes.choice('start_dim', 1);
  attributes.choice('end_dim', -1);
  return flattening;
}

function glu(attributes: ModuleAttributes): ChainLayer['operation'] {
  const dimension = attributes.integer('dim', -1);
  return (input) =>
    gluAlong(dimension, input, { name: 'sigmoid' }, 'second') ??
    attributes.fail('dim', `a dimension of [samples, ${input.join(', ')}] other than the samples`);
}

/**
 * The attributes of one pickled module, with PyTorch's defaults where one is absent, as in files from before there was
 * it. InputError names the module and the attribute that is not what it can be.
 */
class ModuleAttributes implements ActivationParameters {
  constructor(
    private readonly file: string,
    private readonly module: ModuleNode,
  ) {}

  number(name: string, otherwise: number): number {
    const value = this.#get(name) ?? otherwise;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.fail(name, 'a number');
  }

  integer(name: string, otherwise: number): number {
    const value = this.#get(name) ?? otherwise;
    return typeof value === 'number' && Number.isSafeInteger(value)
      ? value
      : this.fail(name, 'a whole number');
  }

  size(name: string, otherwise: number): number {
    const value = this.#get(name) ?? otherwise;
    return isSize(value, 1) ? value : this.fail(name, 'a size');
  }

  /** A size for both directions, or one for each. */
  pair(name: string, least: 0 | 1, otherwise?: number | Steps): Steps {
    const value = this.#get(name) ?? otherwise ?? null;
    const [vertical, horizontal, ...rest] = isList(value) ? value : [value, value];
    if (rest.length > 0 || !isSize(vertical, least) || !isSize(horizontal, least))
      return this.fail(name, 'one or two sizes');
    return [vertical, horizontal];
  }

  /** A convolution's: sizes or a word. */
  padding(): Steps | 'same' {
    const word = this.#get('padding');
    if (word === 'same') return word;
    return word === 'valid' ? [0, 0] : this.pair('padding', 0, 0);
  }

  /** How many sizes a list has. */
  length(name: string): number {
    const value = this.#get(name);
    return isList(value) ? value.length : this.fail(name, 'a list');
  }

  /** One of what it may be, the default first. */
  choice<const T extends string | number | boolean | null>(name: string, ...known: readonly [T, ...T[]]): T {
    const value = this.#get(name);
    if (value === undefined) return known[0];
    const index = known.findIndex((one) => one === value);
    return index < 0 ? this.fail(name, known.map(String).join(' or ')) : known[index]!;
  }

  fail(name: string, wanted: string): never {
    const { path, attributes } = this.module;
    const value = JSON.stringify(attributes[name] ?? null).slice(0, 80);
    throw new InputError(this.file, `${name} of module ${path} is ${value}; only ${wanted} can be analyzed`);
  }

  #get(name: string): PlainValue | undefined {
    return this.module.attributes[name];
  }
}

function isList(value: PlainValue | undefined): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function isSize(value: PlainValue | undefined, least: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}
