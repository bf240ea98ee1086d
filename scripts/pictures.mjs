// Makes the README's pictures anew (node scripts/pictures.mjs; Debian, as root). media/report.png shows figures of the sample
// workspace's report, photographed by Chromium because an extension's README may not show SVG. media/panel.png is the
// panel in a real VS Code, as a test there leaves it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debian } from './debian.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });

/** Of the report on SAMPLE, in the order in which the picture shows them. */
const FIGURES = [
  'modularity',
  'fc_layers.1.forward_cov',
  'fc_layers.1.backward_hess',
  'fc_layers.1.element_sim',
];
const SAMPLE = 'samples/digits/checkpoints/digits_drop=0.6_run=0.ckpt';

debian(['chromium', 'pngquant']);
run('esbuild.config.mjs');
photographReport(join(root, 'media/report.png'));
photographPanel(join(root, 'media/panel.png'));

function photographReport(picture) {
  const work = mkdtempSync(join(tmpdir(), 'modscope-pictures-'));
  run('dist/cli.cjs', 'analyze', SAMPLE, '--out', work);
  const images = FIGURES.map((name) => `<img src="figures/${name}.svg">`).join('\n');
  writeFileSync(
    join(work, 'page.html'),
    `<style>body { margin: 8px; display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; background: #fff }
  img { width: 100% } img:first-child { grid-column: 1 / -1; width: 70%; justify-self: center }</style>${images}`,
  );
  execFileSync('chromium', [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
    ...['--disable-background-networking', '--disable-component-update', '--hide-scrollbars'],
    ...[
      `--user-data-dir=${join(work, 'profile')}`,
      '--force-device-scale-factor=2',
      '--window-size=1200,680',
    ],
    ...[`--screenshot=${picture}`, `file://${join(work, 'page.html')}`],
  ]);
  rmSync(work, { recursive: true });
  quantise(picture);
}

function photographPanel(picture) {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'vscode'];
  run(...vitest, 'test/vscode/analyze.test.ts', '-t', 'from the palette');
  copyFileSync(join(root, '.vscode-test/screenshots/panel.png'), picture);
  quantise(picture);
}

/** 256 colours in place of true colour: a third of the bytes, and they ship. Dithering would add noise to flat areas. */
function quantise(picture) {
  const options = [
    '--speed',
    '1',
    '--strip',
    '--nofs',
    '--quality',
    '90-100',
    '--force',
    '--output',
    picture,
  ];
  execFileSync('pngquant', [...options, picture], { stdio: 'inherit' });
}
