import type { LayerReport, MeasureReport, Report } from '../../src/core/report';

export function measureReport(q: number | null, clusters: readonly number[]): MeasureReport {
  return {
    matrix: null,
    q,
    clusters,
    count: new Set(clusters.filter((label) => label >= 0)).size,
    softCount: 1,
    solver: 'best',
    standardError: null,
    null: null,
    nulls: [],
    stability: null,
    bootstrap: null,
  };
}

export function layerReport(name: string, methods: LayerReport['methods'], units = 4): LayerReport {
  return { name, kind: 'dense', units, shape: [units], methods, agreement: [] };
}

/** A small report for the tests of what shows one. */
export function report(...layers: readonly LayerReport[]): Report {
  return {
    schema: 'modscope-report/1',
    tool: { name: 'modscope', version: '0' },
    createdAt: '2026-01-01T00:00:00Z',
    checkpoint: { path: '/w/a.ckpt', sha256: '', format: 'Lightning', hyperParameters: {} },
    network: { source: 'tensor names and shapes', assumptions: [] },
    data: { path: '/w/data/test', split: 'test', samples: 100, classes: 10, loss: 'cross_entropy' },
    settings: {
      methods: ['forward_cov'],
      loss: 'auto',
      samples: null,
      seed: 0,
      solver: 'best',
      exact: false,
      probes: null,
      nulls: [],
      bootstrap: 0,
      backend: 'wasm',
      workers: 1,
    },
    stats: { test: { loss: 0.1, accuracy: 0.97 }, l1Norm: 1, l2Norm: 2, nuclearNorm: 3, sparsity: 0.5 },
    layers,
    timings: {},
  };
}
