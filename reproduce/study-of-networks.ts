import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CancelledError } from '../src/core/base/error';

/**
 * Runs `modscope study`, as anyone would run it on the same files; its progress is on standard error.
 * @param dist where the bundled command line lies
 * @throws CancelledError when it was interrupted, Error when it failed; it has told why
 */
export async function study(dist: string, ...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(dist, 'cli.cjs'), 'study', ...args], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  if (code === 130 || code === null) throw new CancelledError();
  if (code !== 0) throw new Error(`modscope study ended with code ${code}`);
}
