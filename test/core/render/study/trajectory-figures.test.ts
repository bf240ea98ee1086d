import { describe, expect, test } from 'vitest';
import { AGREEMENT_COURSE_FIGURE } from '../../../../src/core/render/study/agreement-course-figure';
import { ALLUVIAL_FIGURE } from '../../../../src/core/render/study/alluvial-figure';
import { placeAlluvial } from '../../../../src/core/render/study/alluvial-layout';
import { FIGURE_DEFAULTS } from '../../../../src/core/render/study/figure-options';
import { PERSISTENCE_FIGURE } from '../../../../src/core/render/study/persistence-figure';
import { partition } from '../../agreement/partitions';
import { type Moment, studyInTime } from '../../study/trajectory/study-in-time';

/** One run, its partitions in order of time. */
const run = (...partitions: string[]): Moment[] =>
  partitions.map((text, step) => ({ run: 'a', step: 10 * step, labels: partition(text) }));

/** What is said of marks on hovering. */
const tips = (svg: string): string[] =>
  [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(([, words]) => words ?? '');

describe('where units go in training', () => {
  const partitions = [
    '000000 1111 222222',
    '000000 0000 222222', // 1 merges into 0
    '000000 0033 222233', // 3 is born of two of each
    '000000 0033 22223.', // a unit dies
  ];
  const study = studyInTime(run(...partitions));
  const svg = ALLUVIAL_FIGURE.draw(study, FIGURE_DEFAULTS);

  test('is told by clusters that keep their letters, and by flows of all units', () => {
    const said = tips(svg);
    for (const words of [
      '6 units, cluster A → cluster A, 0 to 10',
      '4 units, cluster B → cluster A, 0 to 10',
      '2 units, cluster C → cluster D, 10 to 20',
      '1 unit, cluster D → dead, 20 to 30',
      'cluster A, 10 units',
      'dead, 1 unit',
    ])
      expect(said).toContain(words);
    for (const [step, next] of [
      [0, 10],
      [10, 20],
      [20, 30],
    ]) {
      const flows = said.filter((words) => words.endsWith(`, ${step} to ${next}`));
      expect(flows.reduce((sum, words) => sum + Number.parseInt(words, 10), 0)).toBe(16);
    }
  });

  test('marks what is born and what merges, and says how many stay', () => {
    expect(svg).toContain('born of units of several (1)');
    expect(svg).toContain('others merged into it (1)');
    expect(svg).not.toContain('split off');
    for (const share of ['75 %', '100 %']) expect(svg).toContain(`>${share}</text>`); // 12 of 16, twice; 15 of 15
    expect(svg).toMatch(
      /layer fc1: 16 units, 83 % stay from one checkpoint to the next, \d+ % would by chance/,
    );
  });

  test('is drawn of the run and the measure that are asked for', () => {
    const moments = [
      ...run('0011', '0011'),
      ...run('0101', '0011').map((moment) => ({ ...moment, run: 'b', measures: ['backward_jac'] as const })),
    ];
    const of = studyInTime(moments);
    expect(ALLUVIAL_FIGURE.draw(of, { ...FIGURE_DEFAULTS, run: 'b', measure: 'backward_jac' })).toContain(
      'output gradient',
    );
    expect(ALLUVIAL_FIGURE.applies(of, FIGURE_DEFAULTS)).toBe(true);
    // The first run has no clusters by that measure.
    expect(ALLUVIAL_FIGURE.applies(of, { ...FIGURE_DEFAULTS, run: 'a', measure: 'backward_jac' })).toBe(
      false,
    );
    expect(ALLUVIAL_FIGURE.applies(studyInTime(run('0011')), FIGURE_DEFAULTS)).toBe(false);
    expect(ALLUVIAL_FIGURE.applies(studyInTime(run('0011', '0011'), null), FIGURE_DEFAULTS)).toBe(false);
  });

  test('shows some of many checkpoints, the first and the last among them, and says so', () => {
    const many = studyInTime(run(...Array.from({ length: 100 }, () => '0011')));
    const drawn = ALLUVIAL_FIGURE.draw(many, FIGURE_DEFAULTS);
    expect(drawn).toContain('16 of 100 checkpoints');
    expect(drawn).toContain('>0</text>');
    expect(drawn).toContain('>990</text>');
  });

  test('gives the same bytes again', () => {
    expect(ALLUVIAL_FIGURE.draw(study, FIGURE_DEFAULTS)).toBe(svg);
  });
});

describe('the places of an alluvial figure', () => {
  test('are in proportion to units, within the picture, and flows fill their nodes', () => {
    const columns = [
      [3, 5, 8].map((units, track) => ({ units, track })),
      [10, 6].map((units, track) => ({ units, track })),
    ];
    const flows = [
      [0, 0, 3],
      [1, 0, 5],
      [2, 0, 2],
      [2, 1, 6],
    ].map(([from = 0, to = 0, units = 0]) => ({ from, to, units }));
    const placed = placeAlluvial({ columns, flows: [flows] }, 300, 200);
    const heights = placed.nodes.map(({ column, node, height }) => height / columns[column]![node]!.units);
    for (const height of heights) expect(height).toBeCloseTo(heights[0] ?? 0, 9);
    for (const { y, height } of placed.nodes) {
      expect(y).toBeGreaterThanOrEqual(-1e-9);
      expect(y + height).toBeLessThanOrEqual(200 + 1e-9);
    }
    for (const { from, width, y, x } of placed.flows) {
      const source = placed.nodes.find(({ column, node }) => column === 0 && node === from);
      expect(y[0] - width / 2).toBeGreaterThanOrEqual((source?.y ?? NaN) - 1e-9);
      expect(y[0] + width / 2).toBeLessThanOrEqual((source?.y ?? NaN) + (source?.height ?? NaN) + 1e-9);
      expect(x).toEqual([18, 282]);
    }
  });
});

describe('persistence against time', () => {
  const moments = ['a', 'b'].flatMap((name) =>
    run('0000 1111', '0001 1111', '0001 1111').map((moment) => ({ ...moment, run: name, resampled: 0.9 })),
  );
  const svg = PERSISTENCE_FIGURE.draw(studyInTime(moments), FIGURE_DEFAULTS);

  test('says what is compared, and of how many', () => {
    expect(svg).toContain('between resamples of the data');
    expect(svg).toContain('between seeds');
    expect(svg).toContain('n = 2 runs');
    const said = tips(svg);
    expect(said).toContain('10: 88 % stay, n = 2 runs');
    expect(said).toContain('20: 100 % stay, n = 2 runs');
    expect(said).toContain('resampled data: 90 %, n = 2');
    expect(said).toContain('other seeds: 100 %, n = 1');
  });

  test('leaves out what a study has not', () => {
    const bare = PERSISTENCE_FIGURE.draw(studyInTime(run('0011', '0011')), FIGURE_DEFAULTS);
    expect(bare).not.toContain('between seeds');
    expect(bare).not.toContain('resamples');
    expect(PERSISTENCE_FIGURE.applies(studyInTime(run('0011')), FIGURE_DEFAULTS)).toBe(false);
  });
});

describe('agreement against time', () => {
  /** The agreement of three measures, rising from step to step. */
  const study = studyInTime(run('0011', '0011'));
  const pairs = [
    ['forward_cov', 'forward_jac', 0.6],
    ['forward_cov', 'backward_jac', 0.2],
    ['forward_jac', 'backward_jac', 0.4],
  ] as const;
  const withPairs = {
    ...study,
    measures: ['forward_cov', 'forward_jac', 'backward_jac'] as const,
    checkpoints: study.checkpoints.map((checkpoint, step) => ({
      ...checkpoint,
      layers: checkpoint.layers.map((layer) => ({
        ...layer,
        agreement: pairs.map(([a, b, value]) => ({ a, b, metrics: { element_sim: value + step / 10 } })),
      })),
    })),
  };

  test('is the mean over the pairs of a block; blocks without pairs are left out', () => {
    const said = tips(AGREEMENT_COURSE_FIGURE.draw(withPairs, FIGURE_DEFAULTS));
    for (const words of [
      '0: 0.6, n = 1 run',
      '10: 0.7, n = 1 run',
      '0: 0.3, n = 1 run',
      '10: 0.4, n = 1 run',
    ])
      expect(said).toContain(words);
    expect(said.filter((words) => words.includes('n = 1 run'))).toHaveLength(4);
    expect(AGREEMENT_COURSE_FIGURE.draw(withPairs, FIGURE_DEFAULTS)).not.toContain('within downstream');
  });

  test('needs agreement, and more than one checkpoint of a run', () => {
    expect(AGREEMENT_COURSE_FIGURE.applies(withPairs, FIGURE_DEFAULTS)).toBe(true);
    expect(AGREEMENT_COURSE_FIGURE.applies(withPairs, { ...FIGURE_DEFAULTS, metric: 'ami' })).toBe(false);
    expect(AGREEMENT_COURSE_FIGURE.applies(study, FIGURE_DEFAULTS)).toBe(false);
  });
});
