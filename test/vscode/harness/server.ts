import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { CODE_SERVER, MODSCOPE_VSCODE, NODE } from './paths';
import type { Profile } from './profile';
import { until } from './wait';

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const FLAGS = [
  ...['--auth', 'none', '--disable-telemetry', '--disable-update-check'],
  ...['--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened'],
  // Not known to the oldest one.
  ...['skip-welcome', 'skip-release-notes', 'disable-experiments'].flatMap((name) =>
    MODSCOPE_VSCODE === undefined ? ['--vscode-option', name] : [],
  ),
];

/** VS Code's server, in a process group of its own so that stopping it ends the extension hosts too. */
export async function startServer(profile: Profile): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const out = openSync(join(profile.root, 'server.log'), 'a');
  const args = [CODE_SERVER, ...profile.flags, ...FLAGS, '--bind-addr', `127.0.0.1:${port}`];
  const child = spawn(NODE, args, {
    env: profile.environment,
    stdio: ['ignore', out, out],
    detached: true,
  });
  const exited = once(child, 'exit');
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // the group has ended
    }
  };
  await until('VS Code’s server', async () => (await fetch(`${url}/healthz`)).ok);
  return {
    url,
    async stop() {
      signal('SIGTERM');
      const late = setTimeout(() => {
        signal('SIGKILL');
      }, 4000);
      await exited;
      clearTimeout(late);
      signal('SIGKILL');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  server.close();
  return port;
}
