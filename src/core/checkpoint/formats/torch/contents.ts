import { InputError } from '../../../base/error';
import type { PlainRecord } from '../../../base/plain-value';
import type { RandomAccessFile } from '../../../file/file';
import type { Checkpoint, ModuleNode, ScriptObject, ScriptProgram, TensorInfo } from '../../checkpoint';
import { lazyCheckpoint, type LazyTensor } from '../../lazy';
import { asDictionary, keyName, toPlainRecord } from '../pickle/plain';
import { type PickleDictionary, type PickleValue, Stub } from '../pickle/value';
import { findState, type NamedTensor, tensorsInside } from './model-state';
import { readTensor, readTensorPart, type StorageSource, type TensorRef } from './torch-tensor';

/**
 * A checkpoint of what a file's main pickle holds.
 * @throws InputError for contents that are too large
 */
export function torchCheckpoint(
  file: RandomAccessFile,
  format: string,
  { value, stubs }: { readonly value: PickleValue; readonly stubs: ReadonlySet<string> },
  source: StorageSource,
  program?: Program,
): Checkpoint {
  const { tensors, metadata, root, ...rest } = sortContents(file.path, value);
  const lazy = tensors.map(({ info, tensor }) => lazyTensor(file.path, info, tensor, source));
  const script = root && program && { script: { root, ...program.program } };
  return {
    ...lazyCheckpoint(file, format, [...lazy, ...(program?.tensors ?? [])], metadata),
    ...rest,
    ...script,
    stubs: [...stubs].sort(),
  };
}

/** What a TorchScript file has besides its module. */
export interface Program {
  readonly program: Omit<ScriptProgram, 'root'>;
  /** Tensors that are constants of the code. */
  readonly tensors: readonly LazyTensor[];
}

export function lazyTensor(
  path: string,
  info: TensorInfo,
  tensor: TensorRef,
  source: StorageSource,
): LazyTensor {
  return {
    info,
    read: () => readTensor(path, info.name, tensor, source),
    readPart: (first, count) => readTensorPart(path, info.name, tensor, source, first, count),
  };
}

/** Whether Lightning wrote it: a whole checkpoint says so, a part of one still looks like it. */
export function isLightning(value: PickleValue): boolean {
  const entries = asDictionary(value);
  if (entries === undefined) return false;
  const marks = ['hyper_parameters', 'lr_schedulers', 'callbacks'];
  return (
    entries.has('pytorch-lightning_version') ||
    (entries.has('state_dict') && marks.some((key) => entries.has(key)))
  );
}

/** What a file holds, sorted by what it is for. */
interface Contents {
  readonly tensors: readonly { readonly info: TensorInfo; readonly tensor: TensorRef }[];
  readonly hyperParameters: PlainRecord;
  readonly metadata: PlainRecord;
  readonly modules?: ModuleNode;
  /** The module of a TorchScript file. */
  readonly root?: ScriptObject;
}

/** The keys under which trainers keep hyper-parameters, the surest first. */
const HYPER_KEYS = [
  'hyper_parameters',
  'hparams',
  'hyperparameters',
  'model_args',
  'args',
  'config',
  'cfg',
  'opt',
];

/** Characters of all names together: a pickle can repeat a long key without end. */
const MAX_NAMES = 2 ** 26;

/** @throws InputError for a module tree or names that are too large */
function sortContents(file: string, root: PickleValue): Contents {
  const found = findState(file, root);
  const list = new TensorList(file);
  for (const named of found?.state ?? []) list.add(named, 'weight');
  for (const named of found?.others ?? []) list.add(named, 'other');
  for (const named of tensorsInside(root)) if (!list.holds(named[1])) list.add(named, 'other');
  return {
    tensors: [...list.byName].map(([name, { tensor, role }]) => ({
      info: { name, dtype: tensor.type.dtype, shape: tensor.shape, role },
      tensor,
    })),
    hyperParameters: list.byName.size === 0 ? settings(root) : hyperParameters(root),
    metadata: metadata(root),
    ...(found?.tree && { modules: found.tree }),
    ...(found?.script && { root: found.script }),
  };
}

/** Tensors by names that are made unique. */
class TensorList {
  readonly byName = new Map<string, { tensor: TensorRef; role: TensorInfo['role'] }>();
  readonly #held = new Set<TensorRef>();
  readonly #copies = new Map<string, number>();
  #characters = 0;

  constructor(private readonly file: string) {}

  holds(tensor: TensorRef): boolean {
    return this.#held.has(tensor);
  }

  add([name, tensor]: NamedTensor, role: TensorInfo['role']): void {
    this.#characters += name.length;
    if (this.#characters > MAX_NAMES)
      throw new InputError(this.file, 'the names of its tensors are too long');
    this.#held.add(tensor);
    let unique = name;
    // In Python the keys 1 and '1' differ, and a weight may be called as another tensor's path.
    while (this.byName.has(unique)) {
      const copies = (this.#copies.get(name) ?? 1) + 1;
      this.#copies.set(name, copies);
      unique = `${name} (${copies})`;
    }
    this.byName.set(unique, { tensor, role });
  }
}

/** All dictionaries of hyper-parameters in one. Where they disagree, that of the surer key counts. */
function hyperParameters(root: PickleValue): Contents['hyperParameters'] {
  const merged = new Map<PickleValue, PickleValue>();
  for (const key of HYPER_KEYS) {
    const found = asDictionary(entriesOf(root).get(key));
    // 'opt' may be an optimizer.
    if (found === undefined || found.has('param_groups')) continue;
    for (const [name, value] of found) if (!merged.has(name)) merged.set(name, value);
  }
  return toPlainRecord(merged);
}

/** A file without a tensor may be one object of settings, such as the Hugging Face Trainer's training_args.bin. */
function settings(root: PickleValue): Contents['hyperParameters'] {
  const isObject = root instanceof Stub && root.entries === undefined;
  return isObject ? toPlainRecord(asDictionary(root) ?? new Map()) : hyperParameters(root);
}

/** What a trainer notes beside the weights: epoch, global_step, pytorch-lightning_version, which checkpoint was the best. */
function metadata(root: PickleValue): Contents['metadata'] {
  const entries = entriesOf(root);
  const callbacks = [...(asDictionary(entries.get('callbacks')) ?? [])]
    .filter(([name]) => keyName(name).includes('ModelCheckpoint'))
    .map(([name, state]): [PickleValue, PickleValue] => [name, scalarsOf(asDictionary(state) ?? new Map())]);
  const notes = scalarsOf(entries);
  return toPlainRecord(callbacks.length > 0 ? notes.set('callbacks', new Map(callbacks)) : notes);
}

function scalarsOf(entries: ReadonlyMap<PickleValue, PickleValue>): Map<PickleValue, PickleValue> {
  const scalars = [...entries].filter(
    ([, value]) => value !== null && ['number', 'bigint', 'string', 'boolean'].includes(typeof value),
  );
  return new Map(scalars);
}

/** The entries of a trainer's dictionary; a module's attributes are none. */
function entriesOf(root: PickleValue): PickleDictionary {
  const entries = root instanceof Stub ? root.entries : root;
  return entries instanceof Map ? entries : new Map<PickleValue, PickleValue>();
}
