import { describe, expect, test } from 'vitest';
import { CancelledError, InputError } from '../../src/core/base/error';
import type { Report } from '../../src/core/report';
import { Analyses, type AnalysesOptions } from '../../src/extension/model/checkpoint-analyses';
import type { AnalysisEvent } from '../../src/protocol';
import type { ResultState } from '../../src/store/cache';
import { report } from './example-report';

const A = '/w/a.ckpt';

/** A worker and a cache in memory. */
function world(overrides: Partial<AnalysesOptions> = {}) {
  const stored = new Map<string, ResultState>();
  const runs: string[] = [];
  const options: AnalysesOptions = {
    request: (checkpoint, wanted = {}) =>
      Promise.resolve({
        checkpoint,
        config: null,
        data: null,
        settings: {},
        folder: `${checkpoint}${JSON.stringify(wanted)}`,
        nulls: '/nulls',
      }),
    analyze: ({ folder }) => {
      runs.push(folder);
      stored.set(folder, 'fresh');
      return Promise.resolve(report());
    },
    find: ({ folder }) => Promise.resolve(stored.get(folder) ?? 'missing'),
    read: () => Promise.resolve(report()),
    ...overrides,
  };
  const analyses = new Analyses(options);
  const states: string[] = [];
  analyses.stateChanged.on((path) => states.push(analyses.get(path).state));
  return { analyses, stored, runs, states };
}

describe('Analyses', () => {
  test('analyzes once and then answers from the cache', async () => {
    const { analyses, runs, states } = world();
    analyses.list([A]);
    await analyses.analyze(A);
    await analyses.analyze(A);
    expect(runs).toHaveLength(1);
    expect(states).toEqual(['waiting', 'running', 'done']);
  });

  test('joins an analysis that is under way', async () => {
    const { analyses, runs } = world();
    await Promise.all([analyses.analyze(A), analyses.analyze(A)]);
    expect(runs).toHaveLength(1);
  });

  test('is stale when something changed, and done again after another analysis', async () => {
    const { analyses, stored, runs, states } = world();
    await analyses.analyze(A);
    stored.set(`${A}{}`, 'stale');
    await analyses.touch(A);
    expect(analyses.get(A)).toMatchObject({ state: 'stale', folder: `${A}{}` });
    await analyses.analyze(A);
    expect(runs).toHaveLength(2);
    expect(states.slice(3)).toEqual(['stale', 'waiting', 'running', 'done']);
  });

  test('is stale from the start when the checkpoint changed during the analysis', async () => {
    const { analyses, stored } = world({
      analyze: ({ folder }) => {
        stored.set(folder, 'stale');
        return Promise.resolve(report());
      },
    });
    await analyses.analyze(A);
    expect(analyses.get(A).state).toBe('stale');
  });

  test('keeps apart what was asked for otherwise than the settings say', async () => {
    const { analyses, runs } = world();
    await analyses.analyze(A, { samples: 10 });
    expect(analyses.get(A).state).toBe('new');
    await analyses.analyze(A);
    expect(runs).toEqual([`${A}{"samples":10}`, `${A}{}`]);
    expect(analyses.get(A).state).toBe('done');
  });

  test('tells of a failure until the file changes, and keeps the result of before', async () => {
    const failing: Partial<AnalysesOptions> = {
      analyze: () => Promise.reject(new InputError(A, 'is cut short')),
    };
    const { analyses, stored } = world(failing);
    stored.set(`${A}{}`, 'stale');
    await expect(analyses.analyze(A)).rejects.toThrow('is cut short');
    const failed = { state: 'failed', message: `${A}: is cut short`, folder: `${A}{}` };
    expect(analyses.get(A)).toMatchObject(failed);
    await analyses.refresh(A);
    expect(analyses.get(A)).toMatchObject(failed);
    await analyses.touch(A);
    expect(analyses.get(A)).toMatchObject({ state: 'stale', message: null });
  });

  test('is as before when it is cancelled, running or waiting', async () => {
    const { analyses } = world({
      analyze: (_, { signal }) =>
        new Promise<Report>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new CancelledError());
          });
        }),
    });
    const both = [analyses.analyze(A), analyses.analyze('/w/b.ckpt')];
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(analyses.entries.map(({ state }) => state)).toEqual(['running', 'waiting']);
    analyses.cancel();
    const ends = await Promise.allSettled(both);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(analyses.entries.map(({ state }) => state)).toEqual(['new', 'new']);
  });

  test('is as before when its only caller leaves while it waits', async () => {
    const { analyses } = world({ analyze: () => new Promise<Report>(() => undefined) });
    void analyses.analyze(A);
    const controller = new AbortController();
    const waiting = analyses.analyze('/w/b.ckpt', {}, controller.signal);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(analyses.get('/w/b.ckpt').state).toBe('waiting');
    controller.abort();
    await expect(waiting).rejects.toThrow(CancelledError);
    expect(analyses.get('/w/b.ckpt').state).toBe('new');
  });

  test('shows progress and partial results while it runs', async () => {
    const events: AnalysisEvent[] = [
      { type: 'progress', stage: 'cluster', done: 1, total: 8, secondsLeft: 2 },
      { type: 'method', layer: 'fc1', method: 'forward_cov', q: 0.1, count: 3 },
    ];
    const { analyses } = world({
      analyze: (_, { onEvent }) => {
        events.forEach(onEvent);
        expect(analyses.get(A)).toMatchObject({ progress: events[0], measures: [events[1]] });
        return Promise.resolve(report());
      },
    });
    const heard: AnalysisEvent[] = [];
    analyses.progress.on(({ event }) => heard.push(event));
    await analyses.analyze(A);
    expect(heard).toEqual(events);
    expect(analyses.get(A)).toMatchObject({ progress: null, measures: [] });
  });

  test('forgets checkpoints that are gone, and keeps guests from elsewhere', async () => {
    const { analyses } = world();
    analyses.list([A, '/w/b.ckpt']);
    await analyses.analyze('/elsewhere/c.ckpt');
    analyses.list([A]);
    expect(analyses.entries.map(({ path }) => path)).toEqual([A, '/elsewhere/c.ckpt']);
  });
});
