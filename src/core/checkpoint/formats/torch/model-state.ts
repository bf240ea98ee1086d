import { InputError } from '../../../base/error';
import { quote } from '../../../base/text';
import type { ModuleNode, ScriptAttribute, ScriptObject } from '../../checkpoint';
import { asDictionary, keyName, toPlainRecord } from '../pickle/plain';
import { Opaque, type PickleDictionary, type PickleValue, Stub } from '../pickle/value';
import { TensorRef } from './torch-tensor';

export type NamedTensor = readonly [name: string, tensor: TensorRef];

/** A model's tensors under the names that `state_dict()` gives them. */
interface ModelState {
  /** The module tree; absent for a state dict and for TorchScript. */
  readonly tree?: ModuleNode;
  /** The module of a TorchScript file. */
  readonly script?: ScriptObject;
  readonly state: readonly NamedTensor[];
  /** What `state_dict()` leaves out: some buffers, averaged copies. */
  readonly others: readonly NamedTensor[];
}

/** The keys under which trainers keep the model, the surest first. */
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

/** A key of what looks like weights and belongs to the training. */
const TRAINING_KEY =
  /(?:^|[^a-z])(?:optim[a-z]*|sched[a-z]*|callbacks?|scaler|loops?|rng|[a-z]*moment[a-z]*)(?:[^a-z]|$)/i;

/** The key of an averaged copy of the model: "params_ema", "swa_state". */
const AVERAGED_KEY = /(?:^|[^a-z])(?:ema|swa|averaged?)(?:[^a-z]|$)/i;
/** A name in a state dict that belongs to one: "model_ema.decay", "ema.conv.weight". */
const AVERAGED_NAME = /^(?:[^.]+\.)?(?:[^.]*_)?ema(?:_[^.]*)?\./;

/** How deep a model may be hidden: {'checkpoint': {'model': {'state_dict': …}}}. */
const MAX_STATE_DEPTH = 4;

/**
 * Finds the model's state in whatever torch.save was given: a module, a bare state dict or list of tensors, a trainer's
 * dictionary with one inside, or several networks.
 * @returns undefined where there is none
 * @throws InputError for a module tree that is too large
 */
export function findState(file: string, root: PickleValue): ModelState | undefined {
  return new StateSearch(file).find(root, true, 0);
}

class StateSearch {
  /** Values that were searched: none is searched twice, however often it is shared. */
  readonly #searched = new Set<PickleValue>();

  constructor(private readonly file: string) {}

  /** @param listed whether a list of tensors counts as a state */
  find(value: PickleValue | undefined, listed: boolean, depth: number): ModelState | undefined {
    if (value === undefined || this.#searched.has(value)) return undefined;
    this.#searched.add(value);
    if (isModule(value)) return new ModuleReader(this.file).read(value);
    if (isScriptModule(value)) return new ModuleReader(this.file).readScript(value);
    const entries = listed && Array.isArray(value) ? new Map(value.entries()) : asDictionary(value);
    // An optimizer's state is known by its groups of parameters.
    if (entries === undefined || entries.has('param_groups') || depth > MAX_STATE_DEPTH) return undefined;
    for (const key of MODEL_KEYS) {
      const found = this.find(entries.get(key), true, depth + 1);
      if (found) return found;
    }
    const direct = separated(entries);
    const nested = this.#networks(entries, depth);
    // A state dict may hold a few things besides tensors, and a trainer's dictionary a few tensors: the larger is meant.
    return nested && nested.state.length > (direct?.state.length ?? 0) ? nested : direct;
  }

  /** {'generator': …, 'discriminator': …, 'optimizer': …}. Averaged copies serve where there is nothing else. */
  #networks(entries: PickleDictionary, depth: number): ModelState | undefined {
    const named = [...entries].map(([key, value]) => [keyName(key), value] as const);
    const candidates = named.filter(([name]) => !TRAINING_KEY.test(name));
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

/** The states of several networks in one. Each network's key heads its names, unless it is alone. */
function joined(networks: readonly (readonly [string, ModelState])[]): ModelState | undefined {
  if (networks.length <= 1) return networks[0]?.[1];
  const all = (which: 'state' | 'others') =>
    networks.flatMap(([name, found]) =>
      found[which].map(([inner, tensor]): NamedTensor => [`${name}.${inner}`, tensor]),
    );
  return { state: all('state'), others: all('others') };
}

/** The tensors of a state dict, of which some may be averaged copies of others. */
function separated(entries: PickleDictionary): ModelState | undefined {
  const tensors: NamedTensor[] = [];
  for (const [key, value] of entries) if (value instanceof TensorRef) tensors.push([keyName(key), value]);
  if (tensors.length === 0) return undefined;
  const state = tensors.filter(([name]) => !AVERAGED_NAME.test(name));
  if (state.length === 0) return { state: tensors, others: [] };
  return { state, others: tensors.filter(([name]) => AVERAGED_NAME.test(name)) };
}

/** A pickled `torch.nn.Module`, whatever its class. */
function isModule(value: PickleValue | undefined): value is Stub {
  return value instanceof Stub && value.attributes().get('_modules') instanceof Map;
}

/** A module of a TorchScript file. */
function isScriptModule(value: PickleValue | undefined): value is Stub {
  return value instanceof Stub && value.name.startsWith('__torch__.');
}

/** Modules in a tree, and how deep they nest: far more than any network has, and little enough for memory. */
const MAX_MODULES = 20_000;
const MAX_MODULE_DEPTH = 100;
/** Values shown of a module's attributes. */
const MAX_ATTRIBUTES = 500;

/** Reads one tree of modules. */
class ModuleReader {
  readonly #state: NamedTensor[] = [];
  readonly #others: NamedTensor[] = [];
  #modules = 0;

  constructor(private readonly file: string) {}

  /** @throws InputError for a tree that is too large, or contains itself */
  read(root: Stub): ModelState {
    const tree = this.#module(root, '', 0);
    return { tree, state: this.#state, others: this.#others };
  }

  /**
   * A TorchScript module keeps modules and tensors alike as attributes.
   * @throws InputError for a tree that is too large, or contains itself
   */
  readScript(root: Stub): ModelState {
    const script = this.#scriptModule(root, '', 0);
    return { script, state: this.#state, others: this.#others };
  }

  #module(module: Stub, path: string, depth: number): ModuleNode {
    this.#enter(path, depth);
    const attributes = module.attributes();
    this.#tensors(part(attributes, '_parameters'), path, new Set());
    this.#tensors(part(attributes, '_buffers'), path, attributes.get('_non_persistent_buffers_set'));
    const children: ModuleNode[] = [];
    for (const [key, child] of part(attributes, '_modules'))
      if (isModule(child)) children.push(this.#module(child, join(path, keyName(key)), depth + 1));
    return { className: module.name, path, attributes: plainAttributes(attributes), children };
  }

  /** @param omitted the keys that `state_dict()` leaves out */
  #tensors(dictionary: PickleDictionary, path: string, omitted: PickleValue | undefined): void {
    for (const [key, value] of dictionary) {
      if (!(value instanceof TensorRef)) continue;
      const list = omitted instanceof Set && omitted.has(key) ? this.#others : this.#state;
      list.push([join(path, keyName(key)), value]);
    }
  }

  #scriptModule(module: Stub, path: string, depth: number): ScriptObject {
    this.#enter(path, depth);
    const attributes = new Map<string, ScriptAttribute>();
    for (const [key, value] of module.attributes()) {
      const name = keyName(key);
      // A path is taken apart at its dots, so that two attributes could be one tensor.
      if (name.includes('.'))
        throw new InputError(this.file, `a module has the attribute ${quote(name)}, which is no name`);
      attributes.set(name, this.#scriptAttribute(value, join(path, name), depth + 1));
    }
    return { className: module.name, path, attributes };
  }

  /** Tensors in lists are none of the state, as in `state_dict()`. */
  #scriptAttribute(value: PickleValue, path: string, depth: number): ScriptAttribute {
    if (value instanceof TensorRef) {
      this.#state.push([path, value]);
      return { tensor: path };
    }
    if (isScriptModule(value)) return this.#scriptModule(value, path, depth);
    if (Array.isArray(value)) {
      this.#enter(path, depth);
      return value
        .slice(0, MAX_ATTRIBUTES)
        .map((item) =>
          item instanceof TensorRef ? undefined : this.#scriptAttribute(item, path, depth + 1),
        );
    }
    return isPlain(value) ? value : undefined;
  }

  /** A module may stand in several places, and `state_dict()` lists it in each: only the size tells of a cycle. */
  #enter(path: string, depth: number): void {
    if (++this.#modules > MAX_MODULES || depth > MAX_MODULE_DEPTH)
      throw new InputError(
        this.file,
        `its module tree is too large, at ${JSON.stringify(path.slice(0, 80))}`,
      );
  }
}

function isPlain(value: PickleValue): value is null | boolean | number | string {
  return value === null || ['boolean', 'number', 'string'].includes(typeof value);
}

/** One of the dictionaries in which nn.Module keeps its tensors and modules. */
function part(attributes: PickleDictionary, name: string): PickleDictionary {
  const value = attributes.get(name);
  return value instanceof Map ? value : new Map<PickleValue, PickleValue>();
}

/** The attributes to show: without tensors, modules, and what nn.Module keeps for itself (`_hooks` and the like). */
function plainAttributes(attributes: PickleDictionary): ModuleNode['attributes'] {
  const plain = [...attributes].filter(
    ([key, value]) => !keyName(key).startsWith('_') && !(value instanceof TensorRef) && !isModule(value),
  );
  return toPlainRecord(new Map(plain), MAX_ATTRIBUTES);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/**
 * All tensors inside a value in file order, named by their path: "optimizer_states.0.state.0.exp_avg".
 * A container is entered once, however often it is shared, so the time is linear in the size of the pickle.
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

/** The parts of a value that may hold tensors, by name. */
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
