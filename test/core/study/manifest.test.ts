import { describe, expect, it } from 'vitest';
import { checkNumerics, manifestOf, parseManifest } from '../../../src/core/study/manifest';
import { exampleDescription, exampleManifest } from './study-example';

const text = (changes: object) => JSON.stringify({ ...exampleManifest(), ...changes });

describe('a manifest', () => {
  it('is the same for the same plan, and read back as it was', () => {
    const manifest = exampleManifest();
    expect(exampleManifest()).toEqual(manifest);
    expect(parseManifest('S/manifest.json', JSON.stringify(manifest))).toEqual(manifest);
  });

  it('gives a checkpoint another place where it is analyzed otherwise', () => {
    const manifest = exampleManifest();
    const checkpoints = [exampleDescription('a.pt', {})];
    const other = manifestOf({ ...manifest, config: { methods: ['forward_jac'] }, checkpoints });
    expect(other.checkpoints[0]?.id).not.toBe(manifest.checkpoints[0]?.id);
  });

  it.each([
    ['{', /is not JSON/],
    ['[]', /is no study/],
    ['null', /is no study/],
    [text({ schema: 'modscope-study/9' }), /of another version.*Plan the study again; its results stay/],
    [text({ checkpoints: [{ id: '../../etc/passwd' }] }), /checkpoints\.0\.id is wrong/],
    [text({ pick: 'worst' }), /pick is wrong/],
  ])('is refused where it is none: %s', (content, message) => {
    expect(() => parseManifest('S/manifest.json', content)).toThrow(message);
  });

  it('is not run by a program with other numbers', () => {
    const manifest = exampleManifest();
    expect(() => {
      checkNumerics('S/manifest.json', manifest);
    }).not.toThrow();
    expect(() => {
      checkNumerics('S/manifest.json', { ...manifest, numerics: -1 });
    }).toThrow(/numbers may differ/);
  });
});
