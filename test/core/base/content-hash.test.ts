import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../src/core/base/content-hash';

describe('the hash of content', () => {
  it('does not depend on the order of keys, nor on keys without a value', () => {
    expect(contentHash({ a: 1, b: [true, null] })).toBe(contentHash({ b: [true, null], a: 1, c: undefined }));
  });

  it.each([
    [['ab'], ['a', 'b']],
    [[1], ['1']],
    [[[1], 2], [[1, 2]]],
    [{ a: { b: 1 } }, { a: {}, b: 1 }],
    [null, 'null'],
    [0, -0],
    [Float32Array.of(1), Uint8Array.of(0, 0, 128, 63)],
    [new Map([['a', 1]]), { a: 1 }],
    [
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
    ],
  ])('tells %j from %j', (one, other) => {
    expect(contentHash(one)).not.toBe(contentHash(other));
  });

  it('takes the part of an array that is seen, and refuses what is no data', () => {
    expect(contentHash(Float32Array.of(1, 2, 3).subarray(1))).toBe(contentHash(Float32Array.of(2, 3)));
    expect(() => contentHash({ open: () => undefined })).toThrow(TypeError);
  });
});
