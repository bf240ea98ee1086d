import { expect, test } from 'vitest';
import {
  listed,
  nearestName,
  plural,
  printable,
  quote,
  readable,
  shorten,
} from '../../../src/core/base/text';

test('what files say is shown without what could mislead', () => {
  expect(printable('a\nb\u202ec\ud800')).toBe('a\ufffdb\ufffdc\ufffd');
  expect(printable('x'.repeat(1e6))).toHaveLength(200);
  expect(shorten('encoder.layers.11.fc1', 11)).toBe('encod…1.fc1');
  expect(quote('a"\n')).toBe('"a\\"\\n"');
  expect(quote('x'.repeat(100))).toBe(`"${'x'.repeat(80)}…"`);
});

test('counts and numbers', () => {
  expect([plural(1, 'unit'), plural(0, 'unit')]).toEqual(['1 unit', '0 units']);
  expect([0.12345, 12345, 0, -1e-9, 2.5].map((value) => readable(value))).toEqual([
    ...['0.123', '12345', '0', '-1e-9', '2.5'],
  ]);
  expect(listed(['a', 'b', 'c'])).toBe('a, b, c');
  expect(listed(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
});

test('the name that a misspelt one was likely meant to be', () => {
  const known = ['Linear', 'ReLU', 'LeakyReLU', 'Flatten'];
  expect(nearestName('linaer', known)).toBe('Linear');
  expect(nearestName('RELU', known)).toBe('ReLU');
  expect(nearestName('LeakyRelU_', known)).toBe('LeakyReLU');
  // Up to a third of a long name may differ, two characters of a short one.
  expect(nearestName('abcdefghi', ['abcdefxyz'])).toBe('abcdefxyz');
  expect(nearestName('abc', ['xyz'])).toBeNull();
  // Of those as near, the first.
  expect(nearestName('ab', ['ax', 'ay'])).toBe('ax');
  expect(nearestName('ab', [])).toBeNull();
});
