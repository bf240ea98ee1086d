import { InputError } from '../../base/error';
import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';
import type { Tensor } from '../../tensor/dtype';
import { type ConstantValue, type ConstantType, lazyConstant } from './value';

/** Where the values of a graph's tensors come from. */
export interface TensorSource {
  /** The tensor that the graph calls so. */
  tensor(name: string): SourceTensor | undefined;
  /** Names that are in use in the checkpoint. */
  readonly names: ReadonlySet<string>;
}

export interface SourceTensor {
  readonly info: TensorInfo;
  /** What the checkpoint calls it; null where it is not of the checkpoint. */
  readonly parameter: string | null;
  read(): Promise<Tensor>;
}

/** An ONNX model with the values that it holds itself. */
export function ownTensors(checkpoint: Checkpoint): TensorSource {
  return {
    names: new Set(checkpoint.tensors.keys()),
    tensor(name) {
      const info = checkpoint.tensors.get(name);
      return info && { info, parameter: name, read: () => checkpoint.read(name) };
    },
  };
}

const FLOATS = new Set(['f64', 'f32', 'f16', 'bf16', 'f8_e4m3', 'f8_e5m2']);

/** A tensor as a constant of the graph. @throws InputError where there is none of the name */
export function constantOf(path: string, source: TensorSource, name: string): ConstantValue {
  const found = source.tensor(name);
  if (found === undefined) throw new InputError(path, `has no tensor "${name}"`);
  const { dtype, shape } = found.info;
  const type: ConstantType = FLOATS.has(dtype) ? 'float' : dtype === 'bool' ? 'boolean' : 'integer';
  const parameter = found.parameter === null ? null : { name: found.parameter, transposed: false };
  return lazyConstant(type, shape, async () => (await found.read()).data, parameter);
}
