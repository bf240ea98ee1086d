import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agreement, type AgreementItem, transferNorm } from '../../../src/core/analysis/agreement';
import { InputError } from '../../../src/core/base/error';
import type { SquareMatrix } from '../../../src/core/base/matrix';
import { partitionPairs } from '../agreement/partitions';

const halves = Int32Array.of(0, 0, 1, 1);
const stripes = Int32Array.of(0, 1, 0, 1);

function matrix(size: number, entry: (i: number, j: number) => number): SquareMatrix {
  return {
    size,
    data: Float64Array.from({ length: size * size }, (_, k) => entry(Math.floor(k / size), k % size)),
  };
}

/** Two pairs of units, joined within: Q = 1/2 for its own halves and −1/2 for stripes. */
const blocks = matrix(4, (i, j) => (i >> 1 === j >> 1 ? 1 : 0));

test('all unordered pairs, in order', () => {
  const items = ['a', 'b', 'c'].map((name) => ({ name, labels: halves }));
  const pairs = agreement(items, { nullSamples: 0 });
  expect(pairs.map(({ a, b }) => a + b)).toEqual(['ab', 'ac', 'bc']);
  expect(agreement(items.slice(0, 1))).toEqual([]);
  expect(agreement([])).toEqual([]);
});

test('without matrices and shuffles, what needs them is null', () => {
  const [pair] = agreement(
    [
      { name: 'a', labels: halves },
      { name: 'b', labels: stripes },
    ],
    { nullSamples: 0 },
  );
  expect(pair).toMatchObject({
    a: 'a',
    b: 'b',
    element_sim: 0.5,
    alignment: 0.5,
    alignment_optimal: 0.5,
    alignmentNull: null,
    p: null,
    vi: 2,
    vi_norm: 0,
    rsa: null,
    rsaP: null,
    transfer: null,
    transfer_norm: null,
  });
});

test('transfer is Q of each matrix under the other’s partition', () => {
  const ring = matrix(4, (i, j) => ((i - j) % 2 === 0 ? 0 : 1));
  const [pair] = agreement([
    { name: 'blocks', labels: halves, matrix: blocks },
    { name: 'ring', labels: stripes, matrix: ring },
  ]);
  expect(pair?.transfer?.[0]).toBeCloseTo(-0.5, 14);
  expect(pair?.transfer?.[1]).toBeCloseTo(0, 14);
  expect(pair?.transfer_norm?.[0]).toBeCloseTo(-0.5 / 0.501, 14);
  expect(transferNorm(0.2, -1e-3)).toBeNull();
});

test('one matrix gives transfer one way; of a matrix of zeros nothing is known', () => {
  const first = { name: 'a', labels: halves, matrix: blocks };
  const [one] = agreement([first, { name: 'b', labels: halves }]);
  expect(one).toMatchObject({ rsa: null, transfer: [expect.closeTo(0.5, 14), null] });
  const [zeros] = agreement([first, { name: 'b', labels: halves, matrix: matrix(4, () => 0) }]);
  expect(zeros).toMatchObject({ rsa: null, rsaP: null, transfer: [expect.closeTo(0.5, 14), null] });
});

test('the diagonal is no association: neither rsa nor transfer sees it', () => {
  const pair = (diagonal: number): unknown =>
    agreement([
      { name: 'a', labels: halves, matrix: blocks },
      { name: 'b', labels: stripes, matrix: matrix(4, (i, j) => (i === j ? diagonal : i + j)) },
    ]);
  expect(pair(5)).toEqual(pair(0));
});

test('excluding the dead is leaving them out', () => {
  fc.assert(
    fc.property(partitionPairs(30), ([a, b]) => {
      const live = [...a.keys()].filter((unit) => a[unit]! >= 0 && b[unit]! >= 0);
      const some = [a, b].map((labels) => Int32Array.from(live, (unit) => labels[unit]!));
      const items = (labels: readonly Int32Array[]): AgreementItem[] =>
        labels.map((of, i) => ({ name: String(i), labels: of }));
      const options = { nullSamples: 20, seed: 3 };
      const without = agreement(items([a, b]), options);
      expect(agreement(items(some), options)).toEqual(without);
      expect(agreement(items(some), { ...options, dead: 'as-cluster' })).toEqual(without);
    }),
  );
});

test('nothing is NaN', () => {
  const zeroOrOne = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 36, maxLength: 36 });
  const policy = fc.constantFrom('exclude' as const, 'as-cluster' as const);
  fc.assert(
    fc.property(partitionPairs(6), zeroOrOne, policy, ([a, b], entries, dead) => {
      const some = matrix(a.length, (i, j) => entries[Math.min(i, j) * 6 + Math.max(i, j)]!);
      const pairs = agreement(
        [
          { name: 'a', labels: a, matrix: some },
          { name: 'b', labels: b, matrix: matrix(a.length, (i, j) => Math.abs(i - j)) },
        ],
        { dead, nullSamples: 10 },
      );
      expect(
        JSON.stringify(pairs, (_, value: unknown) => (Number.isNaN(value) ? 'NaN' : value)),
      ).not.toContain('NaN');
    }),
  );
});

test('items that do not fit are refused by name', () => {
  const first = { name: 'first', labels: halves };
  const refuse = (labels: number[], some?: SquareMatrix): (() => unknown) => {
    return () => agreement([first, { name: 'second', labels: Int32Array.from(labels), matrix: some }]);
  };
  expect(refuse([0, 1])).toThrow(new InputError('second', '2 units, but first has 4'));
  expect(refuse([0, 1, -2, 0])).toThrow(/^second: the label of unit 2 is -2\. /);
  expect(
    refuse(
      [0, 1, 1, 0],
      matrix(3, () => 1),
    ),
  ).toThrow('second: a matrix of 3 units for 4 labels');
  expect(
    refuse(
      [0, 1, 1, 0],
      matrix(4, () => NaN),
    ),
  ).toThrow(/^second: entry \(0, 0\) is NaN/);
});
