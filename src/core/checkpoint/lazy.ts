import { InputError } from '../base/error';
import type { PlainRecord } from '../base/plain-value';
import { quote } from '../base/text';
import type { RandomAccessFile } from '../file/file';
import type { Tensor } from '../tensor/dtype';
import type { Checkpoint, TensorInfo } from './checkpoint';

/** A tensor, and how to read its values. */
export interface LazyTensor {
  readonly info: TensorInfo;
  read(): Promise<Tensor>;
  /** As `readPart` of Checkpoint. Absent where a format packs its values, so that no part can be read by itself. */
  readPart?(first: number, count: number): Promise<Tensor['data'] | undefined>;
}

/** A checkpoint of tensors and free-form metadata. A format that holds more adds it to this. */
export function lazyCheckpoint(
  file: RandomAccessFile,
  format: string,
  tensors: readonly LazyTensor[],
  metadata: PlainRecord = {},
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
