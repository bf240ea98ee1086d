import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { MEASURES } from '../../../src/core/measures';
import { layersCsv, StudyCsv } from '../../../src/core/render/report-csv';
import type { Report } from '../../../src/core/report';
import { exampleLayer, exampleReport, HOSTILE_NAMES } from './example';

function studyCsv(reports: readonly Report[]): string {
  const table = new StudyCsv();
  for (const report of reports) table.addColumns(report);
  return table.header() + reports.map((report) => table.line(report)).join('');
}

const read = (csv: string) => parse<Record<string, string>>(csv, { columns: true });

describe('a study as CSV', () => {
  it('has a row per checkpoint and a column per setting, statistic and measure', () => {
    const [row] = read(studyCsv([exampleReport()]));
    expect(row).toMatchObject({
      path: 'runs/a.ckpt',
      'hp.lr': '0.001',
      'hp.deep.drop': '0.3',
      'hp.none': '',
      'test.accuracy': '0.97',
      nuclearNorm: '',
      'fc.0.forward_cov.q': '0.123456789012345',
      'fc.0.forward_cov.clusters': '2',
      'fc.0.forward_cov.z': '7.3',
      'combined.backward_hess_norm.q': '0.123456789012345',
    });
    expect(row).not.toHaveProperty(['hp.deep.sizes']);
  });

  it('leaves empty what a checkpoint does not have, and keeps like columns together', () => {
    const a = exampleReport();
    const b = exampleReport({ checkpoint: { ...a.checkpoint, hyperParameters: { lr: 1, extra: true } } });
    const csv = studyCsv([a, b]);
    const header = csv.split('\n')[0]!.split(',');
    expect(header.indexOf('hp.extra')).toBeLessThan(header.indexOf('test.loss'));
    expect(read(csv).map((row) => row['hp.extra'])).toEqual(['', 'true']);
  });

  it.each(['=1+1', '+A1', '-A1', '@SUM(A1)', '\t=1', ' =1', '＝1'])('makes %j text', (name) => {
    const { checkpoint } = exampleReport();
    const csv = studyCsv([exampleReport({ checkpoint: { ...checkpoint, hyperParameters: { name } } })]);
    const value = read(csv)[0]!['hp.name']!;
    expect(value).toMatch(/^['\uFFFD]/);
  });

  it('keeps negative numbers numbers', () => {
    const { checkpoint } = exampleReport();
    const hyperParameters = { number: -1.5, text: '-1e-3' };
    const csv = studyCsv([exampleReport({ checkpoint: { ...checkpoint, hyperParameters } })]);
    expect(read(csv)[0]).toMatchObject({ 'hp.number': '-1.5', 'hp.text': '-1e-3' });
  });

  it('stays a table whatever the layers are called', () => {
    const layers = HOSTILE_NAMES.map((name) => exampleLayer(name, 4));
    const rows = read(studyCsv([exampleReport({ layers }), exampleReport()]));
    expect(rows).toHaveLength(2);
    for (const column of Object.keys(rows[0]!)) expect(column).not.toMatch(/^[=+\-@]/);
  });
});

describe('layersCsv', () => {
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
