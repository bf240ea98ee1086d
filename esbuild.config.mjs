// Bundles the command line and the worker into dist/, beside the WebAssembly files of the tensor backend.
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('.', import.meta.url);
const outdir = fileURLToPath(new URL('dist/', root));
const wasm = new URL('node_modules/@tensorflow/tfjs-backend-wasm/dist/', root);

await mkdir(outdir, { recursive: true });
await build({
  absWorkingDir: fileURLToPath(root),
  entryPoints: { cli: 'src/cli/main.ts', worker: 'src/compute/worker.ts' },
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: true,
  keepNames: true,
  sourcemap: true,
  legalComments: 'linked',
  external: ['@tensorflow/tfjs-node'],
  banner: { js: '' },
});
for (const name of await readdir(wasm)) {
  if (name.endsWith('.wasm') && !name.includes('threaded'))
    await copyFile(new URL(name, wasm), `${outdir}/${name}`);
}
