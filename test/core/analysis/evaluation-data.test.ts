import { describe, expect, it } from 'vitest';
import { type ChosenLoss, evaluationData, firstSamples } from '../../../src/core/analysis/evaluation-data';
import { InputError } from '../../../src/core/base/error';
import type { LossChoice } from '../../../src/core/choices';
import { assemble } from '../../../src/core/dataset/inputs';
import type { Ending } from '../../../src/core/network/network';

/** Rows of labels, or one label for each sample, with an output of the network for each of `outputs`. */
function chosen(
  rows: readonly (number | readonly number[])[],
  outputs: number,
  asked: LossChoice = 'auto',
  ending: Ending | null = null,
): ChosenLoss {
  const dataset = assemble(
    {
      ...{ path: 'x.npy', split: 'test', sampleShape: [2], inputs: new Float32Array(2 * rows.length) },
      ...{ labelsPath: 'y.npy', labels: rows.flat(), labelWidth: [rows[0]].flat(2).length },
    },
    {},
  );
  return evaluationData(dataset, { outputs, ending }, asked);
}

describe('the loss that labels and outputs say', () => {
  it.each([
    ['classes', [0, 2, 1], 3, 'cross_entropy', [0, 2, 1]],
    ['fewer classes than logits', [0, 1, 1], 5, 'cross_entropy', [0, 1, 1]],
    [
      'one-hot rows',
      [
        [0, 1],
        [1, 0],
      ],
      2,
      'cross_entropy',
      [1, 0],
    ],
    ['0 and 1, one output', [0, 1, 1], 1, 'binary_cross_entropy', [0, 1, 1]],
    ['a single class, one output', [0, 0], 1, 'binary_cross_entropy', [0, 0]],
    ['−1 and 1, one output', [-1, 1, 1], 1, 'binary_cross_entropy', [0, 1, 1]],
    ['counts, one output', [0, 4, 1], 1, 'mean_squared_error', [0, 4, 1]],
    ['fractions, one output', [0, 0.5], 1, 'mean_squared_error', [0, 0.5]],
    [
      'rows of 0 and 1',
      [
        [0, 1],
        [1, 1],
      ],
      2,
      'multi_label',
      [0, 1, 1, 1],
    ],
    [
      'rows of values',
      [
        [0, 1],
        [2, 1],
      ],
      2,
      'mean_squared_error',
      [0, 1, 2, 1],
    ],
  ] as const)('%s', (_name, labels, outputs, loss, targets) => {
    const { data, assumptions } = chosen(labels, outputs);
    expect(data.loss).toBe(loss);
    expect([...data.targets]).toEqual(targets);
    // What is usual goes without saying; the rest is told, with the key that settles it.
    expect(assumptions.map(({ name }) => name)).toEqual(loss === 'cross_entropy' ? [] : ['loss']);
    for (const { fix } of assumptions) expect(fix).toContain('"loss"');
  });

  it('is of several labels where each output ends in a sigmoid', () => {
    const { data, assumptions } = chosen([0, 2, 1], 3, 'auto', 'Sigmoid');
    expect(data.loss).toBe('multi_label');
    expect([...data.targets]).toEqual([1, 0, 0, 0, 0, 1, 0, 1, 0]);
    expect(assumptions[0]?.says).toContain('Sigmoid');
    expect(chosen([0, 1], 1, 'auto', 'Sigmoid').data.loss).toBe('binary_cross_entropy');
    expect(chosen([0, 2, 1], 3, 'auto', 'Softmax').data.loss).toBe('cross_entropy');
  });

  it.each([
    [
      'counts',
      [0, 4, 1],
      3,
      'y.npy: the label of sample 1 is 4, and the network has 3 outputs, for labels 0 to 2.',
    ],
    [
      'fractions',
      [0, 0.5],
      3,
      'y.npy: the label of sample 1 is 0.5, and the network has 3 outputs, for labels 0 to 2, or 3 values a sample.',
    ],
    [
      'rows of another width',
      [
        [0, 0.5],
        [1, 2],
      ],
      3,
      'y.npy: sample 0 has 2 labels that are not one 1 among zeros, and the network has 3 outputs, for',
    ],
    [
      'rows for one output',
      [
        [0, 0.5],
        [1, 2],
      ],
      1,
      'and the network has 1 output, for one value a sample.',
    ],
  ] as const)('%s that do not fit are refused', (_name, labels, outputs, message) => {
    const refused = (): unknown => chosen(labels, outputs);
    expect(refused).toThrow(InputError);
    expect(refused).toThrow(message);
    expect(refused).toThrow(/Name the data set that the network was trained for/);
  });
});

describe('a loss that was asked for', () => {
  it.each([
    ['mean_squared_error', [0, 1, 1], 1, [0, 1, 1]],
    ['mean_squared_error', [1, 0], 3, [0, 1, 0, 1, 0, 0]],
    ['mean_squared_error', [-1, 1], 1, [-1, 1]],
    ['multi_label', [1, 0], 2, [0, 1, 1, 0]],
    ['multi_label', [0, 1], 1, [0, 1]],
    ['binary_cross_entropy', [1, -1], 1, [1, 0]],
    [
      'cross_entropy',
      [
        [0, 1],
        [1, 0],
      ],
      2,
      [1, 0],
    ],
  ] as const)('%s of %j for %i outputs', (asked, labels, outputs, targets) => {
    const { data, assumptions } = chosen(labels, outputs, asked);
    expect(data.loss).toBe(asked);
    expect([...data.targets]).toEqual(targets);
    expect(assumptions).toEqual([]);
  });

  it.each([
    ['cross_entropy', [0, 1], 1, null, 'the network has one. Set "loss" to "binary_cross_entropy"'],
    ['cross_entropy', [0, 0.5], 2, null, 'the label of sample 1 is 0.5, and the network has 2 outputs'],
    ['cross_entropy', [0, 2], 2, null, 'the label of sample 1 is 2, and the network has 2 outputs'],
    ['binary_cross_entropy', [0, 1], 2, null, 'the network has 2. Set "loss" to "multi_label"'],
    [
      'binary_cross_entropy',
      [0, 3],
      1,
      null,
      'the label of sample 1 is 3, and the network has 1 output, for labels 0 and 1',
    ],
    [
      'binary_cross_entropy',
      [0, 0.5],
      1,
      null,
      'the label of sample 1 is 0.5, and the network has 1 output, for labels 0 and 1',
    ],
    [
      'multi_label',
      [
        [0, 1],
        [1, 0.5],
      ],
      2,
      null,
      'for 2 labels a sample, each 0 or 1',
    ],
    ['multi_label', [0, 3], 2, null, 'the label of sample 1 is 3'],
    [
      'mean_squared_error',
      [0.5, 1],
      2,
      null,
      'the label of sample 0 is 0.5, and the network has 2 outputs, for 2 values a sample',
    ],
    ['mean_squared_error', [[0.5, 1]], 2, 'LogSoftmax', 'for labels 0 to 1'],
  ] as const)(
    '%s of %j for %i outputs (%s) is refused where it cannot be',
    (asked, labels, outputs, ending, message) => {
      const refused = (): unknown => chosen(labels, outputs, asked, ending);
      expect(refused).toThrow(InputError);
      expect(refused).toThrow(message);
    },
  );
});

it('keeps the targets of the first samples', () => {
  const { data } = chosen(
    [
      [0, 1],
      [2, 1],
      [3, 4],
    ],
    2,
  );
  const first = firstSamples(data, 2);
  expect([first.samples, [...first.targets], first.inputs.length]).toEqual([2, [0, 1, 2, 1], 4]);
  expect(firstSamples(data, 9)).toEqual(data);
});
