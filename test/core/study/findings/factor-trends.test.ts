import { describe, expect, it } from 'vitest';
import { CURVE_DEFAULTS } from '../../../../src/core/study/curves';
import {
  type FactorTrends,
  factorTrends,
  type Trend,
} from '../../../../src/core/study/findings/factor-trends';
import type { Factor } from '../../../../src/core/study/groups';
import type { StudyCheckpoint, StudyData } from '../../../../src/core/study/study-data';
import { exampleCheckpoint, exampleStudy, exampleStudyLayer } from '../study-example';

const drop: Factor = { key: 'drop', scale: 'linear', values: [0, 0.3, 0.6] };
const l2: Factor = { key: 'l2', scale: 'log', values: [0, 1e-5, 1e-3] };
/** Three runs at each value of dropout; ρ and p of scipy are in statistics/rank-tests.test.ts. */
const QS = [0.11, 0.13, 0.12, 0.13, 0.21, 0.19, 0.2, 0.31, 0.27];

function dropout(change: (q: number, run: number) => StudyCheckpoint['layers'] = layersOf): StudyData {
  return exampleStudy(
    [drop],
    QS.map((q, run) =>
      exampleCheckpoint(
        { drop: drop.values[Math.floor(run / 3)] ?? null },
        { run: String(run), layers: change(q, run) },
      ),
    ),
  );
}

/** Q of forward_cov rises in fc0 and, when averaged, as QS; that of backward_jac is always the same. */
function layersOf(q: number): StudyCheckpoint['layers'] {
  const combined = exampleStudyLayer('combined', { forward_cov: 1 - q, backward_jac: 0.1 });
  return [
    exampleStudyLayer('fc0', { forward_cov: 2 * q, backward_jac: 0.1 }),
    exampleStudyLayer('fc1', { forward_cov: 0, backward_jac: 0.1 }),
    { ...combined, isCombined: true },
  ];
}

function trendOf({ trends }: FactorTrends, measure: string, layer: string | null): Trend {
  const found = trends.find((one) => one.measure === measure && one.layer === layer);
  if (found === undefined) throw new Error('no such trend');
  return found;
}

describe('the trend of Q with a factor', () => {
  const found = factorTrends(dropout(), drop, CURVE_DEFAULTS);

  it('is of the mean over layers, one value of each run, and of each layer', () => {
    expect(found.trends.map(({ measure, layer }) => [measure, layer])).toEqual(
      ['forward_cov', 'backward_jac'].flatMap((measure) =>
        [null, 'fc0', 'fc1', 'combined'].map((layer) => [measure, layer]),
      ),
    );
    const whole = trendOf(found, 'forward_cov', null);
    expect(whole).toMatchObject({ n: 9, values: 3 });
    expect(whole.correlation?.statistic).toBeCloseTo(0.8732726046411892, 14);
    expect(whole.correlation?.p).toBe(8 / 1680);
    expect(whole.slope?.slope).toBeCloseTo(0.23333333333333334, 12);
    expect(trendOf(found, 'forward_cov', 'combined').correlation?.statistic).toBeCloseTo(-0.873272604, 8);
  });

  it('is corrected for the measures and layers that were tested', () => {
    // Those that are always the same were not.
    const tested = found.trends.filter(({ correlation }) => correlation !== null);
    expect(tested.map(({ measure, layer }) => [measure, layer])).toEqual(
      [null, 'fc0', 'combined'].map((layer) => ['forward_cov', layer]),
    );
    for (const { correlation } of tested) expect(correlation?.pHolm).toBeCloseTo((3 * 8) / 1680, 14);
  });

  it('leaves out runs in which it is undefined, and says of how many it is', () => {
    const study = dropout((q, run) => [exampleStudyLayer('fc0', { forward_cov: run === 4 ? null : q })]);
    const [trend] = factorTrends(study, drop, CURVE_DEFAULTS).trends;
    expect(trend).toMatchObject({ layer: null, n: 8, values: 3 });
    expect(factorTrends(study, drop, CURVE_DEFAULTS).trends).toHaveLength(1);
  });

  it('is of runs that learnt', () => {
    const study = dropout();
    const failed = study.checkpoints.map((one, run) => ({
      ...one,
      stats: { ...one.stats, test: { loss: 2, accuracy: run === 8 ? 0.1 : 0.9 } },
    }));
    const trends = factorTrends({ ...study, checkpoints: failed }, drop, CURVE_DEFAULTS);
    expect(trends).toMatchObject({ runs: 8, leftOut: 1, notGiven: 0 });
    expect(trendOf(trends, 'forward_cov', null).n).toBe(8);
  });

  it('counts a trajectory once', () => {
    const study = dropout();
    const early = study.checkpoints.map((one) => ({ ...one, epoch: 1, layers: layersOf(0.9) }));
    const both = { ...study, checkpoints: early.flatMap((one, run) => [one, study.checkpoints[run]!]) };
    expect(factorTrends(both, drop, CURVE_DEFAULTS)).toEqual(found);
  });

  it('is per tenfold of a factor on a logarithmic scale, without zero', () => {
    const study = exampleStudy(
      [l2],
      [0, 0, 1e-5, 1e-5, 1e-3, 1e-3].map((value, run) =>
        exampleCheckpoint(
          { l2: value },
          {
            run: String(run),
            layers: [exampleStudyLayer('fc0', { forward_cov: value === 0 ? 0.9 : 0.1 * Math.log10(value) })],
          },
        ),
      ),
    );
    const trends = factorTrends(study, l2, CURVE_DEFAULTS);
    expect(trends.slopePer).toBe('tenfold');
    const [trend] = trends.trends;
    // Ranks know where zero lies.
    expect(trend?.n).toBe(6);
    expect(trend?.slope?.n).toBe(4);
    expect(trend?.slope?.slope).toBeCloseTo(0.1, 12);
  });

  it('of categories is a difference between them', () => {
    const act: Factor = { key: 'act', scale: 'category', values: [null, 'relu', 'tanh'] };
    const study = exampleStudy(
      [act],
      QS.map((q, run) =>
        exampleCheckpoint(
          { act: act.values[Math.floor(run / 3)] ?? null },
          { run: String(run), layers: [exampleStudyLayer('fc0', { forward_cov: q })] },
        ),
      ),
    );
    const { slopePer, trends, notGiven } = factorTrends(study, act, CURVE_DEFAULTS);
    expect([slopePer, notGiven]).toEqual([null, 0]);
    expect(trends[0]).toMatchObject({ n: 9, values: 3, correlation: null, slope: null });
    expect(trends[0]?.difference?.statistic).toBeCloseTo(6.117647058823525, 12);
    expect(trends[0]?.difference?.p).toBeCloseTo(0.014285714285714285, 14);
  });
});

describe('a factor among others', () => {
  const at = (values: Readonly<Record<string, number>>, q: number, run: number): StudyCheckpoint =>
    exampleCheckpoint(values, {
      run: `${run} ${JSON.stringify(values)}`,
      layers: [exampleStudyLayer('fc0', { forward_cov: q })],
    });

  it('that vary one at a time is compared at their baselines', () => {
    const others = [1e-5, 1e-3].map((value, run) => at({ drop: 0, l2: value * 7 }, 0.9, run));
    const runs = QS.map((q, run) => at({ drop: [0, 0.3, 0.6][Math.floor(run / 3)]!, l2: 1e-5 }, q, run));
    const trends = factorTrends(exampleStudy([drop, l2], [...runs, ...others]), drop, CURVE_DEFAULTS);
    expect(trends).toMatchObject({ held: { l2: 1e-5 }, within: [], runs: 9 });
    expect(trends.trends[0]?.correlation?.statistic).toBeCloseTo(0.8732726046411892, 14);
  });

  it('that are crossed is compared where they are the same', () => {
    // Q falls by dropout at either width; wide networks have more of both.
    const runs = [0, 0.3, 0.6].flatMap((value) =>
      [0, 1].flatMap((width) =>
        width === 0 && value === 0.6 ? [] : [at({ drop: value, width }, 0.5 * width - 0.1 * value, width)],
      ),
    );
    const width: Factor = { key: 'width', scale: 'linear', values: [0, 1] };
    const trends = factorTrends(exampleStudy([drop, width], runs), drop, CURVE_DEFAULTS);
    expect(trends).toMatchObject({ held: {}, within: ['width'], runs: 5 });
    expect(trends.trends[0]?.correlation).toMatchObject({ statistic: -1, p: 2 / 12, arrangements: 12 });
    expect(trends.trends[0]?.slope?.slope).toBeCloseTo(-0.1, 12);
  });

  it('that all others are confounded with cannot be compared', () => {
    const width: Factor = { key: 'width', scale: 'linear', values: [0, 1] };
    const runs = [0, 0.3].flatMap((value) =>
      [1, 2].map((run) => at({ drop: value, width: value }, value, run)),
    );
    const trends = factorTrends(exampleStudy([drop, width], runs), drop, CURVE_DEFAULTS);
    expect(trends.trends[0]).toMatchObject({ n: 0, values: 0, correlation: null, difference: null });
  });
});
