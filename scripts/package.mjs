// Makes modscope.vsix: one file for every platform, of what .vscodeignore lets through.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tool } from './tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const vsce = tool('vsce', { '@vscode/vsce': '3.9.2' }, { flags: ['--ignore-scripts'] });
const run = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });

run('esbuild.config.mjs');
run(
  `${vsce}/@vscode/vsce/vsce`,
  'package',
  '--no-dependencies', // the bundles hold them
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  ...['--out', 'modscope.vsix'],
);
