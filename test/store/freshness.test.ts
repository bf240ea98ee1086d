import { copyFile, cp, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisRequest } from '../../src/protocol';
import { resultState } from '../../src/store/cache';
import { DIGITS } from '../support/command';
import { startHost } from '../support/host';
import { makeSafetensors } from '../support/safetensors';
import { temporaryFolder } from '../support/temporary';

/** A stored result holds as long as an analysis would give the same, whatever else happens around it. */
const root = temporaryFolder();
const host = startHost();
afterAll(() => {
  host.close();
});

function request(checkpoint: string): AnalysisRequest {
  const settings = { workers: 1, samples: 50, methods: ['forward_cov'] };
  return {
    checkpoint,
    config: null,
    data: null,
    settings,
    folder: `${checkpoint}.result`,
    nulls: join(root, 'nulls'),
  };
}

/** Copies a split of the sample's data set, under another name where one is given. */
async function copyData(folder: string, split: string, as = split): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of ['images-idx3-ubyte', 'labels-idx1-ubyte'])
    await copyFile(join(DIGITS, 'data', `${split}-${file}`), join(folder, `${as}-${file}`));
}

describe('a result on data that was found', () => {
  const project = join(root, 'project');
  const own = request(join(project, 'runs/last.ckpt'));
  beforeAll(async () => {
    await mkdir(join(project, 'runs'), { recursive: true });
    await writeFile(join(project, 'package.json'), '{}');
    await cp(join(DIGITS, 'checkpoints/digits_drop=0.3_run=0.ckpt'), own.checkpoint);
    await copyData(join(project, 'data'), 'test');
    await host.call('analyze', own);
  }, 60_000);

  it('holds when a table appears that is no data for it', async () => {
    expect(await resultState(own)).toBe('fresh');
    await writeFile(join(project, 'runs/metrics.csv'), 'epoch,loss\n1,0.5\n2,0.4\n');
    expect(await resultState(own)).toBe('fresh');
  });

  it('is stale when its data set changes', async () => {
    const labels = join(project, 'data/test-labels-idx1-ubyte');
    await utimes(labels, 1, 1);
    expect(await resultState(own)).toBe('stale');
    await host.call('analyze', own);
    expect(await resultState(own)).toBe('fresh');
  });

  it('is stale when another split of its data set comes, until that goes', async () => {
    await copyData(join(project, 'data'), 'val');
    expect(await resultState(own)).toBe('stale');
    for (const file of ['images-idx3-ubyte', 'labels-idx1-ubyte'])
      await rm(join(project, 'data', `val-${file}`));
    expect(await resultState(own)).toBe('fresh');
  });

  it('is stale when there is another data set to choose', async () => {
    await copyData(join(project, 'data/other'), 'test');
    expect(await resultState(own)).toBe('stale');
  });

  it('fails as a matter of data when there are two, and not as one of data when the checkpoint is bad', async () => {
    await expect(host.call('analyze', own)).rejects.toMatchObject({ name: 'InputError', about: 'data' });
    const bad = request(join(project, 'runs/bad.ckpt'));
    await writeFile(bad.checkpoint, 'no checkpoint at all');
    await expect(host.call('analyze', bad)).rejects.toMatchObject({ name: 'InputError', about: undefined });
  });
});

describe('a result of a checkpoint in several files', () => {
  const folder = join(root, 'sharded');
  const own = request(join(folder, 'model.safetensors.index.json'));
  beforeAll(async () => {
    await copyData(join(folder, 'data'), 'test');
    await writeShard('one.safetensors', { 'fc1.weight': [16, 64], 'fc1.bias': [16] });
    await writeShard('two.safetensors', { 'fc2.weight': [10, 16], 'fc2.bias': [10] });
    const map = {
      'fc1.weight': 'one.safetensors',
      'fc1.bias': 'one.safetensors',
      'fc2.weight': 'two.safetensors',
      'fc2.bias': 'two.safetensors',
    };
    await writeFile(own.checkpoint, JSON.stringify({ weight_map: map }));
    await host.call('analyze', own);
  }, 60_000);

  it('is stale when one of them changes behind an index that does not', async () => {
    expect(await resultState(own)).toBe('fresh');
    await utimes(join(folder, 'two.safetensors'), 1, 1);
    expect(await resultState(own)).toBe('stale');
  });

  async function writeShard(
    name: string,
    shapes: Readonly<Record<string, readonly number[]>>,
  ): Promise<void> {
    let end = 0;
    const header = Object.fromEntries(
      Object.entries(shapes).map(([tensor, shape]) => {
        const begin = end;
        end += 4 * shape.reduce((product, size) => product * size, 1);
        return [tensor, { dtype: 'F32', shape, data_offsets: [begin, end] }];
      }),
    );
    const values = Float32Array.from({ length: end / 4 }, (_, i) => Math.sin(7 * i + end));
    await writeFile(join(folder, name), makeSafetensors(header, new Uint8Array(values.buffer)));
  }
});
