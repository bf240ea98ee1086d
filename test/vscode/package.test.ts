import { readFileSync, statSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { VSIX } from './harness/paths';

/** As the marketplace gets it. */
describe('the package', () => {
  const files = unzipSync(readFileSync(VSIX));
  const names = Object.keys(files)
    .filter((name) => name.startsWith('extension/'))
    .map((name) => name.slice('extension/'.length));

  test('has at most 8 MB', () => {
    expect(statSync(VSIX).size).toBeLessThanOrEqual(8e6);
  });

  test('holds what it runs on', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        ...['package.json', 'package.nls.json', 'readme.md', 'changelog.md', 'LICENSE.txt', 'media/icon.png'],
        ...['dist/cli.cjs', 'dist/extension.cjs', 'dist/host.cjs', 'dist/worker.cjs'],
        ...['dist/tfjs-backend-wasm.wasm', 'dist/tfjs-backend-wasm-simd.wasm'],
        ...['editor', 'panel'].flatMap((page) => [`dist/webview/${page}.js`, `dist/webview/${page}.css`]),
        ...['schemas/modscope.schema.json', 'schemas/report.schema.json'],
        'samples/digits/checkpoints/digits_drop=0.6_run=0.ckpt',
      ]),
    );
  });

  test('holds what its manifest names', () => {
    const manifest = new TextDecoder().decode(files['extension/package.json']);
    const named = [...manifest.matchAll(/"(?:\.\/)?((?:media|dist|schemas)\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });

  test('holds no sources, tests, source maps or tools', () => {
    const foreign = /(^|\/)(src|test|webview\/.*\.ts|scripts|bench|node_modules|\..*)(\/|$)|\.(ts|map|vsix)$/;
    expect(names.filter((name) => foreign.test(name))).toEqual([]);
  });
});
