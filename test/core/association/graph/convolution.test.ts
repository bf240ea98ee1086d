import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { meanMatrices, standardError, variances } from '../../../../src/core/association/association';
import {
  mergeSums,
  type ProbeOptions,
  probeOptions,
  type SampleSource,
  type SweepSums,
} from '../../../../src/core/association/sums/sums';
import { createSweep } from '../../../../src/core/association/sweep';
import { Random } from '../../../../src/core/base/random';
import type { Model } from '../../../../src/core/network/model';
import type { Engine } from '../../../../src/core/tensor/engine';
import { EVERYTHING, relativeError, startEngine } from '../../../support/measure';
import { loadGraphFile } from '../../../support/graph-file';
import { sourceOf } from '../../../support/random-network';

const FOLDER = join(import.meta.dirname, '../../../fixtures/hessians');
const SAMPLES = 30;
const SEEDS = Array.from({ length: 16 }, (_, seed) => seed);

/** Values per sample, and what is estimated of which layers where probes are few: those that are larger. */
const NETS = [
  { name: 'residual', width: 2 * 8 * 8, estimated: { forward_jac: [0, 1, 2] } },
  { name: 'smooth', width: 2 * 7 * 7, estimated: { forward_jac: [0, 1], backward_hess: [0, 1] } },
] as const;

describe.each(NETS)('$name, a small convolutional network', ({ name, width, estimated }) => {
  let engine: Engine;
  let model: Model;
  let source: SampleSource;
  let exact: SweepSums;
  beforeAll(async () => {
    engine = await startEngine();
    model = await loadGraphFile(join(FOLDER, `${name}.onnx`));
    const random = new Random(1);
    const inputs = Float32Array.from({ length: SAMPLES * width }, () => random.normal());
    const labels = Int32Array.from({ length: SAMPLES }, () => random.integer(4));
    source = sourceOf(inputs, labels, width);
    exact = run(probeOptions(true, null, 0));
  });

  function run(how: ProbeOptions, first = 0, end = SAMPLES): SweepSums {
    const options = { ...EVERYTHING, combined: false, probes: how };
    return createSweep(engine, model, options).run(source, first, end);
  }

  const estimate = (perSample: number, seed: number, first?: number, end?: number): SweepSums =>
    run({ affordable: 0, perSample, seed }, first, end);

  it.each(Object.entries(estimated) as ['forward_jac' | 'backward_hess', readonly number[]][])(
    'has its %s estimated as well as told, and better with more probes',
    (method, layers) => {
      const golden = meanMatrices(exact, method, false);
      const over = (perSample: number) => {
        const errors = golden.map(() => 0);
        const told = golden.map(() => 0);
        for (const seed of SEEDS) {
          const sums = estimate(perSample, seed);
          const spreads = variances(sums, method, false);
          meanMatrices(sums, method, false).forEach((mean, layer) => {
            errors[layer]! += relativeError(mean.data, golden[layer]!.data) ** 2;
            const spread = spreads?.[layer];
            if (spread !== undefined) told[layer]! += (standardError(mean, spread, false) ?? 0) ** 2;
          });
        }
        return { errors, told };
      };
      const [few, many] = [over(2), over(32)];
      golden.forEach((_, layer) => {
        if (!layers.includes(layer)) {
          expect(Math.sqrt(many.errors[layer]! / SEEDS.length)).toBeLessThan(1e-6);
          return;
        }
        // Over many runs, what is told is what is seen, and it falls as 1/√probes.
        const ratio = Math.sqrt(many.errors[layer]! / many.told[layer]!);
        expect(ratio, `layer ${layer}`).toBeGreaterThan(0.7);
        expect(ratio, `layer ${layer}`).toBeLessThan(1.4);
        const fall = Math.sqrt(few.errors[layer]! / many.errors[layer]!);
        expect(fall, `layer ${layer}`).toBeGreaterThan(2.8);
        expect(fall, `layer ${layer}`).toBeLessThan(5.7);
      });
    },
  );

  it('gives the same however the samples are divided', () => {
    const whole = estimate(4, 3);
    const parts = estimate(4, 3, 0, 8);
    mergeSums(parts, estimate(4, 3, 8, 21));
    mergeSums(parts, estimate(4, 3, 21, SAMPLES));
    for (const method of EVERYTHING.measures) {
      const other = meanMatrices(whole, method, false);
      meanMatrices(parts, method, false).forEach(({ data }, layer) => {
        expect(relativeError(data, other[layer]!.data), `${method} of layer ${layer}`).toBeLessThan(2e-6);
      });
    }
  });

  it('gives other estimates for another seed, and the same bytes for the same', () => {
    expect(estimate(4, 3)).toEqual(estimate(4, 3));
    expect(estimate(4, 4).measures.forward_jac).not.toEqual(estimate(4, 3).measures.forward_jac);
  });
});
