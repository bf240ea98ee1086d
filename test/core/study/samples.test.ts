import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeCheckpoints } from '../../../src/core/study/describe';
import { groupRuns, pickCheckpoints } from '../../../src/core/study/groups';

const digits = join(import.meta.dirname, '../../../samples/digits/checkpoints');
const golden = join(import.meta.dirname, '../../../../shared/golden/checkpoints');
const weights = join(golden, 'trajectory/mnist_sup_l2=0.00001_drop=0.30000/weights');

function within(folder: string, pattern = /\.ckpt$/): string[] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

describe('the digits sample', () => {
  it('is grouped without a setting', async () => {
    const { sentence, ...grouping } = groupRuns(await describeCheckpoints(within(digits)));
    expect(grouping).toEqual({
      factors: [
        { key: 'l1', scale: 'linear', values: [0, 0.001] },
        { key: 'l2', scale: 'log', values: [0.00001, 0.01] },
        { key: 'drop', scale: 'linear', values: [0, 0.3, 0.6] },
      ],
      replicates: ['run'],
      constants: { dataset: 'digits', task: 'sup', 'model_args.channels': '[64, 64]' },
      ignored: [],
      trajectory: 'epoch',
      sharedBaseline: true,
    });
    expect(sentence).toBe(
      '8 runs: L1 (0, 0.001), L2 (0.00001, 0.01) and dropout (0, 0.3, 0.6) vary one at a time from a shared ' +
        'baseline, up to 2 replicates by run; and a trajectory of 7 checkpoints by epoch.',
    );
  });

  it('has a run per file, and one of seven; the last is picked', async () => {
    const all = await describeCheckpoints(within(digits));
    const runs = new Map(all.map(({ run }) => [run, all.filter((one) => one.run === run).length]));
    expect([...runs.values()].sort()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 7]);
    expect(runs.get('digits_trajectory')).toBe(7);
    const picked = pickCheckpoints(all, 'best').filter(({ run }) => run === 'digits_trajectory');
    expect(picked.map(({ epoch }) => epoch)).toEqual([{ value: 150, source: 'checkpoint' }]);
    expect(pickCheckpoints(all, 'all')).toHaveLength(15);
  });
});

if (!existsSync(golden)) console.log(`the authors' checkpoints are not tried: there is no ${golden}`);
describe.skipIf(!existsSync(golden))("the authors' checkpoints", () => {
  it('vary one factor at a time', async () => {
    const trained = within(golden, /^mnist_sup_(?!.*dummy)/);
    const { sentence, factors, replicates } = groupRuns(await describeCheckpoints(trained));
    expect(sentence).toBe(
      '13 runs: L2 (0.00001, 0.001, 0.01), L1 (0, 0.0001, 0.001) and dropout (0, 0.3, 0.5) vary one at a time from a ' +
        'shared baseline, up to 3 replicates by run and seed.',
    );
    expect(factors.map(({ scale }) => scale)).toEqual(['log', 'log', 'linear']);
    expect(replicates).toEqual(['run', 'seed']);
  });

  it('know epoch, step, metric and which was the best, by the record of the latest', async () => {
    const all = await describeCheckpoints(within(weights));
    expect(new Set(all.map(({ run }) => run))).toEqual(new Set(['mnist_sup_l2=0.00001_drop=0.30000']));
    expect(all.map(({ best }) => best)).toEqual([...Array.from({ length: 7 }, () => false), true]);
    expect(all[4]).toMatchObject({
      epoch: { value: 4, source: 'checkpoint' },
      step: { value: 1350, source: 'checkpoint' },
      metrics: { val_loss: { source: 'checkpoint' } },
    });
    expect(all[4]?.metrics['val_loss']?.value).toBeCloseTo(0.1487, 4);
    expect(groupRuns(all).sentence).toBe('a trajectory of 8 checkpoints by epoch.');
    expect(pickCheckpoints(all.slice(0, 3), 'best')[0]?.epoch?.value).toBe(2);
  });

  it('of other versions of Lightning say the same; a renamed copy is no best', async () => {
    const all = await describeCheckpoints(within(golden, /^variant_/));
    expect(all.map(({ metrics }) => metrics['val_loss']?.value)).toEqual([
      expect.closeTo(0.28434, 4),
      expect.closeTo(0.28434, 4),
    ]);
    expect(all.map(({ best }) => best)).toEqual([null, null]);
  });
});
