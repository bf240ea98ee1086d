import { describe, expect, it } from 'vitest';
import { lastOfRuns } from '../../../../src/core/study/curves';
import {
  measureCorrelations,
  metricCorrelations,
  pearson,
} from '../../../../src/core/study/findings/correlations';
import { exampleCheckpoint, exampleStudy, exampleStudyLayer } from '../study-example';

const DROP = [0, 0, 0, 0.3, 0.3, 0.3, 0.6, 0.6, 0.6];
const Q = [0.11, 0.13, 0.12, 0.13, 0.21, 0.19, 0.2, 0.31, 0.27];

describe('correlations between measures', () => {
  const data = exampleStudy(
    [],
    Q.map((q, run) =>
      exampleCheckpoint(
        { run },
        {
          layers: [
            exampleStudyLayer('fc0', { forward_cov: q, backward_jac: DROP[run] ?? null }),
            exampleStudyLayer('fc1', { forward_cov: q + 1, backward_jac: run === 0 ? null : 1 }),
          ],
        },
      ),
    ),
  );
  const runs = lastOfRuns(data);

  it('are over runs, by ranks or by values, as their name says', () => {
    const spearman = measureCorrelations(data, runs, 'fc0', 'q', 'spearman');
    expect(spearman.names).toEqual(['forward_cov', 'backward_jac']);
    expect(spearman.values[0]?.[1]).toBeCloseTo(0.8732726046411892, 14);
    expect(spearman.values[1]?.[0]).toBe(spearman.values[0]?.[1]);
    expect(spearman.values[0]?.[0]).toBe(1);
    expect(spearman).toMatchObject({ runs: 9, counts: [[9, 9], [9, 9]] }); // prettier-ignore
    const byValue = measureCorrelations(data, runs, 'fc0', 'q', 'pearson');
    expect(byValue.values[0]?.[1]).toBeCloseTo(0.861398776371862, 14);
  });

  it('average layers within runs first, and are null where one does not vary', () => {
    const whole = measureCorrelations(data, runs, null, 'q', 'pearson');
    expect(whole.counts[0]?.[1]).toBe(8);
    expect(whole.values[0]?.[1]).toBeCloseTo(pearson(Float64Array.from(Q.slice(1)), Float64Array.from(DROP.slice(1))) ?? 9, 12); // prettier-ignore
    expect(measureCorrelations(data, runs, 'fc1', 'q', 'pearson').values[0]?.[1]).toBeNull();
    expect(measureCorrelations(data, runs, null, 'clusters', 'spearman').values[0]?.[0]).toBeNull();
  });
});

describe('correlations between metrics', () => {
  it('are over pairs of measures, layers and runs', () => {
    const pair = { a: 'forward_cov', b: 'backward_jac' } as const;
    const layers = (run: number) =>
      [1, 2].map((layer) =>
        exampleStudyLayer(`fc${layer}`, {}, [
          {
            ...pair,
            metrics: { element_sim: run * layer, rmi: (run * layer) ** 2, rsa: run === 1 ? null : -run },
          },
        ]),
      );
    const data = exampleStudy(
      [],
      [1, 2, 3].map((run) => exampleCheckpoint({ run }, { layers: layers(run) })),
    );
    const of = (correlation: 'spearman' | 'pearson', a: string, b: string) => {
      const { names, values, counts } = metricCorrelations(lastOfRuns(data), correlation);
      const [i, j] = [names.indexOf(a), names.indexOf(b)];
      return { value: values[i]?.[j], count: counts[i]?.[j] };
    };
    expect(of('spearman', 'element_sim', 'rmi')).toEqual({ value: 1, count: 6 });
    // numpy.corrcoef([1, 2, 2, 4, 3, 6], [1, 4, 4, 16, 9, 36])
    expect(of('pearson', 'element_sim', 'rmi').value).toBeCloseTo(0.9779255107382108, 14);
    expect(of('pearson', 'element_sim', 'rsa').count).toBe(4);
    expect(of('pearson', 'element_sim', 'vi')).toEqual({ value: null, count: 0 });
  });

  it('are null of what is constant but for rounding', () => {
    const third = Float64Array.from({ length: 7 }, () => 0.1 + 0.2);
    expect(pearson(third, Float64Array.of(1, 2, 3, 4, 5, 6, 7))).toBeNull();
  });
});
