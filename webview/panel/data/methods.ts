import type { Measure as Method } from '../../../src/core/measures';
import type { LayerReport } from '../../../src/core/report';
import { familyOf, inOrder, isNormalised, rawOf } from '../../../src/core/measures';

export { familyOf, inOrder, isNormalised, rawOf };

export const methodsOf = (layers: readonly LayerReport[]): Method[] =>
  inOrder(layers.flatMap((layer) => Object.keys(layer.methods)));

/** Whether a gap goes before the method: the first of another family. */
export const opensFamily = (methods: readonly Method[], index: number): boolean => {
  const [before, method] = [methods[index - 1], methods[index]];
  return before !== undefined && method !== undefined && familyOf(before) !== familyOf(method);
};

/** The method of the same measure in that form, or the method itself where it was not computed. */
export function inForm(method: Method, form: 'raw' | 'norm', methods: readonly Method[]): Method {
  return (
    methods.find((one) => rawOf(one) === rawOf(method) && isNormalised(one) === (form === 'norm')) ?? method
  );
}

/** Runs of neighbours that have a name in common: [name, how many]. */
export function runs(methods: readonly Method[], nameOf: (method: Method) => string): [string, number][] {
  const found: [string, number][] = [];
  for (const method of methods) {
    const last = found.at(-1);
    const name = nameOf(method);
    if (last?.[0] === name) last[1]++;
    else found.push([name, 1]);
  }
  return found;
}
