// Makes the README's pictures. media/report.png: figures of the sample workspace's report as the program draws them,
// photographed by Chromium (apt-get install chromium), because extension pages may not show SVG. media/panel.png: the panel
// in a real VS Code, as the tests there leave it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'modscope-pictures-'));
const run = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
const figures = [
  'modularity',
  'fc_layers.1.forward_cov',
  'fc_layers.1.backward_hess',
  'fc_layers.1.element_sim',
];

run('esbuild.config.mjs');
run('dist/cli.cjs', 'analyze', 'samples/digits/checkpoints/digits_drop=0.6_run=0.ckpt', '--out', work);
const images = figures.map((name) => `<img src="figures/${name}.svg">`).join('\n');
writeFileSync(
  join(work, 'page.html'),
  `<style>body { margin: 8px; display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; background: #fff }
  img { width: 100% } img:first-child { grid-column: 1 / -1; width: 70%; justify-self: center }</style>${images}`,
);
execFileSync('chromium', [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--hide-scrollbars'],
  ...[`--user-data-dir=${join(work, 'profile')}`, '--force-device-scale-factor=2', '--window-size=1200,680'],
  ...[`--screenshot=${join(root, 'media/report.png')}`, `file://${join(work, 'page.html')}`],
]);
rmSync(work, { recursive: true });

run(
  'node_modules/vitest/vitest.mjs',
  'run',
  '--project',
  'vscode',
  'test/vscode/analyze.test.ts',
  '-t',
  'from the palette',
);
copyFileSync(join(root, '.vscode-test/screenshots/panel.png'), join(root, 'media/panel.png'));
