import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { splitStatistics } from '../../../src/core/analysis/statistics';
import { meanMatrices, normalisedAssociation, variances } from '../../../src/core/association/association';
import {
  mergeSums,
  probeOptions,
  type SampleSource,
  type SweepSums,
} from '../../../src/core/association/sums/sums';
import { createSweep } from '../../../src/core/association/sweep';
import type { SquareMatrix } from '../../../src/core/base/matrix';
import type { LossName } from '../../../src/core/choices';
import { withFile } from '../../../src/core/file/local';
import { openNpz } from '../../../src/core/file/npy';
import { RAW_MEASURES } from '../../../src/core/measures';
import type { Model } from '../../../src/core/network/model';
import type { Engine } from '../../../src/core/tensor/engine';
import { asGraph } from '../../support/graph';
import { EVERYTHING, relativeError, startEngine } from '../../support/measure';
import { loadOnnx } from '../../support/onnx-model';
import { sourceOf } from '../../support/random-network';

const FOLDER = join(import.meta.dirname, '../../fixtures/losses');
/** Of sums in float32 against float64. */
const TOLERANCE = 1e-5;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

const NETS = [
  { net: 'tanh', kind: 'stack', layers: 3 },
  { net: 'relu', kind: 'stack', layers: 3 },
  { net: 'norm', kind: 'graph', layers: 3 },
  { net: 'conv', kind: 'graph', layers: 3 },
] as const;
const LOSSES: readonly { loss: LossName; file: string }[] = [
  { loss: 'binary_cross_entropy', file: 'binary_cross_entropy' },
  { loss: 'multi_label', file: 'multi_label' },
  { loss: 'mean_squared_error', file: 'mean_squared_error' },
  { loss: 'mean_squared_error', file: 'mean_squared_error-one' },
];

describe.each(NETS.flatMap((net) => LOSSES.map((loss) => ({ ...net, ...loss }))))(
  '$net, $file',
  ({ net, kind, layers, loss, file }) => {
    let model: Model;
    let source: SampleSource;
    let golden: ReadonlyMap<string, Float64Array>;
    beforeAll(async () => {
      model = await loadOnnx(join(FOLDER, `${net}-${file}.onnx`));
      golden = await arraysOf(join(FOLDER, `${net}-${file}.npz`));
      const [x, targets] = [Float32Array.from(array('x')), Float32Array.from(array('targets'))];
      source = sourceOf(x, targets, x.length / 12, loss);
    });

    function array(key: string): Float64Array {
      const found = golden.get(key);
      if (found === undefined) throw new Error(`no ${key} in ${net}-${file}.npz`);
      return found;
    }

    function sweep(network: Model, combined: boolean, perSample?: number): SweepSums {
      const probes =
        perSample === undefined ? probeOptions(true, null, 0) : { affordable: 0, perSample, seed: 1 };
      return createSweep(engine, network, { ...EVERYTHING, combined, probes }).run(source, 0, 12);
    }

    /** Raw and normalised, one after the other. @returns the largest error */
    function expectMatrix(own: SquareMatrix, name: string): number {
      const expected = array(name);
      const raw = relativeError(own.data, expected);
      const normalised = relativeError(
        normalisedAssociation(own).data,
        normalisedAssociation({ size: own.size, data: expected }).data,
      );
      expect(own.data).toHaveLength(expected.length);
      expect(raw, name).toBeLessThan(TOLERANCE);
      expect(normalised, `${name}_norm`).toBeLessThan(TOLERANCE);
      return Math.max(raw, normalised);
    }

    function expectAll(network: Model, combined: boolean): void {
      const sums = sweep(network, combined);
      let worst = 0;
      for (const measure of RAW_MEASURES) {
        const means = meanMatrices(sums, measure, combined);
        expect(means).toHaveLength(layers + (combined ? 1 : 0));
        means.forEach((own, layer) => {
          const name = layer === layers ? 'combined' : String(layer);
          worst = Math.max(worst, expectMatrix(own, `${name}__${measure}`));
        });
        expect(variances(sums, measure, combined)).toBeNull();
      }
      console.log(`${net}, ${file}, ${network.kind}: worst error ${worst.toExponential(1)}`);
    }

    it("has every measure as torch.autograd's", () => {
      expect(model.kind).toBe(kind);
      expectAll(model, kind === 'stack');
      if (model.kind === 'stack') expectAll(asGraph(model), true);
    });

    it("has torch's loss, and accuracy or scikit-learn's R²", () => {
      const [expected = NaN] = array('loss');
      const [score = NaN] = array('score');
      const statistics = splitStatistics(sweep(model, false));
      expect(statistics.loss).toBeCloseTo(expected, 5);
      const isRegression = loss === 'mean_squared_error';
      expect(isRegression ? statistics.r2 : statistics.accuracy).toBeCloseTo(score, 5);
      expect(isRegression ? statistics.accuracy : statistics.r2).toBeUndefined();
    });

    it('adds up over shards', () => {
      const run = (first: number, end: number): SweepSums =>
        createSweep(engine, model, { ...EVERYTHING, combined: false }).run(source, first, end);
      const parts = run(0, 5);
      mergeSums(parts, run(5, 6));
      mergeSums(parts, run(6, 12));
      const whole = run(0, 12);
      const [a, b] = [splitStatistics(parts), splitStatistics(whole)];
      expect(a.loss).toBeCloseTo(b.loss, 12);
      expect(a.accuracy).toBe(b.accuracy);
      expect(a.r2 ?? 0).toBeCloseTo(b.r2 ?? 0, 12);
      for (const measure of RAW_MEASURES) {
        meanMatrices(parts, measure, false).forEach(({ data }, layer) => {
          expect(relativeError(data, meanMatrices(whole, measure, false)[layer]!.data)).toBeLessThan(1e-6);
        });
      }
    });

    it('estimates the Hessian within the errors told', () => {
      const network = model.kind === 'stack' ? asGraph(model) : model;
      const sums = sweep(network, false, 8);
      meanMatrices(sums, 'backward_hess', false).forEach(({ data }, layer) => {
        const expected = array(`${layer}__backward_hess`);
        // As a whole, not entry by entry: of few samples the error of an entry is rough.
        const spread = variances(sums, 'backward_hess', false)?.[layer]?.data ?? new Float64Array(1);
        const told = Math.sqrt(spread.reduce((sum, value) => sum + value, 0));
        const off = Math.hypot(...data.map((value, at) => value - expected[at]!));
        const norm = Math.hypot(...expected);
        expect(off).toBeLessThan(4 * told + TOLERANCE * norm);
      });
    });
  },
);

async function arraysOf(path: string): Promise<Map<string, Float64Array>> {
  return withFile(path, async (file) => {
    const arrays = new Map<string, Float64Array>();
    for (const [name, entry] of await openNpz(file))
      arrays.set(name, Float64Array.from((await entry.read()).data));
    return arrays;
  });
}
