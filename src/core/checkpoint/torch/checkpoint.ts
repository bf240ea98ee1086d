import type { RandomAccessFile } from '../../file/file';
import type { Checkpoint } from '../checkpoint';
import { lazyCheckpoint } from '../lazy';
import { asDictionary } from '../pickle/plain';
import type { PickleValue } from '../pickle/value';
import { sortContents } from './contents';
import { readTensor, readTensorPart, type StorageSource } from './read';

/**
 * A checkpoint of what a file's main pickle holds.
 * @throws InputError for contents that are too large
 */
export function torchCheckpoint(
  file: RandomAccessFile,
  format: string,
  { value, stubs }: { readonly value: PickleValue; readonly stubs: ReadonlySet<string> },
  source: StorageSource,
): Checkpoint {
  const { tensors, metadata, ...rest } = sortContents(file.path, value);
  const lazy = tensors.map(({ info, tensor }) => ({
    info,
    read: () => readTensor(file.path, info.name, tensor, source),
    readPart: (first: number, count: number) =>
      readTensorPart(file.path, info.name, tensor, source, first, count),
  }));
  return { ...lazyCheckpoint(file, format, lazy, metadata), ...rest, stubs: [...stubs].sort() };
}

/** Lightning says so itself; a part of one still looks like it. */
export function isLightning(value: PickleValue): boolean {
  const entries = asDictionary(value);
  if (entries === undefined) return false;
  const marks = ['hyper_parameters', 'lr_schedulers', 'callbacks'];
  return (
    entries.has('pytorch-lightning_version') ||
    (entries.has('state_dict') && marks.some((key) => entries.has(key)))
  );
}
