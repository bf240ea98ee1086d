import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson } from '../../../../src/core/checkpoint/formats/strict-json';

test('reads all JSON as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(parseStrictJson(text, 100)).toEqual(JSON.parse(text));
    }),
    { seed: 1 },
  );
});

test('refuses a key given twice in one object, however it is spelt', () => {
  expect(() => parseStrictJson('{"a": 1, "a": 1}', 9)).toThrow('twice');
  expect(() => parseStrictJson('[{"b": {"\\u0061": 1, "a" : 1}}]', 9)).toThrow('twice');
  expect(parseStrictJson('{"a": {"a": "a"}, "b": ["a", "a", "\\":"]}', 9)).toBeDefined();
});

test('refuses what is no JSON, or too deep', () => {
  for (const text of ['', '{', '"', '"\\', '{"a"', '{"a":}', ']', '{]', '[1,]', '{"a":1}}'])
    expect(() => parseStrictJson(text, 9)).toThrow(SyntaxError);
  expect(() => parseStrictJson('['.repeat(1e6), 9)).toThrow('9 deep');
});
