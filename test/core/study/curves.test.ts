import { describe, expect, it } from 'vitest';
import type { Factor } from '../../../src/core/study/groups';
import {
  CURVE_DEFAULTS,
  curveOf,
  overLayers,
  placesOf,
  runsOfFactor,
  summarize,
  usableValues,
} from '../../../src/core/study/curves';
import { exampleCheckpoint, exampleStudy, exampleStudyLayer } from './study-example';

const drop: Factor = { key: 'drop', scale: 'linear', values: [0, 0.3, 0.6] };
const l2: Factor = { key: 'l2', scale: 'log', values: [0, 1e-5, 1e-4, 1e-3] };

/** One factor at a time, two seeds each: three values of dropout, two more of L2. */
const oneAtATime = exampleStudy(
  [drop, l2],
  [
    { drop: 0, l2: 1e-5 },
    { drop: 0.3, l2: 1e-5 },
    { drop: 0.6, l2: 1e-5 },
    { drop: 0, l2: 1e-4 },
    { drop: 0, l2: 1e-3 },
  ].flatMap((values) => [
    exampleCheckpoint({ ...values, seed: 1 }),
    exampleCheckpoint({ ...values, seed: 2 }),
  ]),
);

describe('a curve of a hyper-parameter', () => {
  const valueOf = ({ values }: { values: Record<string, unknown> }): number =>
    Number(values['drop']) + Number(values['seed']) / 100;

  it('shares the baseline with those of the others', () => {
    const curve = curveOf(oneAtATime, drop, valueOf, CURVE_DEFAULTS);
    expect(curve.points.map(({ value, n }) => [value, n])).toEqual([
      [0, 2],
      [0.3, 2],
      [0.6, 2],
    ]);
    const ofL2 = curveOf(oneAtATime, l2, valueOf, CURVE_DEFAULTS);
    expect(ofL2.points.map(({ value, n }) => [value, n])).toEqual([
      [1e-5, 2],
      [1e-4, 2],
      [1e-3, 2],
    ]);
    expect(ofL2.points[0]?.runs).toEqual(curve.points[0]?.runs);
  });

  it('averages over other factors where they are crossed', () => {
    const crossed = exampleStudy(
      [drop, l2],
      [0, 0.3].flatMap((d) => [1e-5, 1e-4].map((l) => exampleCheckpoint({ drop: d, l2: l }))),
    );
    expect(runsOfFactor(crossed, drop)).toHaveLength(4);
  });

  it('counts one checkpoint of a run, the last', () => {
    const trajectory = exampleStudy(
      [drop],
      [1, 2, 3].map((epoch) => exampleCheckpoint({ drop: 0.3 }, { run: 'a', epoch })),
    );
    const { points } = curveOf(trajectory, drop, ({ epoch }) => epoch, CURVE_DEFAULTS);
    expect(points).toMatchObject([{ n: 1, mean: 3, sd: null, se: null, interval: null }]);
  });

  it('leaves out runs of too little accuracy, and uses values up to where most are such', () => {
    const accuracies: readonly (readonly [number, number])[] = [
      [0, 0.9],
      [0, 0.7],
      [0.3, 0.9],
      [0.3, 0.5],
      [0.3, 0.5],
      [0.6, 0.9],
    ];
    const study = exampleStudy(
      [drop],
      accuracies.map(([value, accuracy], run) =>
        exampleCheckpoint({ drop: value }, { run: String(run), accuracy }),
      ),
    );
    const { points } = curveOf(study, drop, () => 1, CURVE_DEFAULTS);
    expect(points.map(({ n }) => n)).toEqual([1, 1, 1]);
    // Half of the runs is not more than half; beyond a value that is not usable none is.
    expect(usableValues(study, drop, 0.8)).toEqual([0]);
    expect(usableValues(study, drop, 0.4)).toEqual([0, 0.3, 0.6]);
    expect(usableValues(study, drop, null)).toEqual([0, 0.3, 0.6]);
    const all = curveOf(study, drop, () => 1, { ...CURVE_DEFAULTS, threshold: null });
    expect(all.points.map(({ n }) => n)).toEqual([2, 3, 1]);
  });

  it('leaves out no run whose accuracy is not known', () => {
    const study = exampleStudy([drop], [exampleCheckpoint({ drop: 0 }, { accuracy: null })]);
    expect(curveOf(study, drop, () => 1, CURVE_DEFAULTS).points).toMatchObject([{ n: 1 }]);
  });
});

describe('what several runs have come to', () => {
  it('is their mean, sample standard deviation and standard error', () => {
    expect(summarize([1, 2, 3, 6], 0)).toMatchObject({ n: 4, mean: 3 });
    const { sd, se, interval } = summarize([1, 2, 3, 6], 0);
    expect(sd).toBeCloseTo(2.160246899469287, 14);
    expect(se).toBeCloseTo(1.0801234497346435, 14);
    expect(interval?.[0]).toBeLessThan(2);
    expect(interval?.[1]).toBeGreaterThan(4);
  });

  it('of none is nothing', () => {
    expect(summarize([], 0)).toEqual({ n: 0, mean: null, sd: null, se: null, interval: null });
  });
});

describe('the mean over layers', () => {
  const layers = [0.1, 0.3].map((q, index) => exampleStudyLayer(`fc${index}`, { forward_cov: q }));
  const combined = exampleStudyLayer('combined', { forward_cov: 9 });
  const checkpoint = exampleCheckpoint({}, { layers: [...layers, { ...combined, isCombined: true }] });

  it('leaves out the combined layer, and those that do not have the number', () => {
    expect(overLayers(checkpoint, ({ methods }) => methods.forward_cov?.q)).toBeCloseTo(0.2);
    expect(
      overLayers(checkpoint, ({ name, methods }) => (name === 'fc0' ? undefined : methods.forward_cov?.q)),
    ).toBe(0.3);
    expect(overLayers(checkpoint, ({ methods }) => methods.backward_jac?.q)).toBeNull();
  });

  it('is undefined where one of them is', () => {
    expect(
      overLayers(checkpoint, ({ name, methods }) => (name === 'fc0' ? null : methods.forward_cov?.q)),
    ).toBeNull();
  });
});

describe('places on an axis', () => {
  it('are those of the paper in percent: of logarithms, or of the value itself', () => {
    const places = placesOf({ key: 'l2', scale: 'log', values: [1e-5, 1e-3, 1e-1] }, 'percent');
    expect([...places.values()].map((place) => Math.round(place))).toEqual([0, 50, 100]);
    const ofDrop = [...placesOf(drop, 'percent').values()].map((place) => Math.round(place));
    expect(ofDrop).toEqual([0, 30, 60]);
  });

  it('put zero a step before the least on a logarithmic axis', () => {
    const places = [...placesOf(l2, 'log')].sort(([, a], [, b]) => a - b);
    expect(places.map(([value]) => value)).toEqual([0, 1e-5, 1e-4, 1e-3]);
    expect(places[0]?.[1]).toBeCloseTo(-6);
  });

  it('of categories are their order', () => {
    const places = placesOf({ key: 'act', scale: 'category', values: [null, 'relu', 'tanh'] }, 'value');
    expect([...places]).toEqual([
      [null, 0],
      ['relu', 1],
      ['tanh', 2],
    ]);
  });
});
