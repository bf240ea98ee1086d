import type { SquareMatrix } from '../../../src/core/base/matrix';
import { type Measure, MEASURES } from '../../../src/core/measures';
import type { Agreement, LayerReport, MeasureReport, Report } from '../../../src/core/report';

/** Two clusters and one dead unit, tied more within than between. */
export function exampleMatrix(units: number): SquareMatrix {
  const labels = exampleClusters(units);
  const data = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < units; j++) {
      if (labels[i]! >= 0 && labels[j]! >= 0)
        data[i * units + j] = i === j ? 9 : labels[i] === labels[j] ? 1 : 0.1;
    }
  }
  return { size: units, data };
}

export function exampleClusters(units: number): number[] {
  return Array.from({ length: units }, (_, i) => (i === 2 ? -1 : i % 2));
}

export function exampleMethod(units: number, changes: Partial<MeasureReport> = {}): MeasureReport {
  return {
    matrix: null,
    q: 0.123456789012345,
    clusters: exampleClusters(units),
    count: 2,
    softCount: 1.9,
    solver: 'best',
    standardError: null,
    null: null,
    nulls: [],
    stability: null,
    bootstrap: null,
    ...changes,
  };
}

export function exampleAgreement(a: Measure, b: Measure, changes: Partial<Agreement> = {}): Agreement {
  const none = {
    alignment: null,
    alignment_optimal: null,
    alignmentNull: null,
    p: null,
    rmi: null,
    rmi_norm: null,
  };
  const more = {
    vi: null,
    vi_norm: null,
    ami: null,
    ari: null,
    rsaP: null,
    transfer: null,
    transfer_norm: null,
  };
  return { a, b, ...none, ...more, element_sim: 0.5, rsa: -0.1, ...changes };
}

export function exampleLayer(name: string, units: number, changes: Partial<LayerReport> = {}): LayerReport {
  return {
    name,
    kind: 'dense',
    units,
    shape: [units],
    methods: Object.fromEntries(MEASURES.map((method) => [method, exampleMethod(units)])),
    agreement: MEASURES.flatMap((a, i) => MEASURES.slice(i + 1).map((b) => exampleAgreement(a, b))),
    ...changes,
  };
}

/** Everything a report can hold is in it once. */
export function exampleReport(changes: Partial<Report> = {}): Report {
  const untrained = { kind: 'untrained', count: 99, mean: 0.05, sd: 0.01, z: 7.3, p: 0.01 } as const;
  const rich = exampleMethod(8, {
    standardError: 0.01,
    null: untrained,
    nulls: [untrained],
    stability: 0.9,
    bootstrap: {
      count: 20,
      mean: 0.12,
      sd: 0.01,
      stability: 0.8,
      persistence: 0.85,
      consensus: exampleClusters(8),
    },
  });
  const pair = exampleAgreement('forward_cov', 'backward_jac', {
    alignment: 0.5,
    alignmentNull: { mean: 0.4, sd: 0.1 },
    p: 0.2,
    transfer: [0.1, null],
    transfer_norm: [1, null],
  });
  return {
    schema: 'modscope-report/1',
    tool: { name: 'modscope', version: '0.1.0' },
    createdAt: '2026-11-23T10:20:30.000Z',
    checkpoint: {
      path: 'runs/a.ckpt',
      sha256: '0123456789abcdef'.repeat(4),
      format: 'Lightning',
      hyperParameters: { lr: 1e-3, name: 'a', deep: { drop: 0.3, sizes: [8, 8] }, none: null },
    },
    network: { source: 'tensor names and shapes', assumptions: ['ReLU after each hidden layer.'] },
    data: { path: 'data/test-images', split: 'test', samples: 597, classes: 10, loss: 'cross_entropy' },
    settings: {
      methods: [...MEASURES],
      loss: 'auto',
      samples: null,
      seed: 0,
      solver: 'best',
      exact: false,
      probes: null,
      nulls: [{ kind: 'untrained', count: 99 }],
      bootstrap: 20,
      backend: 'wasm',
      workers: 2,
    },
    stats: { test: { loss: 0.1, accuracy: 0.97 }, l1Norm: 12, l2Norm: 3, nuclearNorm: null, sparsity: 0.1 },
    layers: [
      exampleLayer('fc.0', 8, {
        methods: { forward_cov: rich, backward_jac: exampleMethod(8) },
        agreement: [pair],
      }),
      exampleLayer('combined', 16, { kind: 'combined' }),
    ],
    timings: { read: 0.01, measures: 0.5 },
    ...changes,
  };
}

/** Markup, tables, paths, formulas and lines: what a hostile file may call a layer. */
export const HOSTILE_NAMES = [
  '<script>alert(1)</script>',
  'a|b`c\\|d',
  'line\nbreak\r\n# heading',
  '../../etc/passwd',
  '=HYPERLINK("http://x")',
  '![x](http://x) "quoted" & \'single\' ]]>',
  '\u202Egpj.exe\u0000',
  '\uD800',
  'x'.repeat(5000),
  '',
];
