import { execFileSync } from 'node:child_process';

/** The worker and the command line are tested as they ship: bundled. */
export default function setup(): void {
  execFileSync(process.execPath, ['esbuild.config.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
