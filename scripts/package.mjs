// Makes modscope.vsix: one file for every platform, of what .vscodeignore lets through. vsce itself runs vscode:prepublish of
// package.json, which builds.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tool } from './tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const vsce = tool('vsce', { '@vscode/vsce': '3.9.2' }, { flags: ['--ignore-scripts'] });
const args = [
  'package',
  '--no-dependencies', // the bundles hold them
  '--allow-missing-repository', // whoever publishes it names one
  '--no-rewrite-relative-links',
  ...['--out', 'modscope.vsix'],
];
execFileSync(process.execPath, [`${vsce}/@vscode/vsce/vsce`, ...args], { cwd: root, stdio: 'inherit' });
