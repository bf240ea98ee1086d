import { keyName } from '../pickle/plain';
import { Opaque, type PickleValue, Stub } from '../pickle/value';
import { TensorRef } from './tensor';

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
