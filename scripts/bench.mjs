// Runs the benchmarks of bench/: all of them, or those named (npm run bench -- compute).
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundle } from '../esbuild.config.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2);
const names = readdirSync(`${root}bench`)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace('.ts', ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

execFileSync(process.execPath, ['esbuild.config.mjs'], { cwd: root, stdio: 'inherit' });
mkdirSync(`${root}dist/bench`, { recursive: true });
await build({
  ...bundle,
  minify: false,
  entryPoints: [...names.map((name) => `bench/${name}.ts`), 'bench/engine/worker.ts'],
  outbase: `${root}bench`,
  outdir: `${root}dist/bench`,
});
for (const name of names) {
  console.log(`\n# ${name}`);
  // graphology's graph of 4096 dense units, which `best` is compared with, does not fit into a heap of the usual size.
  const heap = '--max-old-space-size=12288';
  execFileSync(process.execPath, [heap, `dist/bench/${name}.cjs`], { cwd: root, stdio: 'inherit' });
}
