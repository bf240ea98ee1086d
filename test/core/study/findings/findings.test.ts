import { describe, expect, it } from 'vitest';
import type { Measure } from '../../../../src/core/measures';
import { CURVE_DEFAULTS } from '../../../../src/core/study/curves';
import type { AgainstUntrained } from '../../../../src/core/study/findings/against-untrained';
import type { FactorTrends, Trend } from '../../../../src/core/study/findings/factor-trends';
import { findingsOf } from '../../../../src/core/study/findings/findings';
import { decimal, pInWords, signed } from '../../../../src/core/study/findings/number-words';
import { statisticsJson } from '../../../../src/core/study/findings/statistics-json';
import { studyStatistics, type StudyStatistics } from '../../../../src/core/study/findings/study-statistics';
import { exampleCheckpoint, exampleStudy, exampleStudyLayer } from '../study-example';

const NONE: StudyStatistics = {
  schema: 'modscope-statistics/1',
  seed: 0,
  runs: {
    ...{ planned: 9, done: 9, failed: 0, runs: 9, counted: 9, leftOut: 0, unknown: 0, threshold: 0.8 },
  },
  layersThatDiffer: [],
  factors: [],
  modularity: [],
  agreement: [],
  persistence: [],
};

const test = (statistic: number, p: number, pHolm: number, arrangements = 50_000) => ({
  ...{ statistic, p, pHolm, arrangements, exact: arrangements < 50_000 },
});

function trend(changes: Partial<Trend>): Trend {
  const measure: Measure = 'forward_jac';
  const none = { correlation: null, difference: null, slope: null };
  return { measure, layer: null, n: 27, values: 9, ...none, ...changes };
}

function ofFactor(trends: readonly Trend[], changes: Partial<FactorTrends> = {}): [string, string][] {
  const about = { held: { l2: 1e-5 }, within: [], runs: 27, leftOut: 0, notGiven: 0 };
  const factor: FactorTrends = {
    ...{ factor: 'drop', scale: 'linear', slopePer: 'unit' },
    ...about,
    trends,
    ...changes,
  };
  return findingsOf({ ...NONE, factors: [factor] })
    .filter(({ about }) => about === 'factor')
    .map(({ verdict, sentence }) => [verdict, sentence]);
}

describe('what is said of a trend', () => {
  it('is found where p is small after correction', () => {
    const slope = { n: 27, slope: 0.43, interval: [0.38, 0.48] } as const;
    expect(ofFactor([trend({ correlation: test(0.9, 2e-5, 4.8e-4), slope })])).toEqual([
      ['note', 'dropout: 27 runs with L2 = 0.00001.'],
      [
        'found',
        'Q of input gradient (forward_jac) rises with dropout: ρ = .90, n = 27 runs, p < .001 (Holm, 1 test); slope +0.43 [0.38, 0.48] per unit.',
      ],
    ]);
  });

  it('is uncertain where it is small before correction alone', () => {
    const [, [verdict, sentence] = []] = ofFactor([trend({ correlation: test(-0.5, 0.0204, 0.4896) })]);
    expect(verdict).toBe('uncertain');
    expect(sentence).toBe(
      'Q of input gradient (forward_jac) may fall with dropout: ρ = −.50, n = 27 runs, p = .021, but p = .49 (Holm, 1 test).',
    );
  });

  it('is nothing where nothing can be seen, and says so of too few runs', () => {
    const [, ...said] = ofFactor([
      trend({ n: 6, correlation: test(0.1, 0.8, 1, 90) }),
      trend({ n: 3, measure: 'forward_cov', correlation: test(1, 1 / 3, 1, 6) }),
      trend({ n: 1, values: 1, measure: 'backward_jac' }),
      trend({ measure: 'backward_hess' }),
    ]);
    expect(said).toEqual([
      [
        'none',
        'Q of input gradient (forward_jac): no trend with dropout can be seen (ρ = .10, n = 6 runs, p = .80).',
      ],
      [
        'too few',
        'Q of covariance (forward_cov): too few runs to tell whether it follows dropout (ρ = 1.00, n = 3 runs).',
      ],
      [
        'too few',
        'Q of output gradient (backward_jac): no two values of dropout can be compared yet (n = 1 run).',
      ],
      ['none', 'Q of loss curvature (backward_hess): the same whatever dropout (n = 27 runs).'],
    ]);
  });

  it('says once for all measures that runs are too few', () => {
    const few = (['forward_cov', 'forward_jac'] as const).map((measure) =>
      trend({ n: 3, measure, correlation: test(1, 1 / 3, 1, 6) }),
    );
    expect(ofFactor(few).slice(1)).toEqual([
      ['too few', 'Too few runs to tell whether Q of any measure follows dropout (n = 3 runs).'],
    ]);
  });

  it('is a difference where it is not steady, and of categories', () => {
    const [, [verdict, sentence] = []] = ofFactor([
      trend({ correlation: test(0.1, 0.8, 1), difference: test(20.04, 1e-4, 0.0024) }),
    ]);
    expect(verdict).toBe('found');
    expect(sentence).toBe(
      'Q of input gradient (forward_jac) differs between values of dropout: H = 20.0, n = 27 runs, p = .003 (Holm, 1 test).',
    );
    const [, [none, without] = []] = ofFactor([trend({ difference: test(1.2, 0.34, 1) })], { factor: 'act' });
    expect(none).toBe('none');
    expect(without).toContain(
      'no difference between values of act can be seen (H = 1.2, n = 27 runs, p = .34)',
    );
  });

  it('tells of a layer where that says something else', () => {
    const layers = [
      trend({ correlation: test(0.1, 0.8, 1) }),
      trend({ layer: 'fc0', correlation: test(0.9, 1e-5, 1e-4) }),
      trend({ layer: 'fc1', correlation: test(-0.2, 0.7, 1) }),
    ];
    expect(ofFactor(layers).map(([verdict]) => verdict)).toEqual(['note', 'none', 'found']);
    expect(ofFactor(layers)[2]?.[1]).toContain('Q of input gradient (forward_jac) in fc0 rises with dropout');
    const alike = layers.map((one) => ({ ...one, correlation: test(0.9, 1e-5, 1e-4) }));
    expect(ofFactor(alike)).toHaveLength(2);
  });

  it('says which runs it is of', () => {
    const [[, sentence] = []] = ofFactor([], { within: ['width', 'lr'], held: {}, leftOut: 2, notGiven: 1 });
    expect(sentence).toBe(
      'dropout: 27 runs; compared where width, learning rate are the same; 2 of too little accuracy left out; 1 that do not give it left out.',
    );
  });
});

describe('what is said of agreement', () => {
  function against(n: number, mean: number, p: number | null, pHolm = p): AgainstUntrained {
    const interval = [mean - 0.03, mean + 0.03] as const;
    const some = { n, sd: 0.1, se: 0.02, interval };
    const has = n > 0;
    return {
      trained: { ...some, n: 27, mean: 0.36 + mean },
      untrained: { networks: has ? 100 : 0, mean: has ? 0.36 : null, se: has ? 0.01 : null },
      difference: { ...some, mean: has ? mean : null, p, pHolm },
    };
  }
  const said = (...blocks: readonly AgainstUntrained[]): (readonly [string, string])[] =>
    findingsOf({
      ...NONE,
      agreement: blocks.map((one, at) => ({
        ...one,
        ...{ block: 'upstream', ownForms: at === 0, metric: 'element_sim', layer: null, pairs: 6 },
      })),
    })
      .filter(({ about }) => about === 'agreement')
      .map(({ verdict, sentence }) => [verdict, sentence]);

  it('sets trained networks beside untrained ones, with and without own forms', () => {
    expect(said(against(27, 0.28, 2e-5, 4e-4), against(27, 0.3, 2e-5, 4e-4))).toEqual([
      [
        'found',
        'Agreement within upstream measures (element-centric similarity) is above that of untrained networks: .64 against .36, +.28 [+.25, +.31], n = 27 runs, p < .001 (Holm); without pairs of a measure and its normalised form .66 against .36, +.30 [+.27, +.33].',
      ],
    ]);
    expect(said(against(27, -0.03, 0.001, 0.01))[0]?.[1]).toContain(
      'is below that of untrained networks: .33 against .36, −.03 [−.06, .00]',
    );
  });

  it('claims nothing that it cannot', () => {
    expect(said(against(27, 0.01, 0.4, 1))[0]).toEqual([
      'none',
      'Agreement within upstream measures (element-centric similarity) cannot be told from that of untrained networks: .37 against .36, +.01 [−.02, +.04], n = 27 runs, p = .40.',
    ]);
    expect(said(against(3, 0.28, 0.25))[0]?.[0]).toBe('too few');
    expect(said(against(27, 0.2, 0.02, 0.2))[0]?.[0]).toBe('uncertain');
    expect(said(against(0, 0.2, null))[0]?.[1]).toContain(
      'is .56 in trained networks (n = 27 runs); there are no untrained ones to compare with',
    );
  });
});

describe('what is said of the runs', () => {
  const notes = (changes: Partial<StudyStatistics['runs']>, more: Partial<StudyStatistics> = {}): string[] =>
    findingsOf({ ...NONE, runs: { ...NONE.runs, ...changes }, ...more }).map(({ sentence }) => sentence);

  it('is how many count, and why others do not', () => {
    expect(notes({})).toEqual(['9 of 9 runs count, none is below 80 % accuracy.']);
    expect(notes({ counted: 7, leftOut: 2, unknown: 1 })).toEqual([
      '7 of 9 runs count, 2 below 80 % accuracy left out; 1 run of unknown accuracy count all the same.',
    ]);
    expect(notes({ unknown: 9 })).toEqual(['Accuracy is not known of any run, so none was left out.']);
    expect(notes({ threshold: null })).toEqual([]);
    expect(notes({ planned: 20, failed: 2 })[0]).toBe(
      '9 of 20 checkpoints are done, 2 failed: the numbers may change.',
    );
  });

  it('is which of them have a layer that others do not', () => {
    expect(notes({ threshold: null }, { layersThatDiffer: [{ layer: 'fc3', runs: ['a', 'b'] }] })).toEqual([
      'Layers differ: fc3 is in 2 of 9 runs (a, b).',
    ]);
  });
});

describe('statistics.json', () => {
  const data = exampleStudy(
    [{ key: 'drop', scale: 'linear', values: [0, 0.5] }],
    [0, 0, 0.5, 0.5].map((drop, run) =>
      exampleCheckpoint(
        { drop },
        {
          run: `r${run}`,
          accuracy: run === 0 ? 0.2 : 0.9,
          layers: [
            exampleStudyLayer('fc0', { forward_cov: run / 10 }),
            ...(run === 3 ? [exampleStudyLayer('fc1', { forward_cov: 0 })] : []),
          ],
        },
      ),
    ),
  );

  it('is the same for the same study, and can be read back', () => {
    const statistics = studyStatistics(data, CURVE_DEFAULTS);
    expect(statistics.runs).toMatchObject({ runs: 4, counted: 3, leftOut: 1, unknown: 0 });
    expect(statistics.layersThatDiffer).toEqual([{ layer: 'fc1', runs: ['r3'] }]);
    const text = statisticsJson(statistics);
    expect(JSON.parse(text)).toMatchObject({ ...statistics, findings: findingsOf(statistics) });
    expect(statisticsJson(studyStatistics(data, CURVE_DEFAULTS))).toBe(text);
  });

  it('refuses what is not finite', () => {
    const statistics = studyStatistics(data, { ...CURVE_DEFAULTS, threshold: NaN });
    expect(() => statisticsJson(statistics)).toThrow('threshold is NaN');
  });
});

describe('numbers in sentences', () => {
  it('have no zero before the point, and a minus', () => {
    expect([0.9, -0.354, 1, 0, -0.001].map((value) => decimal(value))).toEqual([
      '.90',
      '−.35',
      '1.00',
      '.00',
      '.00',
    ]);
    expect([0.28, -0.03, 0.001].map(signed)).toEqual(['+.28', '−.03', '.00']);
  });

  it('never look more certain than they are', () => {
    expect([0.0009, 0.001, 0.0491, 0.0999, 0.341, 0.8, 1].map(pInWords)).toEqual(
      ['< .001', '= .001', '= .050', '= .100', '= .35', '= .80', '= 1.00'].map((p) => `p ${p}`),
    );
  });
});
