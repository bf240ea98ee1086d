import { InputError } from '../../base/error';
import type { ModuleNode } from '../checkpoint';
import { keyName, toPlainRecord } from '../pickle/plain';
import { type PickleValue, Stub } from '../pickle/value';
import { TensorRef } from './tensor';
import type { NamedTensor } from './walk';

/** Modules, and how deep they nest: far more than any network has, and little enough for memory. */
const MOST_MODULES = 20_000;
const DEEPEST_MODULE = 100;
/** Values shown of a module's attributes. */
const MOST_ATTRIBUTES = 500;

/** What a whole-module pickle holds: its tree, and its tensors under the names `state_dict()` would give them. */
export interface ModuleContents {
  /** Absent for TorchScript, where the attributes that matter are in code. */
  readonly tree?: ModuleNode;
  readonly state: readonly NamedTensor[];
  /** Buffers that `state_dict()` leaves out. */
  readonly others: readonly NamedTensor[];
}

export type Dictionary = ReadonlyMap<PickleValue, PickleValue>;

/** A pickled `torch.nn.Module`, whatever its class. */
export function isModule(value: PickleValue | undefined): value is Stub {
  return value instanceof Stub && value.attributes().get('_modules') instanceof Map;
}

/** A module of a TorchScript file. */
export function isScriptModule(value: PickleValue | undefined): value is Stub {
  return value instanceof Stub && value.name.startsWith('__torch__.');
}

/** @throws InputError for a tree that is too large, or contains itself */
export function readModule(file: string, root: Stub): ModuleContents {
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
export function readScriptModule(file: string, root: Stub): ModuleContents {
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
