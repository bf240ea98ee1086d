import { describe, expect, it } from 'vitest';
import { layerSize, quality } from '../../../src/core/render/words';
import { exampleMethod } from './example';

describe('what is said of a layer', () => {
  it.each([
    ['64 units', { kind: 'dense', units: 64, shape: [64] }],
    ['1 unit', { kind: 'dense', units: 1, shape: [1] }],
    ['16 channels, 32 × 32', { kind: 'conv', units: 16, shape: [16, 32, 32] }],
    ['12 units, 5 positions', { kind: 'dense', units: 12, shape: [5, 12] }],
    ['128 units', { kind: 'combined', units: 128, shape: [128] }],
  ] as const)('%s', (text, layer) => {
    expect(layerSize(layer)).toBe(text);
  });
});

describe('what is said of a measure', () => {
  const model = { kind: 'untrained', count: 9, mean: 0.1, sd: 0.01, z: 2.345, p: 0.1 } as const;
  it.each([
    ['0.123 (2)', {}],
    ['0.123 (2, z 2.3)', { null: model }],
    ['0.123 (2, matrix ± 1.3 %)', { standardError: 0.01345 }],
    ['0.123 (2, z 2.3, matrix ± 1.3 %)', { null: model, standardError: 0.01345 }],
    ['–', { q: null, standardError: 0.01345 }],
  ])('%s', (text, changes) => {
    expect(quality(exampleMethod(4, changes))).toBe(text);
  });

  it('nothing where it was not taken', () => {
    expect(quality(undefined)).toBe('–');
  });
});
