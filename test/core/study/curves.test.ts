import { describe, expect, it } from 'vitest';
import {
  accuracyOf,
  CURVE_DEFAULTS,
  curveOf,
  lastOfRuns,
  overLayers,
  placesOf,
  runsOfFactor,
  summarize,
  usableValues,
} from '../../../src/core/study/curves';
import type { Scalar } from '../../../src/core/study/describe';
import { type Factor, factorOf } from '../../../src/core/study/groups/axis';
import type { StudyCheckpoint, StudyData } from '../../../src/core/study/study-data';

interface Given {
  readonly values: Readonly<Record<string, Scalar>>;
  readonly accuracy?: number | undefined;
  readonly run?: string;
  readonly q?: readonly number[];
}

function checkpointOf({ values, accuracy, run, q = [] }: Given, index: number): StudyCheckpoint {
  return {
    path: `${index}.pt`,
    run: run ?? `run ${index}`,
    epoch: null,
    step: null,
    values,
    stats: {
      ...(accuracy !== undefined && { test: { loss: 1, accuracy } }),
      ...{ l1Norm: 1, l2Norm: index, nuclearNorm: null, sparsity: 0 },
    },
    untrained: null,
    layers: q.map((value, layer) => ({
      name: `fc${layer}`,
      isCombined: layer === 2,
      units: 4,
      methods: {
        forward_jac: {
          ...{ q: value, clusters: 2, softClusters: 2, dead: 0, z: null, p: null, bootstrap: null },
          labels: Int16Array.of(0, 0, 1, 1),
        },
      },
      agreement: [],
    })),
  };
}

function dataOf(given: readonly Given[], factors: readonly Factor[]): StudyData {
  return {
    grouping: {
      factors: factors.map((factor) => ({ ...factor, values: [...factor.values] })),
      replicates: [],
      constants: {},
      ignored: [],
      trajectory: null,
      sharedBaseline: true,
      sentence: '',
    },
    planned: given.length,
    failed: 0,
    measures: ['forward_jac'],
    layers: [],
    checkpoints: given.map(checkpointOf),
    untrained: new Map(),
  };
}

const norm = ({ stats }: StudyCheckpoint): number => stats.l2Norm;

/** Dropout and L2 vary one at a time from drop 0, l2 1e-5. */
function oneAtATime(): { data: StudyData; drop: Factor; l2: Factor } {
  const given = [
    { drop: 0, l2: 1e-5 },
    { drop: 0, l2: 1e-5 },
    { drop: 0.3, l2: 1e-5 },
    { drop: 0.3, l2: 1e-5 },
    { drop: 0, l2: 1e-3 },
    { drop: 0, l2: 1e-4 },
  ].map((values) => ({ values }));
  const drop = factorOf('drop', [0, 0.3]);
  const l2 = factorOf('l2', [1e-5, 1e-4, 1e-3]);
  return { data: dataOf(given, [drop, l2]), drop, l2 };
}

describe('the runs of a factor', () => {
  it('are those at the baseline of the others where factors vary one at a time', () => {
    const { data, drop, l2 } = oneAtATime();
    expect(runsOfFactor(data, drop).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(runsOfFactor(data, l2).map(({ index }) => index)).toEqual([0, 1, 4, 5]);
  });

  it('are all where factors are crossed', () => {
    const values = [0, 0.3].flatMap((drop) => [1, 2].map((l2) => ({ values: { drop, l2 } })));
    const drop = factorOf('drop', [0, 0.3]);
    expect(runsOfFactor(dataOf(values, [drop, factorOf('l2', [1, 2])]), drop)).toHaveLength(4);
  });

  it('count once, by their last checkpoint', () => {
    const given = [1, 2, 3].map(() => ({ values: { drop: 0 }, run: 'a' }));
    expect(lastOfRuns(dataOf(given, [])).map(({ index }) => index)).toEqual([2]);
  });
});

describe('a curve', () => {
  it('has a point per value with the mean of its runs, in the order of the axis', () => {
    const { data, l2 } = oneAtATime();
    const { points } = curveOf(data, l2, norm, CURVE_DEFAULTS);
    expect(points.map(({ value, n, mean }) => [value, n, mean])).toEqual([
      [1e-5, 2, 0.5],
      [1e-4, 1, 5],
      [1e-3, 1, 4],
    ]);
    expect(points[0]?.runs).toEqual([
      { checkpoint: 0, run: 'run 0', y: 0 },
      { checkpoint: 1, run: 'run 1', y: 1 },
    ]);
  });

  it('leaves runs out that did not learn, and values at which most did not', () => {
    const drop = factorOf('drop', [0, 0.5, 0.8, 0.9]);
    const accuracies: [number, number | undefined][] = [
      [0, 0.9],
      [0.5, 0.79],
      [0.5, 0.8],
      [0.8, 0.1],
      [0.8, 0.2],
      [0.8, 0.9],
      [0.9, 0.95],
    ];
    const data = dataOf(
      accuracies.map(([value, accuracy]) => ({ values: { drop: value }, accuracy })),
      [drop],
    );
    const { points } = curveOf(data, drop, norm, CURVE_DEFAULTS);
    expect(points.map(({ value, n }) => [value, n])).toEqual([
      [0, 1],
      [0.5, 1],
      [0.8, 1],
      [0.9, 1],
    ]);
    // Half of them fail at 0.5, which is not more than half.
    expect(usableValues(data, drop, 0.8)).toEqual([0, 0.5]);
    expect(usableValues(data, drop, null)).toEqual([0, 0.5, 0.8, 0.9]);
  });

  it('counts every run where no accuracy is known', () => {
    const { data, drop } = oneAtATime();
    expect(data.checkpoints.map(accuracyOf)).toEqual(Array(6).fill(null));
    expect(curveOf(data, drop, norm, CURVE_DEFAULTS).points.map(({ n }) => n)).toEqual([2, 2]);
  });
});

describe('several runs', () => {
  it('have a mean, its standard error and an interval around it', () => {
    const { n, mean, sd, se, interval } = summarize([1, 2, 3, 4, 5], 0);
    const [low, high] = interval ?? [NaN, NaN];
    expect([n, mean]).toEqual([5, 3]);
    expect(sd).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(se).toBeCloseTo(Math.sqrt(0.5), 12);
    // Student's goes from 1.04 to 4.96; the plain percentiles of a bootstrap from 1.8 to 4.2.
    expect(low).toBeGreaterThan(1.04);
    expect(low).toBeLessThan(1.6);
    expect(high).toBeGreaterThan(4.4);
    expect(high).toBeLessThan(4.96);
    expect(summarize([1, 2, 3, 4, 5], 0)).toEqual(summarize([1, 2, 3, 4, 5], 0));
  });

  it('say no more than one can', () => {
    expect(summarize([7], 0)).toEqual({ n: 1, mean: 7, sd: null, se: null, interval: null });
    expect(summarize([], 0)).toEqual({ n: 0, mean: null, sd: null, se: null, interval: null });
  });

  it('average their layers without the combined one', () => {
    const checkpoint = checkpointOf({ values: {}, q: [0.1, 0.3, 0.9] }, 0);
    expect(overLayers(checkpoint, ({ methods }) => methods.forward_jac?.q)).toBeCloseTo(0.2, 12);
    expect(overLayers(checkpoint, () => null)).toBeNull();
    expect(overLayers(checkpoint, ({ name }) => (name === 'fc0' ? undefined : 0.3))).toBe(0.3);
    // Without one of them it would be another thing's mean.
    expect(overLayers(checkpoint, ({ name }) => (name === 'fc0' ? null : 0.3))).toBeNull();
  });
});

describe('places on an axis', () => {
  const l1 = factorOf('l1', [0, 1e-5, 1e-4, 1e-2]);

  it('are logarithms, zero one step before them', () => {
    expect([...placesOf(l1, 'log').values()]).toEqual([-5, -4, -2, -6]);
    expect([...placesOf(l1, 'log').keys()]).toEqual([1e-5, 1e-4, 1e-2, 0]);
  });

  it('are the position between the ends of a logarithmic grid in percent', () => {
    const places = placesOf(l1, 'percent');
    expect([1e-5, 1e-4, 1e-2].map((value) => places.get(value))).toEqual([0, 100 / 3, 100]);
    expect(places.get(0)).toBeLessThan(0);
  });

  it('are shares themselves in percent', () => {
    const places = placesOf(factorOf('drop', [0.1, 0.2, 0.3]), 'percent');
    expect(places.get(0.3)).toBeCloseTo(30, 12);
  });

  it('are the order of what are no numbers', () => {
    expect([...placesOf(factorOf('act', ['relu', 'tanh', null]), 'value')]).toEqual([
      [null, 0],
      ['relu', 1],
      ['tanh', 2],
    ]);
  });
});
