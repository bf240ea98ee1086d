// Analyzes the sample workspace and says where the report is.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });

run('esbuild.config.mjs');
run('dist/cli.cjs', 'analyze', 'samples/digits/checkpoints/digits_drop=0.6_run=0.ckpt', '--matrices');
