// Tools too large for the project's own node_modules: each has a folder in .vscode-test/ and is installed when needed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('../.vscode-test/', import.meta.url));

/**
 * Installs packages into a folder of their own, once: done.json stands where npm has finished with exactly these.
 * @param {string} folder below .vscode-test/
 * @param {Record<string, string>} dependencies exact versions
 * @param {{ flags?: string[], env?: NodeJS.ProcessEnv, manifest?: object }} options
 * @returns {string} its node_modules
 */
export function tool(folder, dependencies, { flags = [], env = {}, manifest = {} } = {}) {
  const at = join(home, folder);
  const wanted = JSON.stringify({ private: true, dependencies, ...manifest }, null, 2);
  const done = join(at, 'done.json');
  if (!existsSync(done) || readFileSync(done, 'utf8') !== wanted) {
    console.error(`Installing ${Object.keys(dependencies).join(', ')} into ${at} ...`);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'package.json'), wanted);
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...flags];
    execFileSync('npm', args, { cwd: at, env: { ...ownEnvironment(), ...env }, stdio: ['ignore', 2, 2] });
    writeFileSync(done, wanted);
  }
  return join(at, 'node_modules');
}

/** What an npm that runs this script tells its children of itself, its Node version too, is not true of another npm. */
function ownEnvironment() {
  const told = /^(NODE|npm_(config_user_agent|node_execpath|execpath|command|lifecycle_.*|package_.*))$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.test(name)));
}
