import { describe, expect, it } from 'vitest';
import { RAW_MEASURES } from '../../../src/core/measures';
import { drawFigures } from '../../../src/core/render/figures';
import { fileNames } from '../../../src/core/render/report-files';
import { reportHtml } from '../../../src/core/render/report-html';
import { STANDARD_ERROR_HELP } from '../../../src/core/render/words';
import type { Report } from '../../../src/core/report';
import { exampleLayer, exampleMatrix, exampleReport, HOSTILE_NAMES } from './example';

function html(report: Report): string {
  const names = fileNames(report.layers.map(({ name }) => name));
  const lookup = (layer: string) =>
    exampleMatrix(report.layers.find(({ name }) => name === layer)?.units ?? 0);
  return reportHtml(report, drawFigures(report, names, lookup, { palette: 'viridis', scale: 'linear' }));
}

describe('reportHtml', () => {
  it('holds every figure, and needs nothing from outside', () => {
    const page = html(exampleReport());
    // Modularity; two measures and two agreements of one layer; of the other, each raw measure and two agreements.
    expect(page.match(/<svg /g)).toHaveLength(7 + RAW_MEASURES.length);
    const references = [...page.matchAll(/(?:src|href)="([^"]{0,20})/g)].map((match) => match[1] ?? '');
    expect(references.every((reference) => reference.startsWith('data:image/png'))).toBe(true);
    expect(page).not.toMatch(/<(?:script|link|iframe|img)|@import|url\((?!#)/);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('prefers-color-scheme: dark');
  });

  it('says Q, clusters and z of every layer and method, and what was assumed', () => {
    const page = html(exampleReport());
    expect(page).toContain('0.123 (2, z 7.3, matrix ± 1 %)');
    expect(page).toContain(STANDARD_ERROR_HELP);
    expect(page).toContain('ReLU after each hidden layer.');
    expect(page).toContain('All hidden layers combined');
  });

  it('shows hostile names and does nothing else with them', () => {
    const layers = HOSTILE_NAMES.map((name) => exampleLayer(name, 4));
    const page = html(
      exampleReport({ layers, checkpoint: { ...exampleReport().checkpoint, path: HOSTILE_NAMES[0]! } }),
    );
    for (const harm of ['<script', '\u202E', '\u0000']) expect(page).not.toContain(harm);
    expect(page).toContain('&#60;script&#62;alert(1)');
  });

  it('does without clusters and without a null model', () => {
    const layer = exampleLayer('fc', 4, { methods: {}, agreement: [] });
    expect(html(exampleReport({ layers: [layer] }))).toContain('<h2>Layer <code>fc</code></h2>');
  });
});
