import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { alignmentOptimal } from '../../../src/core/agreement/alignment';
import {
  adjustedMutualInformation,
  entropies,
  expectedMutualInformation,
  reducedMutualInformation,
  reducedMutualInformationNorm,
  variationOfInformation,
  variationOfInformationNorm,
} from '../../../src/core/agreement/information';
import {
  adjustedRand,
  elementSimilarity,
  elementSimilarityByChance,
  overlap,
  type Overlap,
} from '../../../src/core/agreement/overlap';
import type { Labels } from '../../../src/core/base/matrix';
import { KNOWN, labelsOf } from './known';
import { keys, partitionPairs, permutation, permutations, permute, relabel } from './partitions';
import { Worst } from './worst';

const METRICS = {
  element_sim: elementSimilarity,
  alignment_optimal: alignmentOptimal,
  rmi: reducedMutualInformation,
  rmi_norm: reducedMutualInformationNorm,
  vi: variationOfInformation,
  vi_norm: variationOfInformationNorm,
  ami: adjustedMutualInformation,
  ari: adjustedRand,
} satisfies Record<string, (overlap: Overlap) => number | null>;

/** Numbers near 0 / 0 (rmi_norm of many singletons) lose digits. */
const CLOSE = 1e-9;

const policy = fc.constantFrom('exclude' as const, 'as-cluster' as const);

describe.each(Object.entries(METRICS))('%s', (name, metric) => {
  const worst = new Worst();
  afterAll(() => {
    worst.print(name);
  });

  test('is what scikit-learn, scipy and clusim say', () => {
    for (const known of KNOWN) {
      const value = metric(overlap(labelsOf(known.a), labelsOf(known.b)));
      worst.see('against Python', value, known[name as keyof typeof METRICS], 1e-12, known.a);
    }
  });

  test('is a finite number or null, symmetric, and knows neither labels nor order', () => {
    fc.assert(
      fc.property(partitionPairs(40), policy, keys, keys, ([a, b], dead, some, other) => {
        const value = metric(overlap(a, b, dead));
        expect(value === null || Number.isFinite(value)).toBe(true);
        worst.see('swapped', metric(overlap(b, a, dead)), value, CLOSE);
        worst.see('relabelled', metric(overlap(relabel(a, some), relabel(b, other), dead)), value, CLOSE);
        const order = permutation(a.length, some);
        worst.see('permuted', metric(overlap(permute(a, order), permute(b, order), dead)), value, CLOSE);
      }),
    );
  });

  test('equal partitions', () => {
    fc.assert(
      fc.property(partitionPairs(40), policy, ([a], dead) => {
        const value = metric(overlap(a, a, dead));
        if (value !== null && name !== 'rmi') worst.see('equal', value, name === 'vi' ? 0 : 1, CLOSE);
      }),
    );
  });

  test('without units it is null', () => {
    expect(metric(overlap(Int32Array.of(-1, 0), Int32Array.of(2, -1)))).toBeNull();
    expect(metric(overlap(new Int32Array(), new Int32Array(), 'as-cluster'))).toBeNull();
  });
});

test('what a single cluster leaves undefined is null, but adjusted for chance equal partitions agree fully', () => {
  const single = new Int32Array(6);
  const halves = Int32Array.of(0, 0, 0, 1, 1, 1);
  const singletons = Int32Array.of(0, 1, 2, 3, 4, 5);
  const values = (a: Labels, b: Labels): (number | null)[] =>
    Object.values(METRICS).map((metric) => metric(overlap(a, b)));
  const [similarity, aligned, rmi, ...others] = values(single, single);
  expect([similarity, aligned]).toEqual([1, 1]);
  expect(rmi).toBeCloseTo(0, 14);
  expect(others).toEqual([null, 0, null, 1, 1]);
  const [, , , , vi, viNorm, ami, ari] = values(single, halves);
  expect([vi, viNorm, ami, ari]).toEqual([1, null, 0, 0]);
  expect(values(singletons, singletons).slice(4)).toEqual([0, 1, 1, 1]);
  // One unit is both.
  expect(values(new Int32Array(1), new Int32Array(1)).slice(6)).toEqual([1, 1]);
});

test('element_sim averages over units, as defined', () => {
  fc.assert(
    fc.property(partitionPairs(12), ([a, b]) => {
      const cluster = (labels: Labels, unit: number): number[] =>
        [...labels.keys()].filter((other) => labels[other] === labels[unit]);
      const scores = Array.from(a, (_, unit) => {
        const first = cluster(a, unit);
        const second = cluster(b, unit);
        return first.filter((other) => second.includes(other)).length / Math.max(first.length, second.length);
      });
      const mean = scores.reduce((sum, score) => sum + score, 0) / a.length;
      expect(elementSimilarity(overlap(a, b, 'as-cluster'))).toBeCloseTo(mean, 12);
    }),
  );
});

test('element_sim by chance is the mean over all orders of the units', () => {
  fc.assert(
    fc.property(partitionPairs(6), ([a, b]) => {
      const { units } = overlap(a, b);
      const live = a.map((_, unit) => unit).filter((unit) => a[unit]! >= 0 && b[unit]! >= 0);
      const [first, second] = [permute(a, [...live]), permute(b, [...live])];
      const values = [...permutations(units)].map(
        (order) => elementSimilarity(overlap(first, permute(second, order))) ?? NaN,
      );
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const chance = elementSimilarityByChance(overlap(a, b));
      if (units < 2) expect(chance).toBeNull();
      else expect(chance).toBeCloseTo(mean, 12);
    }),
  );
});

test('alignment_optimal is the best of all matchings', () => {
  fc.assert(
    fc.property(partitionPairs(25), ([a, b]) => {
      let best = 0;
      for (const partner of permutations(5)) {
        best = Math.max(best, a.filter((label, unit) => label >= 0 && partner[label] === b[unit]).length);
      }
      const live = (labels: Labels): number => labels.filter((label) => label >= 0).length;
      const units = Math.min(live(a), live(b));
      expect(alignmentOptimal(overlap(a, b, 'as-cluster'))).toBe(units === 0 ? null : best / units);
    }),
  );
});

test('expected mutual information is the mean over all permutations', () => {
  const worst = new Worst();
  const information = (table: Overlap): number => {
    const { a, aGivenB } = entropies(table);
    return a - aGivenB;
  };
  fc.assert(
    fc.property(partitionPairs(6, 3), ([a, b]) => {
      const all = [...permutations(a.length)].map((order) =>
        information(overlap(permute(a, order), b, 'as-cluster')),
      );
      const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
      worst.see('n ≤ 6', expectedMutualInformation(overlap(a, b, 'as-cluster')), mean, 1e-12);
    }),
    { numRuns: 40 },
  );
  for (const known of KNOWN) {
    const expected = expectedMutualInformation(overlap(labelsOf(known.a), labelsOf(known.b)));
    worst.see('against scikit-learn', expected, known.expected, 1e-12);
  }
  worst.print('expected mutual information');
});

test('ari counts pairs', () => {
  fc.assert(
    fc.property(partitionPairs(15, 4), ([a, b]) => {
      // Together in both, in neither, in a alone, in b alone.
      let [both, neither, first, second] = [0, 0, 0, 0];
      for (let i = 0; i < a.length; i++) {
        for (let j = 0; j < i; j++) {
          if (a[i] === a[j] && b[i] === b[j]) both++;
          else if (a[i] === a[j]) first++;
          else if (b[i] === b[j]) second++;
          else neither++;
        }
      }
      const scale = (both + first) * (first + neither) + (both + second) * (second + neither);
      const value = adjustedRand(overlap(a, b, 'as-cluster'));
      if (scale === 0) expect(value).toBe(a.length === 0 ? null : 1);
      else expect(value).toBeCloseTo((2 * (both * neither - first * second)) / scale, 12);
    }),
  );
});
