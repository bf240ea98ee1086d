import { describe, expect, it } from 'vitest';
import type { CheckpointDescription, Scalar } from '../../../src/core/study/describe';
import { groupRuns, pickCheckpoints } from '../../../src/core/study/groups';

type Values = Readonly<Record<string, Scalar>>;

/** A checkpoint of a run of its own, unless the rest says otherwise. */
function checkpoint(
  run: string,
  values: Values,
  rest: Partial<CheckpointDescription> = {},
  source = 'checkpoint',
): CheckpointDescription {
  const hyperParameters = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, { value, source }]),
  );
  return {
    path: `${run}.pt`,
    run,
    hyperParameters,
    metrics: {},
    epoch: null,
    step: null,
    best: null,
    ...rest,
  };
}

const runs = (rows: readonly Values[], source?: string): CheckpointDescription[] =>
  rows.map((values, index) => checkpoint(`r${index}`, values, {}, source));

/** All combinations. */
function grid(factors: Readonly<Record<string, readonly Scalar[]>>): Values[] {
  return Object.entries(factors).reduce<Values[]>(
    (rows, [key, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value }))),
    [{}],
  );
}

describe('what is decided without a setting', () => {
  it('constants, replicates, what is of no interest, factors', () => {
    const rows = grid({ 'optimizer.lr': [0.1, 0.01, 0.001], act: ['tanh', 'relu'], random_seed: [1, 2, 3] });
    const all = runs(
      rows.map((row, index) => ({
        ...row,
        width: 64,
        save_dir: `/x/${index}`,
        run_id: index,
        host: `h${index % 2}`,
        commit: `0123456789abcdef${index}`,
        when: `2024-01-0${1 + (index % 9)} 12:00`,
        where: `s3://bucket/${index}`,
      })),
    );
    expect(groupRuns(all)).toEqual({
      factors: [
        { key: 'optimizer.lr', scale: 'log', values: [0.001, 0.01, 0.1] },
        { key: 'act', scale: 'category', values: ['relu', 'tanh'] },
      ],
      replicates: ['random_seed'],
      constants: { width: 64 },
      ignored: ['save_dir', 'run_id', 'host', 'commit', 'when', 'where'],
      trajectory: null,
      sharedBaseline: false,
      sentence:
        '18 runs: optimizer.lr (0.001, 0.01, 0.1) and act (relu, tanh) vary in all 6 combinations, 3 replicates each by ' +
        'random_seed; left aside: save_dir, run_id, host, commit, when and 1 more.',
    });
  });

  it("the paper's design: one factor at a time from a shared baseline, log axes", () => {
    const base = { l2: 1e-5, l1: 0, drop: 0 };
    const log = (from: number, to: number, n: number): number[] =>
      Array.from({ length: n }, (_, i) =>
        Number((10 ** (from + ((to - from) * i) / (n - 1))).toPrecision(6)),
      );
    const configurations = [
      ...log(-5, -1, 9).map((l2) => ({ ...base, l2 })),
      ...log(-5, -2, 7).map((l1) => ({ ...base, l1 })),
      ...Array.from({ length: 14 }, (_, i) => ({ ...base, drop: (i + 1) / 20 })),
    ];
    const all = runs(
      configurations.flatMap((row) =>
        Array.from({ length: 9 }, (_, run) => ({ ...row, run, seed: 286436723 + run })),
      ),
    );
    const { sentence, factors, replicates, sharedBaseline } = groupRuns(all);
    expect(sentence).toBe(
      '270 runs: L2 (9 values from 0.00001 to 0.1), L1 (8 values from 0 to 0.01) and dropout (15 values from 0 to 0.7) ' +
        'vary one at a time from a shared baseline, 9 replicates each by run and seed.',
    );
    expect(factors.map(({ scale }) => scale)).toEqual(['log', 'log', 'linear']);
    expect([replicates, sharedBaseline]).toEqual([['run', 'seed'], true]);
  });

  it.each<readonly [string, readonly Scalar[], string]>([
    ['equal steps', [0, 0.1, 0.2, 0.3], 'linear'],
    ['equal log steps', [16, 32, 64], 'log'],
    ['rounded ones', [1, 3, 10, 30], 'log'],
    ['some left out', [1e-5, 1e-4, 1e-2], 'log'],
    ['a baseline of 0', [0, 0.001, 0.01, 0.1], 'log'],
    ['decades', [0.00012, 0.03, 0.9], 'log'],
    ['two that are near', [0.1, 0.3], 'linear'],
    ['two that are far', [1e-5, 1e-2], 'log'],
    ['a sign', [-1, 0, 10, 100], 'linear'],
    ['odd ones', [1, 4, 5, 7], 'linear'],
    ['odd ones below 1', [0.1, 0.3, 0.5, 0.9], 'linear'],
    ['hundreds', [1, 30, 60, 100], 'linear'],
    ['1, 2, 3', [1, 2, 3], 'linear'],
    ['a word', [1, 2, 'auto'], 'category'],
    ['truth', [true, false], 'category'],
  ])('an axis of %s', (_, values, scale) => {
    expect(groupRuns(runs(values.map((x) => ({ x })))).factors).toMatchObject([{ scale }]);
  });

  it('one value and none is a choice in names, and in files an older program', () => {
    const rows = [{ drop: 0.3 }, {}];
    expect(groupRuns(runs(rows, 'name')).factors).toEqual([
      { key: 'drop', scale: 'linear', values: [null, 0.3] },
    ]);
    expect(groupRuns(runs(rows, 'name')).sentence).toBe(
      '2 runs: dropout (not given, 0.3) varies, one run each.',
    );
    expect(groupRuns(runs(rows))).toMatchObject({ factors: [], constants: { drop: 0.3 } });
  });

  it('keys that always agree are one; numbers of runs that replicate nothing are none', () => {
    const all = runs([0, 0.3, 0.6].map((drop, run) => ({ 'model.dropout': drop, drop, run })));
    expect(groupRuns(all)).toMatchObject({
      factors: [{ key: 'drop' }],
      replicates: [],
      ignored: ['model.dropout', 'run'],
    });
  });

  it('equal configurations are replicates, whatever tells them apart', () => {
    expect(groupRuns(runs([{ a: 1 }, { a: 1 }, { a: 2 }, { a: 2 }])).sentence).toBe(
      '4 runs: a (1, 2) varies, 2 replicates each.',
    );
    expect(groupRuns(runs([{ seed: 1 }, { seed: 2 }])).sentence).toBe('2 runs: 2 replicates by seed.');
  });

  it('trajectories: by epoch, or by step where that tells more apart', () => {
    const at = (run: string, epoch: number, step: number, values: Values = {}): CheckpointDescription =>
      checkpoint(run, values, {
        path: `${run}/${step}.pt`,
        epoch: { value: epoch, source: 'name' },
        step: { value: step, source: 'name' },
      });
    const several = [0, 0.3].flatMap((drop) =>
      [0, 1, 2].map((epoch) => at(`d${drop}`, epoch, 10 * epoch, { drop, lr: 1 / (1 + epoch) })),
    );
    expect(groupRuns(several)).toMatchObject({
      trajectory: 'epoch',
      ignored: ['lr'],
      sentence: '2 runs: dropout (0, 0.3) varies, one run each; 3 checkpoints each by epoch; left aside: lr.',
    });
    expect(groupRuns([at('a', 0, 1), at('a', 0, 2)]).trajectory).toBe('step');
    const unordered = [checkpoint('a', {}, { path: 'a/x.pt' }), checkpoint('a', {}, { path: 'a/y.pt' })];
    expect(groupRuns(unordered)).toMatchObject({
      trajectory: null,
      sentence: 'a trajectory of 2 checkpoints that no epoch or step orders.',
    });
  });

  it('nothing, and one', () => {
    expect(groupRuns([]).sentence).toBe('no checkpoints.');
    expect(groupRuns(runs([{ a: 1 }])).sentence).toBe('1 run.');
  });

  it('names of objects, and thousands of runs and keys', () => {
    const row = Object.fromEntries([
      ['__proto__', 1],
      ['constructor', 2],
      ['toString', 3],
    ]) as Values;
    expect(groupRuns(runs([row, {}])).constants).toEqual(row);
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, i]));
    const start = performance.now();
    groupRuns(runs(Array.from({ length: 2000 }, (_, i) => ({ ...many, drop: i % 20, seed: i }))));
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('what the user says', () => {
  const all = runs(grid({ 'optimizer.lr': [0.1, 0.2], drop: [0, 0.5], seed: [1, 2], batch: [1, 2] }));

  it('goes first; factors that are named are all', () => {
    expect(groupRuns(all, { by: ['lr'], replicate: ['batch'], ignore: ['drop'] })).toMatchObject({
      factors: [{ key: 'optimizer.lr' }],
      replicates: ['seed', 'batch'],
      ignored: ['drop'],
    });
    expect(groupRuns(all, { by: ['seed'] })).toMatchObject({
      factors: [{ key: 'seed' }],
      ignored: ['optimizer.lr', 'drop', 'batch'],
    });
    expect(groupRuns(all, { ignore: ['batch'] }).factors.map(({ key }) => key)).toEqual([
      'optimizer.lr',
      'drop',
    ]);
  });

  it.each([
    [{ by: ['dorp'] }, 'by: no run has a hyper-parameter "dorp". Did you mean "drop"?'],
    [{ ignore: ['xyzzy123'] }, 'ignore: no run has a hyper-parameter "xyzzy123". There are batch, drop'],
    [{ by: ['drop'], ignore: ['drop'] }, 'ignore: "drop" was given another role before'],
  ])('%j is refused', (options, message) => {
    expect(() => groupRuns(all, options)).toThrow(message);
  });

  it('must say which of several', () => {
    expect(() => groupRuns(runs([{ 'a.lr': 1, 'b.lr': 2 }]), { by: ['lr'] })).toThrow(
      '"lr" may be a.lr, b.lr',
    );
    expect(() => groupRuns(runs([{}]), { by: ['lr'] })).toThrow('None is known of these checkpoints');
  });
});

describe('picking', () => {
  const at = (path: string, step: number | null, best: boolean | null = null): CheckpointDescription =>
    checkpoint('a', {}, { path, step: step === null ? null : { value: step, source: 'name' }, best });
  const pathsOf = (all: readonly CheckpointDescription[]): string[] => all.map(({ path }) => path);

  it('takes the best, the last or all of each run, by time', () => {
    const all = [at('a/10', 10), at('a/9', 9, true), at('a/8', 8), checkpoint('b', {})];
    expect(pathsOf(pickCheckpoints(all, 'best'))).toEqual(['a/9', 'b.pt']);
    expect(pathsOf(pickCheckpoints(all, 'last'))).toEqual(['a/10', 'b.pt']);
    expect(pathsOf(pickCheckpoints(all, 'all'))).toEqual(['a/8', 'a/9', 'a/10', 'b.pt']);
  });

  it('takes the last where nothing is said, by its name where there is no time', () => {
    expect(pathsOf(pickCheckpoints([at('a/last.pt', null), at('a/z.pt', null)], 'best'))).toEqual([
      'a/last.pt',
    ]);
  });
});
