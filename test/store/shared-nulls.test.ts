import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ParallelCompute } from '../../src/compute/parallel';
import type { NullWork } from '../../src/core/analysis/nulls';
import { resolveDataset } from '../../src/core/dataset/choose';
import { nullKey } from '../../src/core/study/content-keys';
import { crossEntropyData, loadNetwork } from '../support/measure';
import { DIGITS, PROJECT } from '../support/command';
import { NullFolder } from '../../src/store/null-folder';
import { SharedNulls } from '../../src/store/shared-nulls';
import { temporaryFolder } from '../support/temporary';

const root = temporaryFolder();
const folderOfTheTest = (): string => mkdtempSync(join(root, 'nulls-'));

/** Counts the networks it measures. */
class CountingCompute extends ParallelCompute {
  sweeps = 0;
  override sweep(...work: Parameters<ParallelCompute['sweep']>): ReturnType<ParallelCompute['sweep']> {
    this.sweeps++;
    return super.sweep(...work);
  }
}

const open: CountingCompute[] = [];
afterAll(() => Promise.all(open.map((compute) => compute.close())));
function start(): CountingCompute {
  const compute = new CountingCompute({ backend: 'wasm', workers: 1, folder: join(PROJECT, 'dist') });
  open.push(compute);
  return compute;
}

const COUNT = 40;
async function work(compute: CountingCompute): Promise<NullWork> {
  const { main } = await resolveDataset({ path: join(DIGITS, 'data/test-images-idx3-ubyte') }, {}, [64]);
  const dataset = crossEntropyData(await main.load(100));
  return {
    model: await loadNetwork(join(DIGITS, 'checkpoints/digits_drop=0.0_run=0.ckpt')),
    dataset,
    settings: {
      methods: ['forward_cov'],
      nulls: [{ kind: 'untrained', count: COUNT }],
      solver: 'louvain',
      seed: 0,
    },
    combined: false,
    compute,
  };
}

/** As many processes as there are indices, each with the shard of its index. @returns how many networks each has measured */
async function together(folder: NullFolder, indices: readonly number[], count: number): Promise<number[]> {
  const computes = indices.map(start);
  const results = await Promise.all(
    computes.map(async (compute, at) => {
      let done = 0;
      const nulls = new SharedNulls(folder, { index: indices[at]!, count });
      const runs = await nulls.measure(await work(compute), () => done++);
      expect(done).toBeLessThanOrEqual(COUNT);
      return runs;
    }),
  );
  for (const runs of results) {
    expect(runs).toHaveLength(COUNT);
    expect(runs).toEqual(results[0]);
  }
  return computes.map(({ sweeps }) => sweeps);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('null networks that processes share', () => {
  it.each([
    { processes: 4, shards: 4 },
    // The first tasks of a long array run alone at first, and begin at neighbours.
    { processes: 4, shards: 40 },
    { processes: 2, shards: 1000 },
  ])('are hardly measured twice by $processes of $shards shards', async ({ processes, shards }) => {
    const folder = new NullFolder(folderOfTheTest());
    const indices = Array.from({ length: processes }, (_, index) => index);
    const measured = await together(folder, indices, shards);
    // At the end a process that has nothing else left takes over what another is about to finish.
    expect(sum(measured)).toBeLessThanOrEqual(COUNT + 3 * (processes - 1));
    expect(Math.min(...measured)).toBeGreaterThan(0);
    expect(readdirSync(folder.path)).toEqual([expect.stringMatching(/\.json$/)]);
  });

  it('are not waited for where the process that began them was killed', async () => {
    const folder = new NullFolder(folderOfTheTest());
    const compute = start();
    const { settings, ...rest } = await work(compute);
    const [request] = settings.nulls;
    if (request === undefined) throw new Error('no null networks');
    const key = nullKey({ settings, ...rest }, request, await compute.backend());
    for (let index = 0; index < COUNT; index++) expect(await folder.begin(key, index)).toBe(true);
    expect(await folder.begin(key, 0)).toBe(false);
    expect(await together(folder, [0], 1)).toEqual([COUNT]);
  });
});
