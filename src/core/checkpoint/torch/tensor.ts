import { elementCount } from '../../tensor/shape';
import { Opaque, PickleFault, type PickleValue } from '../pickle/value';
import type { ElementType } from './types';

/** PyTorch itself has no more. */
const MOST_DIMENSIONS = 64;

/** Bytes in the file that tensors are views of. */
export class StorageRef extends Opaque {
  constructor(
    readonly key: string,
    readonly type: ElementType,
    /** Values in all. */
    readonly count: number,
    /** First value of the part that tensors count from; only very old files have such parts. */
    readonly start: number,
  ) {
    super();
  }

  describe(): string {
    return `<storage ${this.key}>`;
  }
}

/** A tensor as a view of a storage. Offset and strides count values. */
export class TensorRef extends Opaque {
  constructor(
    readonly storage: StorageRef,
    readonly type: ElementType,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly stride: readonly number[],
    /** Values are stored with the opposite sign (torch's "neg bit"). */
    readonly negated: boolean,
  ) {
    super();
  }

  /** Values from the first to the last that the tensor touches; 0 if it is empty. */
  get span(): number {
    return span(this.shape, this.stride);
  }

  describe(): string {
    return `<tensor ${this.type.dtype} [${this.shape.join(', ')}]>`;
  }
}

/** @throws PickleFault unless it is a whole number from 0 that can be counted with */
export function count(value: PickleValue | undefined, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const shown =
    typeof value === 'number' || typeof value === 'bigint' ? ` (${String(value).slice(0, 40)})` : '';
  throw new PickleFault(`${what} is not a possible size${shown}`);
}

function sizes(value: PickleValue | undefined, what: string): number[] {
  if (!Array.isArray(value) || value.length > MOST_DIMENSIONS)
    throw new PickleFault(`${what} is not a tuple of sizes`);
  return value.map((size) => count(size, what));
}

function span(shape: readonly number[], stride: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, size, d) => last + (size - 1) * stride[d]!, 1);
}

/** @throws PickleFault for a view that is not inside its storage */
export function makeTensor(
  storage: StorageRef,
  type: ElementType,
  [offsetValue, shapeValue, strideValue]: readonly (PickleValue | undefined)[],
  negated = false,
): TensorRef {
  const offset = storage.start + count(offsetValue, "a tensor's offset");
  const shape = sizes(shapeValue, "a tensor's shape");
  const stride = sizes(strideValue, "a tensor's stride");
  if (shape.length !== stride.length) throw new PickleFault('a tensor has more sizes than strides, or fewer');
  if (elementCount(shape) === undefined) throw new PickleFault(`a tensor of shape [${shape.join(', ')}]`);
  const available = Math.floor((storage.count * storage.type.size) / type.size);
  const end = offset + span(shape, stride);
  if (end > offset && end > available)
    throw new PickleFault(
      `a tensor reaches to value ${end} of storage ${storage.key}, which has ${available}`,
    );
  return new TensorRef(storage, type, offset, shape, stride, negated);
}
