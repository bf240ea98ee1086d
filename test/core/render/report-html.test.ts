import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { MEASURES, RAW_MEASURES } from '../../../src/core/measures';
import { drawFigures } from '../../../src/core/render/figures';
import { layersCsv } from '../../../src/core/render/report-csv';
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

describe('layersCsv', () => {
  const read = (csv: string) => parse<Record<string, string>>(csv, { columns: true });

  it('has a row per layer and method', () => {
    const rows = read(layersCsv(exampleReport()));
    expect(rows).toHaveLength(2 + MEASURES.length);
    expect(rows[0]).toEqual({
      layer: 'fc.0',
      kind: 'dense',
      units: '8',
      shape: '8',
      method: 'forward_cov',
      family: 'upstream',
      q: '0.123456789012345',
      clusters: '2',
      soft_clusters: '1.9',
      dead_units: '1',
      null_kind: 'untrained',
      null_mean: '0.05',
      null_sd: '0.01',
      z: '7.3',
      p: '0.01',
      stability: '0.9',
      standard_error: '0.01',
    });
    expect(rows[1]).toMatchObject({
      method: 'backward_jac',
      family: 'downstream',
      z: '',
      stability: '',
      standard_error: '',
    });
  });

  it('keeps hostile names in their cell', () => {
    const rows = read(layersCsv({ layers: HOSTILE_NAMES.map((name) => exampleLayer(name, 4)) }));
    expect(rows).toHaveLength(MEASURES.length * HOSTILE_NAMES.length);
    expect(rows.every(({ layer }) => !/^[=+\-@]/.test(layer ?? ''))).toBe(true);
  });
});
