import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import type { Report } from '../../src/core/report';
import type { Finding } from '../../src/core/study/findings/findings';
import type { StudyStatistics } from '../../src/core/study/findings/study-statistics';
import { DIGITS, modscope, type Outcome, PROJECT } from '../support/command';
import { tableBytes } from '../support/study-tables';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const GLOB = 'runs/digits_drop=*.ckpt';
/** Little enough that a checkpoint takes a fraction of a second, and null networks of both families. */
const LITTLE = [
  ...['--methods', 'forward_cov,backward_jac', '--samples', '200', '--solver', 'louvain'],
  ...['--nulls', 'untrained:6'],
];

const study = (...args: readonly string[]): Promise<Outcome> => modscope(['study', ...args], folder);

const tables = (name: string): Record<string, string> => tableBytes(join(folder, name));

function rows(name: string, table: string): Record<string, string>[] {
  return parse(readFileSync(join(folder, name, 'tables', `${table}.csv`)), { columns: true });
}

const files = (name: string, kind: string): string[] =>
  existsSync(join(folder, name, kind)) ? readdirSync(join(folder, name, kind)) : [];

const bytes = (path: string): string => readFileSync(join(folder, path), 'utf8');

beforeAll(async () => {
  cpSync(join(DIGITS, 'data'), join(folder, 'data'), { recursive: true });
  mkdirSync(join(folder, 'runs'));
  const names = readdirSync(join(DIGITS, 'checkpoints')).filter((name) => name.startsWith('digits_drop'));
  for (const name of names) copyFileSync(join(DIGITS, 'checkpoints', name), join(folder, 'runs', name));
  // What all others are compared with: planned, run and collected in one process.
  const { code, err } = await study(GLOB, ...LITTLE, '--out', 'serial');
  expect(err).not.toContain('modscope:');
  expect(code).toBe(0);
}, 120_000);

describe('modscope study GLOB', () => {
  it('writes the tables, the wide one, and null networks that all checkpoints share', () => {
    expect(rows('serial', 'checkpoints').map((row) => [row['hp.drop'], row['state']])).toEqual(
      ['0', '0', '0.3', '0.3', '0.6', '0.6'].map((drop) => [drop, 'done']),
    );
    const modularity = rows('serial', 'modularity');
    expect(modularity).toHaveLength(6 * 3 * 2);
    for (const row of modularity) expect(Number.isFinite(Number(row['z']))).toBe(true);
    const agreement = rows('serial', 'agreement');
    expect(agreement).toHaveLength(6 * 3);
    for (const row of agreement) expect(row['element_sim_minus_untrained']).not.toBe('');
    expect(files('serial', 'nulls')).toHaveLength(1);
    expect(files('serial', 'results')).toHaveLength(6);
    expect(files('serial', 'times')).toEqual(files('serial', 'results'));
    const [header = '', ...lines] = bytes('serial/study.csv').trimEnd().split('\n');
    expect(header.split(',')).toEqual(
      expect.arrayContaining(['path', 'hp.drop', 'fc_layers.0.forward_cov.q']),
    );
    expect(lines).toHaveLength(6);
  });

  it('writes statistics of the runs in its tables, and says what is found', async () => {
    const statistics = JSON.parse(bytes('serial/statistics.json')) as StudyStatistics & {
      findings: Finding[];
    };
    expect(statistics.runs).toMatchObject({ planned: 6, done: 6, runs: 6, counted: 6, threshold: 0.8 });
    const [drop] = statistics.factors;
    expect(drop).toMatchObject({ factor: 'drop', runs: 6, held: {}, within: [] });
    // Two measures, over layers and in each of two and the combined one.
    expect(drop?.trends).toHaveLength(2 * 4);
    for (const { measure, layer, n, correlation, slope } of drop?.trends ?? []) {
      const own = rows('serial', 'modularity').filter(
        (row) =>
          row['method'] === measure &&
          (layer === null ? row['layer'] !== 'combined' : row['layer'] === layer),
      );
      // Least squares again, over the rows of the table: each run has as many.
      const points = own.map((row) => [Number(row['hp.drop']), Number(row['q'])] as const);
      const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
      const [x, y] = [mean(0), mean(1)];
      const products = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
      expect(slope?.slope).toBeCloseTo(products / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0), 12);
      expect(n).toBe(6);
      // Six runs at three values, two each, have 90 arrangements.
      expect(correlation).toMatchObject({ exact: true, arrangements: 90 });
    }
    const across = statistics.agreement.find(
      ({ layer, metric }) => layer === null && metric === 'element_sim',
    );
    expect(across).toMatchObject({ block: 'across', pairs: 1, untrained: { networks: 6 } });
    const differences = rows('serial', 'agreement')
      .filter((row) => row['layer'] !== 'combined')
      .map((row) => Number(row['element_sim_minus_untrained']));
    const meanDifference = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    expect(across?.difference.mean).toBeCloseTo(meanDifference, 12);
    const { out } = await study('collect', 'serial');
    for (const { verdict, sentence } of statistics.findings) {
      if (verdict === 'found' || verdict === 'uncertain') expect(out).toContain(sentence);
    }
  });

  it('has the numbers of the single analyses', async () => {
    const checkpoint = 'runs/digits_drop=0.3_run=1.ckpt';
    const { out } = await modscope(['analyze', checkpoint, ...LITTLE, '--json'], folder);
    const single = JSON.parse(out) as Report;
    const { out: printed } = await study(GLOB, ...LITTLE, '--out', 'serial', '--json');
    const reports = JSON.parse(printed) as Report[];
    const own = reports.find(({ checkpoint: { path } }) => path === checkpoint);
    expect(own).toEqual({ ...single, createdAt: own?.createdAt, timings: own?.timings });
  }, 60_000);

  it('computes nothing twice, and looks at files again only where they changed', async () => {
    const before = files('serial', 'results').map((file) => bytes(`serial/results/${file}`));
    const { out } = await study('run', 'serial');
    expect(out).toBe('0 analyzed, 6 done before, 0 failed\n');
    cpSync(join(folder, 'runs'), join(folder, 'moved'), { recursive: true });
    cpSync(join(folder, 'serial'), join(folder, 'again'), { recursive: true });
    // Other paths, and so other entries, of the same content.
    await study('plan', 'moved/*.ckpt', ...LITTLE, '--out', 'again');
    expect((await study('status', 'again')).out).toMatch(/0 of 6 checkpoints done, 0 failed, 6 to do/);
    expect((await study('run', 'again')).out).toBe('0 analyzed, 6 done before, 0 failed\n');
    expect(files('again', 'results').map((file) => bytes(`again/results/${file}`))).toEqual(before);
  }, 60_000);
});

describe('a study that is interrupted', () => {
  /** Resolves once so many results are there; the child goes on. */
  async function until(child: ChildProcess, name: string, count: number): Promise<void> {
    while (files(name, 'results').filter((file) => file.endsWith('.json')).length < count) {
      if (child.exitCode !== null) throw new Error('it ended before it could be interrupted');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it.each([
    { signal: 'SIGKILL' as const, after: 0 },
    { signal: 'SIGKILL' as const, after: 3 },
    { signal: 'SIGINT' as const, after: 2 },
  ])(
    'by $signal after $after results goes on where it was',
    async ({ signal, after }) => {
      const name = `${signal}-${after}`;
      await study('plan', GLOB, ...LITTLE, '--out', name);
      const child = spawn(process.execPath, [join(PROJECT, 'dist/cli.cjs'), 'study', 'run', name], {
        cwd: folder,
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      if (after === 0) {
        // While null networks are under way.
        while (files(name, 'nulls').length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await until(child, name, after);
      child.kill(signal);
      expect(await ended).toBe(signal === 'SIGINT' ? 130 : null);
      const kept = files(name, 'results').filter((file) => file.endsWith('.json')).length;
      expect(kept).toBeGreaterThanOrEqual(after);
      expect(kept).toBeLessThan(6);
      const { code, out } = await study('run', name);
      expect(code).toBe(0);
      expect(Number(/(\d+) analyzed/.exec(out)?.[1])).toBe(6 - kept);
      await study('collect', name);
      expect(tables(name)).toEqual(tables('serial'));
    },
    60_000,
  );
});

describe('a study in shards', () => {
  it('at the same time comes to the same tables', async () => {
    await study('plan', GLOB, ...LITTLE, '--out', 'shards');
    const [first, second] = await Promise.all(
      ['1/2', '2/2'].map((shard) => study('run', 'shards', '--shard', shard, '--workers', '1')),
    );
    expect([first?.out, second?.out]).toEqual(Array(2).fill('3 analyzed, 0 done before, 0 failed\n'));
    expect((await study('collect', 'shards')).out).toContain('6 of 6 checkpoints, 0 failed');
    expect(tables('shards')).toEqual(tables('serial'));
    expect(bytes('shards/statistics.json')).toBe(bytes('serial/statistics.json'));
    expect(files('shards', 'nulls')).toEqual(files('serial', 'nulls'));
  }, 60_000);

  it('are told by a job array, and what is missing is said', async () => {
    await study('plan', GLOB, ...LITTLE, '--out', 'array');
    const { out, code } = await modscope(['study', 'run', 'array', '--shard', 'auto/3'], folder, undefined, {
      JOB_COMPLETION_INDEX: '2',
    });
    expect([code, out]).toEqual([0, '2 analyzed, 0 done before, 0 failed\n']);
    expect((await study('status', 'array')).out).toMatch(/2 of 6 checkpoints done, 0 failed, 4 to do/);
    const { out: collected } = await study('collect', 'array');
    expect(collected).toContain('2 of 6 checkpoints, 0 failed, 4 to do');
    expect(rows('array', 'checkpoints').filter(({ state }) => state === 'missing')).toHaveLength(4);
  }, 60_000);
});

describe('bad input to a study', () => {
  it('a checkpoint that fails costs the others nothing, and is tried again', async () => {
    const bad = join(folder, 'bad.ckpt');
    const good = 'runs/digits_drop=0.0_run=0.ckpt';
    writeFileSync(bad, 'not a checkpoint');
    const { code, out, err } = await study('bad.ckpt', good, 'gone.ckpt', ...LITTLE, '--out', 'bad');
    expect(code).toBe(1);
    expect(err).toContain('bad.ckpt: is a text file');
    expect(err).toContain('2 of 3 checkpoints could not be analyzed');
    expect(out).toContain('1 checkpoints analyzed, 2 passed over');
    expect(rows('bad', 'checkpoints').map(({ state }) => state)).toEqual(['failed', 'done', 'failed']);
    expect(files('bad', 'failures')).toHaveLength(2);
    copyFileSync(join(folder, good), bad); // mended
    const { out: again } = await study('run', 'bad');
    expect(again).toBe('0 analyzed, 2 done before, 1 failed\n'); // the same content as the other
    expect(files('bad', 'failures')).toHaveLength(1);
  }, 60_000);

  it('is told in one sentence', async () => {
    const one = async (...args: readonly string[]) => {
      const { code, err } = await study(...args);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
      return [code, err] as const;
    };
    expect(await one('run', 'nowhere')).toEqual([1, expect.stringContaining('holds no study')]);
    expect(await one('run')).toEqual([2, expect.stringContaining('takes the folder of a study')]);
    expect(await one('none/*.ckpt')).toEqual([1, expect.stringContaining('no file matches')]);
    expect(await one('run', 'serial', '--shard', '3/2')).toEqual([1, expect.stringContaining('k/n')]);
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other/manifest.json'), '{"schema": "modscope-study/7"}');
    for (const part of ['run', 'status', 'collect']) {
      expect(await one(part, 'other')).toEqual([1, expect.stringContaining('another version')]);
    }
    const planned = JSON.parse(bytes('serial/manifest.json')) as { numerics: number };
    cpSync(join(folder, 'serial'), join(folder, 'older'), { recursive: true });
    const older = JSON.stringify({ ...planned, numerics: planned.numerics - 1 });
    writeFileSync(join(folder, 'older/manifest.json'), older);
    expect(await one('run', 'older')).toEqual([1, expect.stringMatching(/numbers may differ.*Plan.*again/)]);
    expect(files('older', 'results')).toEqual(files('serial', 'results'));
    cpSync(join(folder, 'serial'), join(folder, 'damaged'), { recursive: true });
    const [result = ''] = files('damaged', 'results');
    appendFileSync(join(folder, 'damaged/results', result), 'x');
    expect(await one('collect', 'damaged')).toEqual([1, expect.stringContaining('is damaged')]);
    rmSync(join(folder, 'damaged/results', result));
    expect((await study('run', 'damaged')).out).toBe('1 analyzed, 5 done before, 0 failed\n');
    await study('collect', 'damaged');
    expect(tables('damaged')).toEqual(tables('serial'));
  }, 60_000);

  it('a folder that cannot be written to ends it', async () => {
    await study('plan', GLOB, ...LITTLE, '--out', 'readonly');
    writeFileSync(join(folder, 'readonly/nulls'), 'no folder');
    const { code, err } = await study('run', 'readonly');
    expect(code).toBe(1);
    expect(err).toMatch(/nulls.*cannot be written.*What is done is kept/);
    expect(files('readonly', 'failures')).toEqual([]);
  }, 60_000);
});
