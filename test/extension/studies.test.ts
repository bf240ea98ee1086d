import { describe, expect, test } from 'vitest';
import { CancelledError, InputError } from '../../src/core/base/error';
import { Analyses } from '../../src/extension/model/checkpoint-analyses';
import { Studies, type StudiesOptions } from '../../src/extension/model/studies';
import type { PlannedStudy } from '../../src/protocol';
import type { ResultState } from '../../src/store/cache';
import { report } from './example-report';

const A = '/w/runs/a.ckpt';
const B = '/w/runs/b.ckpt';
const C = '/w/runs/c.ckpt';

function planned(paths: readonly string[], changes: Partial<PlannedStudy> = {}): PlannedStudy {
  return {
    revision: '1',
    sentence: `${paths.length} runs.`,
    grouping: { pick: 'all' },
    keys: [],
    leftOut: 0,
    checkpoints: paths.map((path) => ({ id: path, path, done: false, failure: null })),
    ...changes,
  };
}

/** A workspace, a worker and a cache in memory, which outlive a window. */
function world(files: readonly string[] = [A, B, C]) {
  const stored = new Map<string, ResultState>();
  const kept = new Map<string, string>();
  const runs: string[] = [];
  let memory: unknown = undefined;
  const outer = {
    files: [...files],
    stored,
    kept,
    runs,
    /** Called when an analysis begins; it may fail or take its time. */
    analyze: undefined as ((path: string) => void | Promise<void>) | undefined,
    get memory() {
      return memory;
    },
    window: (changes: Partial<StudiesOptions> = {}) => {
      const analyses = new Analyses({
        request: (checkpoint) =>
          Promise.resolve({
            ...{ checkpoint, config: null, data: null, settings: {} },
            ...{ folder: checkpoint, nulls: '/nulls' },
          }),
        analyze: async ({ checkpoint }, { signal }) => {
          runs.push(checkpoint);
          await Promise.race([
            outer.analyze?.(checkpoint),
            new Promise((_, reject) => {
              signal.addEventListener('abort', () => {
                reject(new CancelledError());
              });
            }),
          ]);
          stored.set(checkpoint, 'fresh');
          return report();
        },
        find: ({ folder }) => Promise.resolve(stored.get(folder) ?? 'missing'),
        read: () => Promise.resolve(report()),
      });
      const studies = new Studies({
        analyses,
        find: () => Promise.resolve([...outer.files]),
        plan: (_, checkpoints) =>
          Promise.resolve(
            planned(checkpoints ?? outer.files, {
              checkpoints: (checkpoints ?? outer.files).map((path) => ({
                ...{ id: path, path, done: false },
                failure: kept.get(path) ?? null,
              })),
            }),
          ),
        keepFailure: (_study, _entry, path, reason) => {
          if (reason === null) kept.delete(path);
          else kept.set(path, reason);
          return Promise.resolve();
        },
        memory: {
          get: () => memory,
          set: (records) => {
            memory = JSON.parse(JSON.stringify(records));
          },
        },
        ...changes,
      });
      return { analyses, studies };
    },
  };
  return outer;
}

const forever = (): Promise<void> => new Promise(() => undefined);
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('a study', () => {
  test('analyzes all of its checkpoints once, and tells how many are done', async () => {
    const { window, runs } = world();
    const { analyses, studies } = window();
    await analyses.analyze(B);
    const id = studies.add('analyses', ['/w/runs']);
    const counts: number[] = [];
    studies.changed.on(() => {
      const done = studies.get(id)?.counts.done ?? 0;
      if (done !== counts.at(-1)) counts.push(done);
    });
    await studies.run(id, { again: true });
    expect(runs).toEqual([B, A, C]);
    expect(counts).toEqual([0, 1, 2, 3]);
    expect(studies.get(id)).toMatchObject({ running: false, counts: { planned: 3, done: 3, failed: 0 } });
    expect(studies.add('analyses', ['/w/runs'])).toBe(id);
  });

  test('is stopped in the middle with all that is done, goes on, and does nothing twice', async () => {
    const outer = world();
    const { studies, analyses } = outer.window();
    outer.analyze = (path) => (path === B ? forever() : undefined);
    const id = studies.add('analyses', ['/w/runs']);
    void studies.run(id, { again: true });
    await soon();
    expect(analyses.entries.map(({ path, state }) => [path, state])).toEqual([
      [A, 'done'],
      [B, 'running'],
      [C, 'waiting'],
    ]);
    await studies.stop(id);
    expect(studies.isAtWork(id)).toBe(false);
    expect(studies.get(id)).toMatchObject({ running: false, counts: { done: 1 } });
    expect(analyses.entries.map(({ state }) => state)).toEqual(['done', 'new', 'new']);
    outer.analyze = undefined;
    await studies.run(id, { again: true });
    expect(outer.runs).toEqual([A, B, B, C]);
    expect(studies.get(id)?.counts).toEqual({ planned: 3, done: 3, failed: 0 });
  });

  test('that was running goes on in the next window, and one that was stopped does not', async () => {
    const outer = world();
    const first = outer.window();
    outer.analyze = (path) => (path === B ? forever() : undefined);
    const running = first.studies.add('analyses', ['/w/runs']);
    const stopped = first.studies.add('analyses', ['/w/other']);
    void first.studies.run(running, { again: true });
    void first.studies.run(stopped, { again: true });
    await soon();
    await first.studies.stop(stopped);
    first.studies.dispose(); // the window is closed
    await soon();

    outer.analyze = undefined;
    outer.runs.length = 0;
    const { studies } = outer.window();
    expect(studies.get(running)).toMatchObject({
      running: true,
      plan: null,
      counts: { planned: 3, done: 1 },
    });
    expect(studies.get(stopped)?.running).toBe(false);
    await studies.resume();
    expect(outer.runs).toEqual([B, C]);
    expect(studies.get(running)).toMatchObject({ running: false, counts: { done: 3 } });
  });

  test('goes on after a checkpoint that fails, which is told, kept, and tried again when the user says so', async () => {
    const outer = world();
    outer.analyze = (path) => {
      if (path === A) throw new InputError(A, 'is cut short');
    };
    const { studies } = outer.window();
    const id = studies.add('analyses', ['/w/runs']);
    await studies.run(id, { again: true });
    expect(studies.get(id)).toMatchObject({ counts: { planned: 3, done: 2, failed: 1 } });
    expect([...(studies.get(id)?.failures ?? [])]).toEqual([[A, `${A}: is cut short`]]);

    const next = outer.window();
    await next.studies.run(id, { again: false });
    expect(outer.runs).toEqual([A, B, C]);
    expect(next.studies.get(id)?.counts).toEqual({ planned: 3, done: 2, failed: 1 });
    outer.analyze = undefined;
    await next.studies.run(id, { again: true });
    expect(outer.runs).toEqual([A, B, C, A]);
    expect(next.studies.get(id)?.counts).toEqual({ planned: 3, done: 3, failed: 0 });
    expect(outer.kept.size).toBe(0);
  });

  test('skips a checkpoint that the user cancels by itself', async () => {
    const outer = world();
    const { studies, analyses } = outer.window();
    outer.analyze = (path) => (path === B ? forever() : undefined);
    const id = studies.add('analyses', ['/w/runs']);
    const over = studies.run(id, { again: true });
    await soon();
    analyses.cancel(B);
    await over;
    expect(outer.runs).toEqual([A, B, C]);
    expect(studies.get(id)).toMatchObject({ running: false, counts: { done: 2, failed: 0 } });
  });

  test('counts a checkpoint that changes no more as done', async () => {
    const outer = world();
    const { studies, analyses } = outer.window();
    const id = studies.add('analyses', ['/w/runs']);
    await studies.run(id, { again: true });
    outer.stored.set(B, 'stale');
    await analyses.touch(B);
    expect(studies.get(id)?.counts).toMatchObject({ planned: 3, done: 2 });
    await studies.run(id, { again: true });
    expect(outer.runs).toEqual([A, B, C, B]);
  });

  test('takes a result without its matrices for done', async () => {
    const outer = world();
    for (const path of outer.files) outer.stored.set(path, 'thin');
    const { studies } = outer.window();
    const id = studies.add('analyses', ['/w/runs']);
    await studies.run(id, { again: true });
    expect(outer.runs).toEqual([]);
    expect(studies.get(id)?.counts.done).toBe(3);
  });

  test('has the checkpoints that come while it is open', async () => {
    const outer = world([A, B]);
    const { studies, analyses } = outer.window();
    const id = studies.add('analyses', ['/w/runs']);
    await studies.open(id);
    expect(studies.get(id)?.counts.planned).toBe(2);
    outer.files.push(C);
    analyses.list(outer.files);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(studies.get(id)?.counts.planned).toBe(3);
  });
});

describe('the grouping of a study', () => {
  test('is kept as the user wants it, and stays where they want what cannot be', async () => {
    const outer = world();
    const asked: unknown[] = [];
    const plan: StudiesOptions['plan'] = ({ grouping }, checkpoints) => {
      asked.push([grouping, checkpoints]);
      if (grouping.by?.includes('lr') === true)
        return Promise.reject(new InputError('by', 'no run has a hyper-parameter "lr"'));
      return Promise.resolve(planned(outer.files, { sentence: JSON.stringify(grouping) }));
    };
    const { studies } = outer.window({ plan });
    const id = studies.add('analyses', ['/w/runs']);
    await studies.open(id);
    await studies.group(id, { by: ['drop'], pick: 'all' });
    await expect(studies.group(id, { by: ['lr'], pick: 'all' })).rejects.toThrow('no run has');
    expect(studies.get(id)).toMatchObject({
      grouping: { by: ['drop'], pick: 'all' },
      plan: { sentence: '{"by":["drop"],"pick":"all"}' },
    });
    await studies.group(id, { pick: 'last' });
    expect(asked).toEqual([
      [{ pick: 'all' }, outer.files],
      [{ by: ['drop'], pick: 'all' }, null], // the plan there is, grouped anew
      [{ by: ['lr'], pick: 'all' }, null],
      [{ pick: 'last' }, outer.files],
    ]);
    expect(outer.window().studies.get(id)?.grouping).toEqual({ pick: 'last' });
  });

  test('that cannot be made is a problem of the study', async () => {
    const plan = () => Promise.reject(new InputError('/w/runs', 'holds no checkpoint'));
    const { studies } = world().window({ plan });
    const id = studies.add('analyses', ['/w/runs']);
    await studies.run(id, { again: true });
    expect(studies.get(id)).toMatchObject({ plan: null, problem: '/w/runs: holds no checkpoint' });
  });
});

describe('what is kept of studies', () => {
  test('is read back, whatever else is there', () => {
    const { window } = world();
    const { studies } = window({ memory: { get: () => [{ id: '../x' }, 7, null], set: () => undefined } });
    expect(studies.list).toEqual([]);
  });

  test('is gone when the study is removed', async () => {
    const outer = world();
    const { studies } = outer.window();
    const id = studies.add('analyses', ['/w/runs']);
    await studies.run(id, { again: true });
    await studies.remove(id);
    expect(outer.memory).toEqual([]);
    expect(outer.stored.size).toBe(3);
  });
});

describe('a study of the command line', () => {
  test('is shown as its files say, and not run', async () => {
    const outer = world();
    const plan: StudiesOptions['plan'] = () =>
      Promise.resolve(
        planned([A, B, C], {
          checkpoints: [
            { id: 'a', path: A, done: true, failure: null },
            { id: 'b', path: B, done: false, failure: 'is cut short' },
            { id: 'c', path: C, done: false, failure: null },
          ],
        }),
      );
    const { studies } = outer.window({ plan });
    const id = studies.add('folder', ['/cluster/S']);
    await studies.open(id);
    await studies.run(id, { again: true });
    expect(outer.runs).toEqual([]);
    expect(studies.get(id)).toMatchObject({ running: false, counts: { planned: 3, done: 1, failed: 1 } });
  });
});
