import { copyFile, cp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CancelledError, InputError } from '../../src/core/base/error';
import type { Report } from '../../src/core/report';
import type { AnalysisEvent, AnalysisRequest } from '../../src/protocol';
import { RemoteError } from '../../src/rpc';
import { cacheKey, resultState } from '../../src/store/cache';
import { readReport } from '../../src/store/results';
import { DIGITS, modscope } from '../support/command';
import { DIST, startHost } from '../support/host';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const host = startHost();
afterAll(() => {
  host.close();
});

const CHECKPOINT = join(DIGITS, 'checkpoints/digits_drop=0.3_run=0.ckpt');
const TEST = join(DIGITS, 'data/test-images-idx3-ubyte');

/** A quick analysis: a few samples, one method. */
function request(changes: Partial<AnalysisRequest> = {}): AnalysisRequest {
  const checkpoint = changes.checkpoint ?? CHECKPOINT;
  const settings = { workers: 2, samples: 100, methods: ['forward_cov'] };
  return {
    checkpoint,
    config: null,
    data: TEST,
    settings,
    folder: join(folder, cacheKey(checkpoint)),
    nulls: join(folder, 'nulls'),
    ...changes,
  };
}

/** Goes on for a minute and more: thousands of null networks. */
async function endless(name: string): Promise<AnalysisRequest> {
  const config = join(folder, `${name}.json`);
  await writeFile(config, JSON.stringify({ nulls: { untrained: 10_000 } }));
  return request({ config, folder: join(folder, name) });
}

/** The parts of a report that do not tell when and how fast it was made. */
function results({ layers, stats, checkpoint }: Report) {
  const withoutPaths = layers.map(({ methods, ...layer }) => ({
    ...layer,
    methods: Object.entries(methods).map(([method, result]) => ({ ...result, method, matrix: null })),
  }));
  return { layers: withoutPaths, stats, sha256: checkpoint.sha256 };
}

describe('an analysis', () => {
  it('gives the report of the command line, and tells stages and methods while it runs', async () => {
    const events: AnalysisEvent[] = [];
    const every = request({ settings: { workers: 2, samples: 300, nulls: { untrained: 5 } } });
    const report = await host.call('analyze', every, { onEvent: (event) => events.push(event) });
    const args = ['analyze', CHECKPOINT, '--data', TEST, '--samples', '300', '--workers', '2', '--json'];
    args.push('--nulls', 'untrained:5');
    const { out } = await modscope(args);
    expect(results(report)).toEqual(results(JSON.parse(out) as Report));

    const methods = events.filter((event) => event.type === 'method');
    const expected = report.layers.flatMap(({ name, methods }) =>
      Object.entries(methods).map(([method, { q, count }]) => ({
        type: 'method',
        layer: name,
        method,
        q,
        count,
      })),
    );
    const order = (a: object, b: object): number => JSON.stringify(a).localeCompare(JSON.stringify(b));
    expect(methods.sort(order)).toEqual(expected.sort(order));
    const stages = events.flatMap((event) => (event.type === 'progress' ? event.stage : []));
    expect([...new Set(stages)]).toEqual([
      'read',
      'compute',
      'statistics',
      'cluster',
      'agree',
      'nulls',
      'write',
    ]);
    // Partial results come before the end: null networks are still to do.
    expect(events.findIndex(({ type }) => type === 'method')).toBeLessThan(
      events.findIndex((event) => event.type === 'progress' && event.stage === 'nulls'),
    );
  }, 120_000);

  it('tells the time left, which shrinks to nothing', async () => {
    const left: (number | null)[] = [];
    await host.call('analyze', request(), {
      onEvent: (event) => event.type === 'progress' && left.push(event.secondsLeft),
    });
    const known = left.filter((seconds) => seconds !== null);
    expect(known.length).toBeGreaterThan(left.length / 2);
    expect(Math.min(...known)).toBeGreaterThanOrEqual(0);
    expect(known.at(-1)).toBeLessThan(1);
  });

  it('leaves a result that is fresh until what it depends on changes', async () => {
    const checkpoint = join(folder, 'changing.ckpt');
    await copyFile(CHECKPOINT, checkpoint);
    const own = request({ checkpoint });
    expect(await resultState(own)).toBe('missing');
    await host.call('analyze', own);
    expect(await resultState(own)).toBe('fresh');
    expect(await resultState({ ...own, settings: { ...own.settings, workers: 1 } })).toBe('fresh');
    expect(await resultState({ ...own, settings: { ...own.settings, seed: 1 } })).toBe('stale');
    await utimes(checkpoint, 1, 1);
    expect(await resultState(own)).toBe('stale');
    await rm(checkpoint);
    expect(await resultState(own)).toBe('stale');
  });

  it('has the null networks and resamples that VS Code asks for', async () => {
    const settings = { ...request().settings, nulls: { shuffled: 2, permuted: 3 }, bootstrap: 4 };
    const asked = request({ settings, folder: join(folder, 'asked') });
    const { layers, settings: reported } = await host.call('analyze', asked);
    expect(reported.nulls).toEqual([
      { kind: 'shuffled', count: 2 },
      { kind: 'permuted', count: 3 },
    ]);
    expect(layers[0]?.methods.forward_cov?.nulls.map(({ count }) => count)).toEqual([2, 3]);
    expect(layers[0]?.methods.forward_cov?.bootstrap?.count).toBe(4);
    expect(await resultState({ ...asked, settings: { ...settings, bootstrap: 0 } })).toBe('stale');
  });

  it('is stored before its null networks are done, and shares them with others of its architecture', async () => {
    const nulls = join(folder, 'own nulls');
    const own = request({ nulls, folder: join(folder, 'partial') });
    const early: (readonly [state: string, report: Report])[] = [];
    const looking: Promise<void>[] = [];
    const look = async (): Promise<void> => {
      early.push([await resultState(own), await readReport(own.folder)]);
    };
    const report = await host.call('analyze', own, {
      onEvent: (event) => event.type === 'measured' && looking.push(look()),
    });
    await Promise.all(looking);
    const withoutNulls = results(report).layers.map(({ methods, ...layer }) => ({
      ...layer,
      methods: methods.map((method) => ({ ...method, null: null, nulls: [] })),
    }));
    expect(early.map(([state]) => state)).toEqual(['partial']);
    expect(early.map(([, measured]) => results(measured).layers)).toEqual([withoutNulls]);
    expect(report.layers[0]?.methods.forward_cov?.null?.count).toBe(100);
    expect(await resultState(own)).toBe('fresh');

    const checkpoint = join(DIGITS, 'checkpoints/digits_drop=0.0_run=0.ckpt');
    const other = request({ checkpoint, nulls, folder: join(folder, 'other') });
    const stages: string[] = [];
    const { layers, timings } = await host.call('analyze', other, {
      onEvent: (event) => stages.push(event.type === 'progress' ? event.stage : event.type),
    });
    expect(layers[0]?.methods.forward_cov?.null).toMatchObject({
      ...report.layers[0]?.methods.forward_cov?.null,
      z: expect.any(Number) as number,
      p: expect.any(Number) as number,
    });
    expect(stages).not.toContain('measured');
    expect(timings['nulls']).toBeLessThan(0.2);
    expect((await readdir(nulls)).length).toBe(1);
  }, 60_000);

  it('is as good without its matrices, which another analysis brings back', async () => {
    const own = request({ folder: join(folder, 'thin') });
    await host.call('analyze', own);
    await rm(join(own.folder, 'matrices'), { recursive: true });
    expect(await resultState(own)).toBe('thin');
    await host.call('analyze', own);
    expect(await resultState(own)).toBe('fresh');
  });

  it('refuses settings it does not know with the words of modscope.json', async () => {
    const call = host.call('analyze', request({ settings: { methods: ['forward_cow'] } }));
    await expect(call).rejects.toThrow(InputError);
    await expect(call).rejects.toThrow('did you mean "forward_cov"?');
  });

  it('refuses a bad file as input, and leaves nothing', async () => {
    const checkpoint = join(folder, 'bad.ckpt');
    await writeFile(checkpoint, 'no checkpoint at all');
    const call = host.call('analyze', request({ checkpoint }));
    await expect(call).rejects.toThrow(InputError);
    await expect(call).rejects.toThrow('bad.ckpt: is a text file');
    expect(await readdir(folder)).not.toContain(cacheKey(checkpoint));
  });
});

describe('a cancelled analysis', () => {
  it('ends within a second, keeps the stored result, and the next one works', async () => {
    const long = await endless('cancelled');
    await host.call('analyze', { ...request(), folder: long.folder });
    const controller = new AbortController();
    const onEvent = (event: AnalysisEvent): void => {
      if (event.type === 'progress' && event.stage === 'nulls') controller.abort();
    };
    let aborted = 0;
    controller.signal.addEventListener('abort', () => (aborted = performance.now()));
    const call = host.call('analyze', long, { signal: controller.signal, onEvent });
    await expect(call).rejects.toThrow(CancelledError);
    const took = performance.now() - aborted;
    expect(took, `cancelled in ${took.toFixed(0)} ms`).toBeLessThan(1000);
    expect(await readdir(long.folder)).toContain('report.json');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await host.call('analyze', request());
  });

  it('that waits its turn does not begin', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const running = host.call('analyze', await endless('first'), { signal: first.signal });
    const events: AnalysisEvent[] = [];
    const waiting = host.call('analyze', request(), {
      signal: second.signal,
      onEvent: (event) => events.push(event),
    });
    second.abort();
    await expect(waiting).rejects.toThrow(CancelledError);
    first.abort();
    await expect(running).rejects.toThrow(CancelledError);
    expect(events).toEqual([]);
  });
});

describe('a compute worker that dies', () => {
  it('fails the analysis by name, and the next one starts new threads', async () => {
    // The real bundles, and a worker that ends itself when it is first asked to cluster.
    const dist = join(folder, 'dist');
    await cp(DIST, dist, { recursive: true });
    const died = JSON.stringify(join(folder, 'died'));
    await copyFile(join(dist, 'worker.cjs'), join(dist, 'real.cjs'));
    await writeFile(
      join(dist, 'worker.cjs'),
      `const { existsSync, writeFileSync } = require('node:fs');
       require('node:worker_threads').parentPort.on('message', ({ name }) => {
         if (name !== 'cluster' || existsSync(${died})) return;
         writeFileSync(${died}, '');
         process.exit(7);
       });
       require('./real.cjs');`,
    );
    const fragile = startHost(dist);
    try {
      const own = request({ folder: join(folder, 'fragile') });
      const error: unknown = await fragile.call('analyze', own).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RemoteError);
      expect(error).toHaveProperty(
        'message',
        expect.stringMatching(/Worker thread [12] of 2 died \(exit code 7\)/),
      );
      expect((await fragile.call('analyze', own)).layers.length).toBeGreaterThan(0);
    } finally {
      fragile.close();
    }
  });
});
