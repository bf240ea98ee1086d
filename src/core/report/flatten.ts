import type { PlainValue } from '../checkpoint/checkpoint';

type Scalar = null | boolean | number | string;

/** Hyper-parameters nest a few levels; what is deeper is no setting. */
const MAX_DEPTH = 4;

/** The scalars of nested hyper-parameters under dotted keys: { model: { width: 64 } } → model.width. Lists are left out. */
export function flatten(values: Readonly<Record<string, PlainValue>>): Map<string, Scalar> {
  const flat = new Map<string, Scalar>();
  const visit = (value: PlainValue, key: string, depth: number): void => {
    if (value === null || typeof value !== 'object') {
      flat.set(key, value);
    } else if (!Array.isArray(value) && depth < MAX_DEPTH) {
      for (const [name, item] of Object.entries(value)) visit(item, `${key}.${name}`, depth + 1);
    }
  };
  for (const [name, item] of Object.entries(values)) visit(item, name, 1);
  return flat;
}
