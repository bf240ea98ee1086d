// Bundles the command line, the extension, the workers and the pages into dist/, beside the WebAssembly files of the tensor
// backend and of the JPEG decoder, and `npm run reproduce`, which does not ship; with --watch, again after every change until it is stopped.
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const root = new URL('.', import.meta.url);
const wasm = new URL('node_modules/@tensorflow/tfjs-backend-wasm/dist/', root);

/** What all bundles have in common. @type {import('esbuild').BuildOptions} */
export const bundle = {
  absWorkingDir: fileURLToPath(root),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  mainFields: ['module', 'main'], // smaller; and jsonc-parser's CommonJS form cannot be bundled
  external: ['vscode', '@tensorflow/tfjs-node'],
  define: { 'import.meta.url': 'importMetaUrl' }, // ES modules of libraries ask where they are
  banner: {
    js: "#!/usr/bin/env node\nconst importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
  },
  minify: true,
  keepNames: true, // errors are told apart by their names
  sourcemap: true,
  legalComments: 'linked',
  logLevel: 'warning',
};

/** The pages of webviews, which run in VS Code's own Chromium. @type {import('esbuild').BuildOptions} */
const page = {
  absWorkingDir: bundle.absWorkingDir,
  bundle: true,
  platform: 'browser',
  target: 'chrome128',
  format: 'iife',
  minify: true,
  sourcemap: true,
  legalComments: 'linked',
  logLevel: 'warning',
};

const outdir = fileURLToPath(new URL('dist', root));

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...bundle,
    entryPoints: {
      cli: 'src/cli/main.ts',
      extension: 'src/extension/activate.ts',
      host: 'src/host/main.ts',
      worker: 'src/compute/worker.ts',
    },
    outdir,
  },
  {
    ...bundle,
    minify: false,
    entryPoints: ['reproduce/main.ts', 'reproduce/training-worker.ts'],
    outdir: `${outdir}/reproduce`,
  },
  {
    ...page,
    entryPoints: [
      { in: 'webview/panel/main.ts', out: 'panel' },
      { in: 'webview/panel/style/panel.css', out: 'panel' },
      { in: 'webview/study/main.ts', out: 'study' },
      { in: 'webview/study/style/study.css', out: 'study' },
      { in: 'webview/compare/main.ts', out: 'compare' },
      { in: 'webview/compare/style/compare.css', out: 'compare' },
      { in: 'webview/editor/main.ts', out: 'editor' },
      { in: 'webview/editor/editor.css', out: 'editor' },
    ],
    outdir: `${outdir}/webview`,
  },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(outdir, { recursive: true });
  // The multi-threaded form needs a browser's workers; under Node, shards of the data run in threads of their own.
  for (const name of await readdir(wasm)) {
    if (name.endsWith('.wasm') && !name.includes('threaded')) {
      await copyFile(new URL(name, wasm), `${outdir}/${name}`);
    }
  }
  const jpeg = 'mozjpeg_dec.wasm';
  await copyFile(new URL(`node_modules/@jsquash/jpeg/codec/dec/${jpeg}`, root), `${outdir}/${jpeg}`);
  if (process.argv.includes('--watch')) await watch();
  else await Promise.all(bundles.map((options) => build(options)));
}

/** Builds, and builds again whatever changes, for a debugger: with names as they are in the source. */
async function watch() {
  const watched = bundles.map((options) => context({ ...options, minify: false, logLevel: 'info' }));
  const contexts = await Promise.all(watched);
  // Whoever waits for "[watch] build finished" (.vscode/tasks.json) is to find all of it.
  await Promise.allSettled(contexts.map((one) => one.rebuild()));
  await Promise.all(contexts.map((one) => one.watch()));
}
