import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/core/report';
import { distributionOf, type NullNetwork } from '../../../src/core/study/null-distribution';
import { join, resultJson, split } from '../../../src/core/study/stored-result';
import { type Outcome, type Table, tablesOf } from '../../../src/core/study/tables';
import { exampleAgreement, exampleLayer, exampleReport } from '../render/example';
import { exampleManifest } from './study-example';

const manifest = exampleManifest();

function outcome(changes: Partial<Outcome> = {}): Outcome {
  const [entry] = manifest.checkpoints;
  if (entry === undefined) throw new Error('the example has checkpoints');
  return { entry, result: null, failure: null, untrained: null, ...changes };
}

function rows(name: Table['name'], of: Outcome): Record<string, unknown>[] {
  const table = tablesOf(manifest).find((one) => one.name === name);
  if (table === undefined) throw new Error('no such table');
  return table.rowsOf(of).map((row) => {
    expect(row).toHaveLength(table.columns.length);
    return Object.fromEntries(table.columns.map((column, at) => [column.name, row[at]]));
  });
}

function reportWith(agreement: number): Report {
  const pair = exampleAgreement('forward_cov', 'backward_jac', {
    element_sim: agreement,
    transfer: [0.4, null],
  });
  return exampleReport({ layers: [exampleLayer('fc', 6, { agreement: [pair] })] });
}

function nullNetwork(element: number | null): NullNetwork {
  const metrics = { element_sim: element, transfer_ab: 0.1 };
  const methods = { forward_cov: { q: element, clusters: 3 } };
  return { layers: [{ name: 'fc', methods, agreement: [{ a: 'forward_cov', b: 'backward_jac', metrics }] }] };
}

describe('the tables of a study', () => {
  it('have a type per hyper-parameter: text where values differ in kind', () => {
    const columns = tablesOf(manifest)[0]?.columns ?? [];
    expect(columns.find(({ name }) => name === 'hp.drop')?.type).toBe('number');
    expect(columns.find(({ name }) => name === 'hp.seed')?.type).toBe('text');
  });

  it('say what became of every checkpoint', () => {
    expect(rows('checkpoints', outcome())).toMatchObject([
      { path: 'a.pt', state: 'missing', failure: null, epoch: 4, step: null, best: true, 'hp.drop': 0 },
    ]);
    expect(rows('checkpoints', outcome({ failure: 'is damaged' }))).toMatchObject([
      { state: 'failed', failure: 'is damaged', test_accuracy: null },
    ]);
    const { result } = split(exampleReport(), {});
    expect(rows('checkpoints', outcome({ result }))).toMatchObject([
      { state: 'done', test_accuracy: 0.97, nuclear_norm: null },
    ]);
    expect(rows('modularity', outcome())).toEqual([]);
  });

  it('have a row per layer and measure', () => {
    const { result } = split(exampleReport({ layers: [exampleLayer('fc', 6)] }), {});
    const [first] = rows('modularity', outcome({ result }));
    expect(first).toMatchObject({
      ...{ checkpoint: 'a.pt', run: 'a.pt', layer: 'fc', units: 6, method: 'forward_cov' },
      ...{ family: 'upstream', q: 0.123456789012345, clusters: 2, soft_clusters: 1.9, dead: 1 },
    });
  });

  it('have agreement, and what it is more than that of untrained networks', () => {
    const { result } = split(reportWith(0.5), {});
    const untrained = distributionOf('untrained', [0.1, null, 0.3].map(nullNetwork));
    expect(untrained.layers[0]?.agreement[0]?.metrics['element_sim']).toEqual({
      count: 2,
      mean: 0.2,
      sd: Math.sqrt(0.02),
    });
    const [row] = rows('agreement', outcome({ result, untrained }));
    expect(row).toMatchObject({ layer: 'fc', a: 'forward_cov', b: 'backward_jac', element_sim: 0.5 });
    expect(row?.['element_sim_minus_untrained']).toBeCloseTo(0.3);
    expect(row?.['transfer_ab_minus_untrained']).toBeCloseTo(0.3);
    expect(row).toMatchObject({ transfer_ba: null, transfer_ba_minus_untrained: null, ari: null });
    const [without] = rows('agreement', outcome({ result }));
    expect(without).toMatchObject({ element_sim: 0.5, element_sim_minus_untrained: null });
  });
});

describe('a stored result', () => {
  it('is the same whenever, wherever and with how many threads it was computed', () => {
    const report = exampleReport();
    const elsewhere = exampleReport({
      createdAt: '2031-01-01T00:00:00Z',
      timings: { read: 99 },
      checkpoint: { ...report.checkpoint, path: '/elsewhere/a.pt' },
      settings: { ...report.settings, workers: 77 },
    });
    const [one, other] = [split(report, {}), split(elsewhere, {})];
    expect(resultJson(other.result)).toBe(resultJson(one.result));
    expect(join(other.result, other.times, '/elsewhere/a.pt')).toEqual(elsewhere);
  });

  it('holds hyper-parameters that are not finite as text', () => {
    const { checkpoint } = exampleReport();
    const report = exampleReport({ checkpoint: { ...checkpoint, hyperParameters: { clip: Infinity } } });
    expect(resultJson(split(report, {}).result)).toContain('"clip":"Infinity"');
  });
});
