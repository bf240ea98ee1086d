import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { meanMatrices, standardError, variances } from '../../../../src/core/association/association';
import {
  type ProbeOptions,
  probeOptions,
  type SampleSource,
  type SweepSums,
} from '../../../../src/core/association/sums/sums';
import { createSweep } from '../../../../src/core/association/sweep';
import { withFile } from '../../../../src/core/file/local';
import { openNpz } from '../../../../src/core/file/npy';
import type { RawMeasure } from '../../../../src/core/measures';
import type { Model } from '../../../../src/core/network/model';
import type { Engine } from '../../../../src/core/tensor/engine';
import { asGraph } from '../../../support/graph';
import { EVERYTHING, relativeError, startEngine } from '../../../support/measure';
import { loadOnnx } from '../../../support/onnx-model';
import { sourceOf } from '../../../support/random-network';

const FOLDER = join(import.meta.dirname, '../../../fixtures/hessians');
const RAW: readonly RawMeasure[] = ['forward_cov', 'forward_jac', 'backward_jac', 'backward_hess'];
/** Of sums in float32 against float64. */
const TOLERANCE = 1e-5;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

/** Dense stacks, which have a path of their own, then other graphs. All but `residual` and `prelu` have smooth operations after their first hidden layer. */
const NETS = [
  { name: 'tanh', kind: 'stack', layers: 3 },
  { name: 'gelu', kind: 'stack', layers: 2 },
  { name: 'gelu-tanh', kind: 'stack', layers: 2 },
  { name: 'bent', kind: 'stack', layers: 3 },
  { name: 'norm', kind: 'graph', layers: 3 },
  { name: 'residual', kind: 'graph', layers: 4 },
  { name: 'smooth', kind: 'graph', layers: 3 },
  { name: 'transformer', kind: 'graph', layers: 2 },
  { name: 'prelu', kind: 'graph', layers: 3 },
  { name: 'gated', kind: 'graph', layers: 2 },
  { name: 'packed', kind: 'graph', layers: 3 },
] as const;
describe.each(NETS)("$name: every measure against torch.autograd's", ({ name, kind, layers }) => {
  let model: Model;
  let source: SampleSource;
  let golden: ReadonlyMap<string, Float64Array>;
  beforeAll(async () => {
    model = await loadOnnx(join(FOLDER, `${name}.onnx`));
    golden = await arraysOf(join(FOLDER, `${name}.npz`));
    const [x, labels] = [array('x'), array('labels')];
    source = sourceOf(Float32Array.from(x), Int32Array.from(labels), x.length / labels.length);
  });

  function array(key: string): Float64Array {
    const found = golden.get(key);
    if (found === undefined) throw new Error(`no ${key} in ${name}.npz`);
    return found;
  }

  function sweep(network: Model, how: ProbeOptions): SweepSums {
    const options = { ...EVERYTHING, combined: false, probes: how };
    return createSweep(engine, network, options).run(source, 0, source.samples);
  }

  function expectExact(network: Model): void {
    const sums = sweep(network, probeOptions(true, null, 0));
    for (const method of RAW) {
      const means = meanMatrices(sums, method, false);
      expect(means).toHaveLength(layers);
      means.forEach(({ data }, layer) => {
        const expected = array(`${layer}__${method}`);
        expect(data).toHaveLength(expected.length);
        expect(relativeError(data, expected), `${method} of layer ${layer}`).toBeLessThan(TOLERANCE);
      });
      expect(variances(sums, method, false)).toBeNull();
    }
  }

  it('in full', () => {
    expect(model.kind).toBe(kind);
    expectExact(model);
    if (model.kind === 'stack') expectExact(asGraph(model));
  });

  it.each([8, 64])(
    'estimated with %i probes per sample where units are more, within the errors told',
    (perSample) => {
      const graph = model.kind === 'stack' ? asGraph(model) : model;
      const sums = sweep(graph, { affordable: 0, perSample, seed: 1 });
      for (const method of ['forward_jac', 'backward_hess'] as const) {
        const spreads = variances(sums, method, false);
        meanMatrices(sums, method, false).forEach((mean, layer) => {
          const spread = spreads?.[layer];
          const told = spread === undefined ? null : standardError(mean, spread, false);
          const error = relativeError(mean.data, array(`${layer}__${method}`));
          expect(error, `${method} of layer ${layer}`).toBeLessThan(told === null ? TOLERANCE : 4 * told);
          if (perSample === 64) expect(told ?? 0, `${method} of layer ${layer}`).toBeLessThan(0.3);
        });
      }
    },
  );
});

async function arraysOf(path: string): Promise<Map<string, Float64Array>> {
  return withFile(path, async (file) => {
    const arrays = new Map<string, Float64Array>();
    for (const [name, entry] of await openNpz(file))
      arrays.set(name, Float64Array.from((await entry.read()).data));
    return arrays;
  });
}
