import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/base/error';
import { expandPatterns, study } from '../../../src/core/study/study';
import { temporaryFolder } from '../../support/temporary';
import { exampleReport } from '../render/example';

const folder = temporaryFolder();

describe('a study', () => {
  const analyze = (checkpoint: string) =>
    checkpoint.startsWith('bad')
      ? Promise.reject(new InputError(checkpoint, 'is no checkpoint'))
      : Promise.resolve(exampleReport({ createdAt: checkpoint }));

  it('passes over what cannot be analyzed, and tells of it', async () => {
    const told: string[] = [];
    const { reports, failures } = await study(['a', 'bad1', 'b'], analyze, ({ message }) =>
      told.push(message),
    );
    expect(reports.map(({ createdAt }) => createdAt)).toEqual(['a', 'b']);
    expect(told).toEqual(['bad1: is no checkpoint']);
    expect(failures).toHaveLength(1);
  });

  it('is an error where nothing can be analyzed, and where the fault is ours', async () => {
    await expect(study(['bad1', 'bad2'], analyze, () => undefined)).rejects.toThrow(/none of 2 files/);
    const fault = () => Promise.reject(new TypeError('a fault'));
    await expect(study(['a'], fault, () => undefined)).rejects.toThrow(TypeError);
  });
});

it('patterns are the files they match, as people count, each once', async () => {
  mkdirSync(join(folder, 'runs'));
  for (const name of ['e10.pt', 'e2.pt', 'note.txt']) writeFileSync(join(folder, 'runs', name), '');
  const pattern = join(folder, 'runs/*.pt');
  const last = join(folder, 'runs/e2.pt');
  expect(await expandPatterns([pattern, last])).toEqual([last, join(folder, 'runs/e10.pt')]);
});
