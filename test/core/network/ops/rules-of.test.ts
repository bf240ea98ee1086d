import { expect, it } from 'vitest';
import { rulesOf } from '../../../../src/core/network/ops/operation';

it('finds what an operation means by its kind', () => {
  const concat = { kind: 'concat', axis: 0 } as const;
  expect(
    rulesOf(concat).shape(
      concat,
      [
        [2, 3],
        [1, 3],
      ],
      () => [],
    ),
  ).toEqual([3, 3]);
  const constant = { kind: 'constant', parameter: 'scale' } as const;
  expect(rulesOf(constant).parameters(constant)).toEqual(['scale']);
});
