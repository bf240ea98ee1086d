// Trains networks with and without dropout, L1 and L2, studies them, and reports how far the paper's findings hold:
// npm run reproduce, or npm run reproduce -- --images F --labels F. What it can be asked for is in reproduce/reproduce-arguments.ts.
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
execFileSync(process.execPath, ['esbuild.config.mjs'], { cwd: root, stdio: 'inherit' });
// Ctrl-C reaches both processes: the other one ends itself when it has put away what it holds.
process.on('SIGINT', () => undefined);
// Paths are meant from where npm was called.
const cwd = process.env.INIT_CWD ?? process.cwd();
const child = spawn(process.execPath, [`${root}dist/reproduce/main.cjs`, ...process.argv.slice(2)], {
  cwd,
  stdio: 'inherit',
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
