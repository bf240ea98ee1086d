import { describe, expect, it } from 'vitest';
import { inShard, shardOf, shardsWith } from '../../../src/core/study/shard';

const tasks = (count: number) => Array.from({ length: count }, (_, task) => task);

/** The environments of all tasks of an array of four. */
const ARRAYS: Readonly<Record<string, (task: number) => Record<string, string>>> = {
  'Slurm 0-3': (task) => ({
    SLURM_ARRAY_TASK_ID: String(task),
    SLURM_ARRAY_TASK_MIN: '0',
    SLURM_ARRAY_TASK_MAX: '3',
    SLURM_ARRAY_TASK_STEP: '1',
    SLURM_ARRAY_TASK_COUNT: '4',
  }),
  'Slurm 1-7:2': (task) => ({
    SLURM_ARRAY_TASK_ID: String(1 + 2 * task),
    SLURM_ARRAY_TASK_MIN: '1',
    SLURM_ARRAY_TASK_MAX: '7',
    SLURM_ARRAY_TASK_STEP: '2',
    SLURM_ARRAY_TASK_COUNT: '4',
  }),
  'Slurm 10-40:10': (task) => ({
    SLURM_ARRAY_TASK_ID: String(10 + 10 * task),
    SLURM_ARRAY_TASK_MIN: '10',
    SLURM_ARRAY_TASK_MAX: '40',
    SLURM_ARRAY_TASK_STEP: '10',
    SLURM_ARRAY_TASK_COUNT: '4',
  }),
  // The last index of SGE is the one asked for, whether the step meets it or not.
  'SGE 2-9:2': (task) => ({
    SGE_TASK_ID: String(2 + 2 * task),
    SGE_TASK_FIRST: '2',
    SGE_TASK_LAST: '9',
    SGE_TASK_STEPSIZE: '2',
  }),
  'SGE 1-4': (task) => ({
    SGE_TASK_ID: String(1 + task),
    SGE_TASK_FIRST: '1',
    SGE_TASK_LAST: '4',
    SGE_TASK_STEPSIZE: '1',
  }),
  'LSF 1-4': (task) => ({ SGE_TASK_ID: 'undefined', LSB_JOBINDEX: String(1 + task), LSB_JOBINDEX_END: '4' }),
  'LSF 1-8:2': (task) => ({
    LSB_JOBINDEX: String(1 + 2 * task),
    LSB_JOBINDEX_END: '8',
    LSB_JOBINDEX_STEP: '2',
  }),
};

/** Schedulers that do not say how many tasks there are. */
const SILENT: Readonly<Record<string, (task: number) => Record<string, string>>> = {
  // What SGE and LSF set outside an array is not their index.
  'PBS 1-4': (task) => ({ SGE_TASK_ID: 'undefined', LSB_JOBINDEX: '0', PBS_ARRAY_INDEX: String(1 + task) }),
  'TORQUE 0-3': (task) => ({ PBS_ARRAYID: String(task) }),
  'Kubernetes 0-3': (task) => ({ JOB_COMPLETION_INDEX: String(task) }),
};

describe('a shard', () => {
  it('is every n-th, so that all of them are each once', () => {
    const items = tasks(10);
    const parts = ['1/3', '2/3', '3/3'].map((text) => inShard(items, shardOf(text, {})));
    expect(parts[1]).toEqual([1, 4, 7]);
    expect(parts.flat().sort((a, b) => a - b)).toEqual(items);
  });

  it.each(Object.entries(ARRAYS))('is what %s says with auto', (_, environment) => {
    const shards = tasks(4).map((task) => shardOf('auto', environment(task)));
    expect(new Set(shards.map(({ index }) => index))).toEqual(new Set(tasks(4)));
    for (const { count } of shards) expect(count).toBe(4);
  });

  it.each(Object.entries(SILENT))('of %s takes a count', (_, environment) => {
    const indices = tasks(4).map((task) => shardOf('auto/4', environment(task)).index);
    expect(new Set(indices)).toEqual(new Set(tasks(4)));
    expect(() => shardOf('auto', environment(1))).toThrow(/does not tell how many.*auto\/n/);
  });

  it('with auto/n is the same for a task that is submitted again with some others', () => {
    // As Slurm tells them of --array=3,7 and of --array=7.
    const among = { SLURM_ARRAY_TASK_MIN: '3', SLURM_ARRAY_TASK_MAX: '7', SLURM_ARRAY_TASK_STEP: '1' };
    const alone = { SLURM_ARRAY_TASK_MIN: '7', SLURM_ARRAY_TASK_MAX: '7', SLURM_ARRAY_TASK_STEP: '1' };
    for (const environment of [among, alone]) {
      expect(shardOf('auto/20', { ...environment, SLURM_ARRAY_TASK_ID: '7' })).toEqual({
        index: 7,
        count: 20,
      });
    }
  });

  it('with auto/n is refused where two tasks would be the same', () => {
    const [, task] = Object.entries(ARRAYS).find(([name]) => name === 'Slurm 1-7:2') ?? [];
    expect(() => shardOf('auto/4', task?.(0) ?? {})).toThrow(/2 apart.*in a row/);
    const indices = tasks(3).map((index) => shardOf('auto/3', task?.(index) ?? {}).index);
    expect(new Set(indices)).toEqual(new Set(tasks(3)));
  });

  it('is known by its places', () => {
    expect(shardsWith([23, 4, 3, 43], 20)).toEqual([3, 4]);
    expect(shardsWith([], 20)).toEqual([]);
  });

  it.each(['0/3', '4/3', '3', '1/0', 'a/b', '1/2/3', '-1/3', '1/99999999999999999999'])(
    'is not %s',
    (text) => {
      expect(() => shardOf(text, {})).toThrow(/--shard/);
    },
  );

  it('is not guessed where indices were left out, or there is no array', () => {
    const some = { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_MIN: '3', SLURM_ARRAY_TASK_MAX: '7' };
    expect(() => shardOf('auto', { ...some, SLURM_ARRAY_TASK_COUNT: '2' })).toThrow(/not evenly spaced/);
    expect(() => shardOf('auto', { LSB_JOBINDEX: '0', LSB_JOBINDEX_END: '0' })).toThrow(/no variable/);
    expect(() => shardOf('auto', { SGE_TASK_ID: 'undefined', JOB_COMPLETION_INDEX: '' })).toThrow(
      /no variable of a job array is set/,
    );
    expect(() => shardOf('auto', { SGE_TASK_ID: '1; rm' })).toThrow(/SGE_TASK_ID.*no whole number/);
  });
});
