import { NUMPY, STANDARD } from '../pickle/globals';
import {
  type Builder,
  Global,
  type Known,
  type Opaque,
  PickleFault,
  type PickleValue,
} from '../pickle/value';
import { checkedSize, ELEMENT_TYPES, ElementType, makeTensor, StorageRef, TensorRef } from './torch-tensor';

// What torch.save's pickles name, and what they refer to outside of the pickle.

const first: Builder = ([value]) => value;

/** torch._utils._rebuild_tensor and _v2: (storage, offset, size, stride, requires_grad, hooks, metadata). */
const tensor: Builder = ([storage, ...view]) => {
  if (!(storage instanceof StorageRef)) throw new PickleFault('a tensor has no storage');
  return makeTensor(storage, storage.type, view, isNegated(view[5]));
};

/** _rebuild_tensor_v3 says the type: (storage, offset, size, stride, requires_grad, hooks, dtype, metadata). */
const typedTensor: Builder = ([storage, ...view]) => {
  const type = view[5];
  if (!(storage instanceof StorageRef)) throw new PickleFault('a tensor has no storage');
  return type instanceof ElementType ? makeTensor(storage, type, view, isNegated(view[6])) : undefined;
};

function isNegated(metadata: PickleValue | undefined): boolean {
  return metadata instanceof Map && metadata.get('neg') === true;
}

/** A tensor of quantized values, which can be listed but not read: (storage, offset, size, stride, quantizer, …). */
const quantizedTensor: Builder = ([storage, ...view]) =>
  storage instanceof StorageRef ? makeTensor(storage, storage.type, view) : undefined;

/** A tensor of a subclass: (how its base is rebuilt, its class, the arguments, attributes). */
const subclassTensor: Builder = ([rebuild, , args], workshop) => {
  // Only the plain ways, so that calls cannot nest without end.
  const plain = rebuild instanceof Global && rebuild.name.startsWith('torch._utils._rebuild_');
  return plain && Array.isArray(args) ? workshop.call(rebuild, args) : undefined;
};

/** Parameter(data), as very old files have it. */
const parameter: Builder = ([data]) => (data instanceof TensorRef ? data : undefined);

const device: Builder = ([type, index]) => {
  if (typeof type !== 'string') return undefined;
  return typeof index === 'number' ? `${type}:${index}` : type;
};

/** Everything that torch.save's pickles name and is understood. */
export const TORCH: Known = new Map<string, Builder | Opaque>([
  ...STANDARD,
  ...NUMPY,
  ...ELEMENT_TYPES,
  ['torch._utils._rebuild_tensor', tensor],
  ['torch._utils._rebuild_tensor_v2', tensor],
  ['torch._utils._rebuild_tensor_v3', typedTensor],
  ['torch._utils._rebuild_qtensor', quantizedTensor],
  ['torch._utils._rebuild_parameter', first],
  ['torch._utils._rebuild_parameter_with_state', first],
  ['torch._utils._rebuild_device_tensor_from_cpu_tensor', first],
  ['torch._tensor._rebuild_from_type_v2', subclassTensor],
  ['torch._tensor._rebuild_from_type', subclassTensor],
  ['torch.nn.parameter.Parameter', parameter],
  ['torch.nn.parameter.Buffer', parameter],
  ['torch.Size', first],
  ['torch.device', device],
  ['torch.serialization._get_layout', first],
  // TorchScript's own
  ['torch.jit._pickle.restore_type_tag', first],
  ['torch.jit._pickle.build_boollist', first],
  ['torch.jit._pickle.build_doublelist', first],
  ['torch.jit._pickle.build_intlist', first],
  ['torch.jit._pickle.build_tensorlist', first],
]);

/**
 * What a persistent id stands for: a storage (type, key, device, number of values, and in very old files the part of it
 * that is viewed), or in legacy files a module class with its source.
 * @throws PickleFault for anything else
 */
export function persistentValue(id: PickleValue): PickleValue {
  if (!Array.isArray(id) || (id[0] !== 'storage' && id[0] !== 'module'))
    throw new PickleFault('a persistent id that torch.save does not write');
  if (id[0] === 'module') return id[1] instanceof Global ? id[1] : null;
  const [, type, key, , values, part = null] = id;
  if (!(type instanceof ElementType) || (typeof key !== 'string' && typeof key !== 'number') || id.length > 6)
    throw new PickleFault('a storage without its type, key and size');
  const size = checkedSize(values, "a storage's size");
  checkedSize(size * type.size, "a storage's size");
  if (part === null) return new StorageRef(String(key), type, size, 0);
  // The part's own key, where it starts, how long it is. It is a view: tensors are checked against the whole.
  if (!Array.isArray(part)) throw new PickleFault('a part of a storage without its place');
  return new StorageRef(String(key), type, size, checkedSize(part[1], "a part's offset"));
}
