import { InputError } from '../../../base/error';
import type { ModuleNode } from '../../checkpoint';
import { asDictionary, keyName, toPlainRecord } from '../pickle/plain';
import { Opaque, type PickleValue, Stub } from '../pickle/value';
import { TensorRef } from './torch-tensor';

/** Under which key trainers keep the model, the surest first. */
const MODEL_KEYS: readonly PickleValue[] = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'module',
  'net',
  'network',
  'params',
  'weights',
  'model_weights',
];

/** Keys of what looks like weights and belongs to the training. */
const TRAINING =
  /(?:^|[^a-z])(?:optim[a-z]*|sched[a-z]*|callbacks?|scaler|loops?|rng|[a-z]*moment[a-z]*)(?:[^a-z]|$)/i;

/** Averaged copies of the model: "params_ema", "swa_state". In a state dict, "model_ema.decay", "ema.conv.weight". */
const AVERAGED_KEY = /(?:^|[^a-z])(?:ema|swa|averaged?)(?:[^a-z]|$)/i;
const AVERAGED_NAME = /^(?:[^.]+\.)?(?:[^.]*_)?ema(?:_[^.]*)?\./;

/** How deep the model may be hidden: {'checkpoint': {'model': {'state_dict': …}}}. */
const DEEPEST_STATE = 4;

/**
 * The model's state in whatever torch.save was given: a module, a bare state dict or list of tensors, a
 * trainer's dictionary with one inside, several networks.
 * @throws InputError for a module tree that is too large
 */
export function findState(file: string, root: PickleValue): ModuleContents | undefined {
  return new StateSearch(file).find(root, true, 0);
}

class StateSearch {
  /** What was searched once is not searched again, wherever else it stands. */
  readonly #searched = new Set<PickleValue>();

  constructor(private readonly file: string) {}

  /** @param listed whether a list of tensors will do */
  find(value: PickleValue | undefined, listed: boolean, depth: number): ModuleContents | undefined {
    if (value === undefined || this.#searched.has(value)) return undefined;
    this.#searched.add(value);
    if (isModule(value)) return readModule(this.file, value);
    if (isScriptModule(value)) return readScriptModule(this.file, value);
    const entries = listed && Array.isArray(value) ? new Map(value.entries()) : asDictionary(value);
    // An optimizer's state is known by its groups of parameters.
    if (entries === undefined || entries.has('param_groups') || depth > DEEPEST_STATE) return undefined;
    for (const key of MODEL_KEYS) {
      const found = this.find(entries.get(key), true, depth + 1);
      if (found) return found;
    }
    const direct = separated(entries);
    const nested = this.#networks(entries, depth);
    // A state dict may hold a few things that are no tensors, a trainer's dictionary a few tensors.
    return nested && nested.state.length > (direct?.state.length ?? 0) ? nested : direct;
  }

  /** {'generator': …, 'discriminator': …, 'optimizer': …}. Averaged copies serve where there is nothing else. */
  #networks(entries: Dictionary, depth: number): ModuleContents | undefined {
    const named = [...entries].map(([key, value]) => [keyName(key), value] as const);
    const candidates = named.filter(([name]) => !TRAINING.test(name));
    const averaged = ([name]: readonly [string, PickleValue]) => AVERAGED_KEY.test(name);
    const find = (some: typeof candidates) =>
      joined(
        some.flatMap(([name, value]) => {
          const found = this.find(value, false, depth + 1);
          return found ? [[name, found] as const] : [];
        }),
      );
    return find(candidates.filter((entry) => !averaged(entry))) ?? find(candidates.filter(averaged));
  }
}

/** Each network's key heads its names, unless it is alone. */
function joined(networks: readonly (readonly [string, ModuleContents])[]): ModuleContents | undefined {
  if (networks.length <= 1) return networks[0]?.[1];
  const all = (which: 'state' | 'others') =>
    networks.flatMap(([name, found]) =>
      found[which].map(([inner, tensor]): NamedTensor => [`${name}.${inner}`, tensor]),
    );
  return { state: all('state'), others: all('others') };
}

/** The tensors of a state dict, of which some may be averaged copies of others. */
function separated(entries: Dictionary): ModuleContents | undefined {
  const tensors: NamedTensor[] = [];
  for (const [key, value] of entries) if (value instanceof TensorRef) tensors.push([keyName(key), value]);
  if (tensors.length === 0) return undefined;
  const state = tensors.filter(([name]) => !AVERAGED_NAME.test(name));
  if (state.length === 0) return { state: tensors, others: [] };
  return { state, others: tensors.filter(([name]) => AVERAGED_NAME.test(name)) };
}

/** Modules, and how deep they nest: far more than any network has, and little enough for memory. */
const MOST_MODULES = 20_000;
const DEEPEST_MODULE = 100;
/** Values shown of a module's attributes. */
const MOST_ATTRIBUTES = 500;

/** What a whole-module pickle holds: its tree, and its tensors under the names `state_dict()` would give them. */
interface ModuleContents {
  /** Absent for TorchScript, where the attributes that matter are in code. */
  readonly tree?: ModuleNode;
  readonly state: readonly NamedTensor[];
  /** Buffers that `state_dict()` leaves out. */
  readonly others: readonly NamedTensor[];
}

type Dictionary = ReadonlyMap<PickleValue, PickleValue>;

/** A pickled `torch.nn.Module`, whatever its class. */
function isModule(value: PickleValue | undefined): value is Stub {
  return value instanceof Stub && value.attributes().get('_modules') instanceof Map;
}

/** A module of a TorchScript file. */
function isScriptModule(value: PickleValue | undefined): value is Stub {
  return value instanceof Stub && value.name.startsWith('__torch__.');
}

/** @throws InputError for a tree that is too large, or contains itself */
function readModule(file: string, root: Stub): ModuleContents {
  const reader = new ModuleReader(file);
  const tree = reader.read(root, '', 0);
  return { tree, state: reader.state, others: reader.others };
}

class ModuleReader {
  readonly state: NamedTensor[] = [];
  readonly others: NamedTensor[] = [];
  #modules = 0;

  constructor(private readonly file: string) {}

  read(module: Stub, path: string, depth: number): ModuleNode {
    // A module may stand in several places, and state_dict() lists it in each; so only size tells of a cycle.
    if (++this.#modules > MOST_MODULES || depth > DEEPEST_MODULE)
      throw new InputError(
        this.file,
        `its module tree is too large, at ${JSON.stringify(path.slice(0, 80))}`,
      );
    const parts = module.attributes();
    this.#tensors(part(parts, '_parameters'), path, new Set());
    this.#tensors(part(parts, '_buffers'), path, parts.get('_non_persistent_buffers_set'));
    const children: ModuleNode[] = [];
    for (const [key, child] of part(parts, '_modules'))
      if (isModule(child)) children.push(this.read(child, join(path, keyName(key)), depth + 1));
    return { className: module.name, path, attributes: plainAttributes(parts), children };
  }

  #tensors(dictionary: Dictionary, path: string, left: PickleValue | undefined): void {
    for (const [key, value] of dictionary) {
      if (!(value instanceof TensorRef)) continue;
      const omitted = left instanceof Set && left.has(key);
      (omitted ? this.others : this.state).push([join(path, keyName(key)), value]);
    }
  }
}

/**
 * The tensors of a TorchScript module: attributes directly, modules and tensors in one.
 * @throws InputError for a tree that is too large, or contains itself
 */
function readScriptModule(file: string, root: Stub): ModuleContents {
  const state: NamedTensor[] = [];
  let modules = 0;
  const read = (module: Stub, path: string, depth: number): void => {
    if (++modules > MOST_MODULES || depth > DEEPEST_MODULE)
      throw new InputError(file, `its module tree is too large, at ${JSON.stringify(path.slice(0, 80))}`);
    for (const [key, value] of module.attributes()) {
      const name = join(path, keyName(key));
      if (value instanceof TensorRef) state.push([name, value]);
      else if (isScriptModule(value)) read(value, name, depth + 1);
    }
  };
  read(root, '', 0);
  return { state, others: [] };
}

function part(attributes: Dictionary, name: string): Dictionary {
  const value = attributes.get(name);
  return value instanceof Map ? value : new Map<PickleValue, PickleValue>();
}

/** Without what nn.Module keeps for itself (`_hooks` and the like), tensors and modules. */
function plainAttributes(attributes: Dictionary): ModuleNode['attributes'] {
  const plain = [...attributes].filter(
    ([key, value]) => !keyName(key).startsWith('_') && !(value instanceof TensorRef) && !isModule(value),
  );
  return toPlainRecord(new Map(plain), MOST_ATTRIBUTES);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

export type NamedTensor = readonly [name: string, tensor: TensorRef];

/** What is inside a value and may hold tensors, by name. */
function* inside(value: PickleValue | readonly PickleValue[]): Generator<[string, PickleValue]> {
  if (value instanceof Stub) {
    for (const part of [value.args, value.items, value.entries, value.state]) if (part) yield* inside(part);
  } else if (value instanceof Map) {
    for (const [key, item] of value) if (mayHoldTensors(item)) yield [keyName(key), item];
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) if (mayHoldTensors(item)) yield [String(index), item];
  }
}

function mayHoldTensors(value: PickleValue): boolean {
  if (value instanceof Opaque) return value instanceof Stub || value instanceof TensorRef;
  return Array.isArray(value) || value instanceof Map;
}

/**
 * All tensors inside a value in file order, named by their path: "optimizer_states.0.state.0.exp_avg".
 * A container is entered once, however often it is shared, so this is linear in the size of the pickle.
 */
export function* tensorsInside(root: PickleValue): Generator<NamedTensor> {
  const seen = new Set<PickleValue>();
  const waiting: [string, PickleValue][] = [['', root]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [name, item] = next;
    if (item instanceof TensorRef) yield [name, item];
    else if (!seen.has(item)) {
      seen.add(item);
      const children = [...inside(item)].filter(([, child]) => mayHoldTensors(child));
      for (const [key, child] of children.reverse())
        waiting.push([name === '' ? key : `${name}.${key}`, child]);
    }
  }
}
