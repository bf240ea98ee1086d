import { describe, expect, it } from 'vitest';
import { drawFigures } from '../../../src/core/render/figures';
import { fileNames } from '../../../src/core/render/report-files';
import { escapeMarkdown, markdownCode } from '../../../src/core/render/markdown';
import { reportMarkdown } from '../../../src/core/render/report-markdown';
import { STANDARD_ERROR_HELP } from '../../../src/core/render/words';
import type { Report } from '../../../src/core/report';
import { exampleLayer, exampleMatrix, exampleMethod, exampleReport, HOSTILE_NAMES } from './example';

function markdown(report: Report): string {
  const names = fileNames(report.layers.map(({ name }) => name));
  const units = new Map(report.layers.map((layer) => [layer.name, layer.units]));
  const matrices = (layer: string) => exampleMatrix(units.get(layer) ?? 0);
  return reportMarkdown(
    report,
    drawFigures(report, names, matrices, { palette: 'viridis', scale: 'linear' }),
  );
}

describe('reportMarkdown', () => {
  it('gives the facts, the tables and the pictures', () => {
    const text = markdown(exampleReport());
    expect(text).toContain('# Modules of `a.ckpt`');
    expect(text).toContain('Most modular: **`fc.0`** by `forward_cov`, Q = **0.123** in 2 clusters.');
    expect(text).toContain('- ReLU after each hidden layer.');
    expect(text).toContain('| Accuracy, test | 97.00 % |');
    expect(text).toContain('| `forward_cov` | 0.123 (2, z 7.3, matrix ± 1 %) | 0.123 (2) |');
    expect(text).toContain(STANDARD_ERROR_HELP);
    expect(text).toContain('![Modularity Q of every layer by every measure](figures/modularity.svg)');
    expect(text).toContain('(figures/combined.rsa.svg)');
    expect(text).toContain('`lr` 0.001 · `name` a · `deep.drop` 0.3');
  });

  it('does without clusters, agreement, assumptions and hyper-parameters', () => {
    const dead = exampleMethod(4, { q: null, clusters: [-1, -1, -1, -1], count: 0, softCount: 0 });
    const { checkpoint } = exampleReport();
    const text = markdown(
      exampleReport({
        checkpoint: { ...checkpoint, hyperParameters: {} },
        network: { source: 'a whole module', assumptions: [] },
        layers: [exampleLayer('fc', 4, { methods: { forward_jac: dead }, agreement: [] })],
      }),
    );
    expect(text).toContain('**No clusters:**');
    expect(text).toContain('| `forward_jac` | – | 0.0 | 4 |');
    expect(text).not.toContain('±');
    expect(text).not.toMatch(/Assumed|Hyper-parameters|agree\?|NaN|undefined|null/);
  });

  it('does without layers', () => {
    expect(markdown(exampleReport({ layers: [] }))).toContain('## Statistics');
  });

  it('is not changed in structure by what layers are called', () => {
    const structure = (names: readonly string[]) =>
      markdown(exampleReport({ layers: names.map((name) => exampleLayer(name, 4)) }))
        .split('\n')
        // Cells per row, headings, list items; the rest by its being there.
        .map((line) =>
          line.startsWith('|') ? line.split('|').length : (/^(#+|- |!|\*)/.exec(line)?.[0] ?? line !== ''),
        );
    expect(structure(HOSTILE_NAMES)).toEqual(structure(HOSTILE_NAMES.map((_, i) => `fc${i}`)));
  });
});

describe('escapeMarkdown', () => {
  it.each([
    ['<script>', '\\<script\\>'],
    ['a|b', 'a&#124;b'],
    ['a\\|b', 'a&#92;&#124;b'],
    ['[x](http://x)', '\\[x\\](http&#58;//x)'],
    ['# one\n# two', '\\# one\uFFFD\\# two'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['0.001 of fc', '0.001 of fc'],
    ['&lt;', '\\&lt;'],
    ['@someone', '&#64;someone'],
  ])('%j becomes %j', (text, markup) => {
    expect(escapeMarkdown(text)).toBe(markup);
  });
});

describe('code', () => {
  it.each([
    ['fc_layers.0', '`fc_layers.0`'],
    ['<b>', '`<b>`'],
    ['a`b', '"a\\`b"'],
    ['a|b', '"a&#124;b"'],
    ['', '""'],
  ])('%j becomes %j', (text, markup) => {
    expect(markdownCode(text)).toBe(markup);
  });
});
