import { InputError } from '../base/error';
import { quote } from '../base/text';
import type { RandomAccessFile } from '../file/file';
import type { Tensor } from '../tensor/dtype';
import type { PlainValue } from '../base/plain-value';
import type { Checkpoint, TensorInfo } from './checkpoint';

/** A tensor and the way to its values. */
export interface LazyTensor {
  readonly info: TensorInfo;
  read(): Promise<Tensor>;
  /** As that of Checkpoint; formats whose values are never in reach one by one have none. */
  readPart?(first: number, count: number): Promise<Tensor['data'] | undefined>;
}

/** A checkpoint of a format that holds tensors, free-form metadata and nothing else. */
export function lazyCheckpoint(
  file: RandomAccessFile,
  format: string,
  tensors: readonly LazyTensor[],
  metadata: Readonly<Record<string, PlainValue>> = {},
): Checkpoint {
  const byName = new Map(tensors.map((tensor) => [tensor.info.name, tensor]));
  const find = (name: string): LazyTensor => {
    const tensor = byName.get(name);
    if (tensor === undefined) throw new InputError(file.path, `has no tensor ${quote(name)}`);
    return tensor;
  };
  return {
    path: file.path,
    files: [file.path],
    format,
    tensors: new Map(tensors.map(({ info }) => [info.name, info])),
    hyperParameters: {},
    metadata,
    stubs: [],
    read: async (name) => find(name).read(),
    readPart: async (name, first, count) => find(name).readPart?.(first, count),
    close: () => file.close(),
  };
}
