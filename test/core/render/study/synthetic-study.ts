import { Random } from '../../../../src/core/base/random';
import {
  FAMILIES,
  familyOf,
  isNormalised,
  type Measure,
  MEASURES,
  rawOf,
} from '../../../../src/core/measures';
import { STUDY_METRICS } from '../../../../src/core/study/agreement-metrics';
import type { NullDistribution } from '../../../../src/core/study/null-distribution';
import type {
  StudyAgreement,
  StudyCheckpoint,
  StudyData,
  StudyLayer,
} from '../../../../src/core/study/study-data';

// A study such as that of Lange, Rolnick and Kording (2022), made of their figures' numbers and noise: what figures are looked at
// and tested with.

const DROPOUTS = [0, 0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
/** Q against dropout, layer 0 and layer 1. */
const UNDER_DROPOUT: Readonly<Record<Measure, readonly [readonly number[], readonly number[]]>> = {
  forward_cov: [
    [0.11, 0.108, 0.14, 0.18, 0.21, 0.25, 0.28, 0.31],
    [0.116, 0.114, 0.14, 0.16, 0.17, 0.184, 0.196, 0.206],
  ],
  forward_cov_norm: [
    [0.105, 0.104, 0.135, 0.166, 0.18, 0.196, 0.215, 0.232],
    [0.112, 0.11, 0.14, 0.165, 0.19, 0.21, 0.23, 0.248],
  ],
  forward_jac: [
    [0.095, 0.146, 0.25, 0.308, 0.37, 0.425, 0.47, 0.528],
    [0.115, 0.15, 0.243, 0.26, 0.257, 0.28, 0.281, 0.274],
  ],
  forward_jac_norm: [
    [0.09, 0.14, 0.24, 0.3, 0.355, 0.405, 0.45, 0.505],
    [0.112, 0.146, 0.236, 0.255, 0.253, 0.272, 0.276, 0.275],
  ],
  backward_jac: [
    [0.12, 0.112, 0.13, 0.145, 0.15, 0.155, 0.175, 0.19],
    [0.114, 0.108, 0.14, 0.159, 0.168, 0.177, 0.199, 0.224],
  ],
  backward_jac_norm: [
    [0.113, 0.108, 0.115, 0.128, 0.142, 0.156, 0.172, 0.19],
    [0.111, 0.11, 0.123, 0.14, 0.16, 0.178, 0.196, 0.22],
  ],
  backward_hess: [
    [0.12, 0.112, 0.13, 0.143, 0.155, 0.168, 0.186, 0.195],
    [0.114, 0.11, 0.14, 0.159, 0.175, 0.192, 0.214, 0.225],
  ],
  backward_hess_norm: [
    [0.115, 0.11, 0.118, 0.13, 0.145, 0.16, 0.178, 0.195],
    [0.113, 0.112, 0.128, 0.145, 0.163, 0.18, 0.2, 0.215],
  ],
};

/** Untrained networks: mean and SD of Q in layer 0 and 1, of clusters in both. */
const UNTRAINED: Readonly<Record<Measure, readonly [number, number, number, number, number, number]>> = {
  forward_cov: [0.099, 0.009, 0.102, 0.009, 3.5, 0.54],
  forward_cov_norm: [0.095, 0.006, 0.102, 0.0075, 3.8, 0.53],
  forward_jac: [0.081, 0.004, 0.091, 0.006, 4.2, 0.59],
  forward_jac_norm: [0.078, 0.003, 0.091, 0.006, 4.4, 0.59],
  backward_jac: [0.109, 0.0075, 0.102, 0.006, 3.9, 0.57],
  backward_jac_norm: [0.109, 0.007, 0.102, 0.006, 4, 0.53],
  backward_hess: [0.109, 0.0075, 0.102, 0.006, 3.8, 0.54],
  backward_hess_norm: [0.109, 0.007, 0.102, 0.006, 3.9, 0.52],
};

interface Setting {
  readonly l2: number;
  readonly l1: number;
  readonly drop: number;
}

const logspace = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) =>
    Number((10 ** (from + ((to - from) * i) / (count - 1))).toPrecision(6)),
  );

const BASE: Setting = { l2: 1e-5, l1: 0, drop: 0 };
const L2 = logspace(-5, -1, 9);
const L1 = [0, ...logspace(-5, -2, 7)];
const DROP = [0, ...Array.from({ length: 14 }, (_, i) => Number((0.05 * (i + 1)).toFixed(2)))];

function interpolate(values: readonly number[], drop: number): number {
  const after = Math.max(
    1,
    DROPOUTS.findIndex((value) => value >= drop),
  );
  const [low, high] = [DROPOUTS[after - 1]!, DROPOUTS[after]!];
  return values[after - 1]! + ((drop - low) / (high - low)) * (values[after]! - values[after - 1]!);
}

/** How far a regularization is along its range, 0 … 1. */
const along = (value: number, from: number, to: number): number =>
  value <= 0 ? 0 : Math.max(0, (Math.log10(value) - from) / (to - from));

function meanQ(measure: Measure, layer: 0 | 1, { l2, l1, drop }: Setting): number {
  const base = interpolate(UNDER_DROPOUT[measure][layer], drop);
  const [lasso, ridge] = [along(l1, -5, -2), along(l2, -5, -1)];
  const rise = familyOf(measure) === 'downstream' ? 0.12 : 0.07;
  return base + rise * (lasso < 0.7 ? lasso / 0.7 : (1 - lasso) * 2 - 0.4) + 0.04 * ridge * (1 - 0.6 * ridge);
}

function statsOf({ l2, l1, drop }: Setting, random: Random): StudyCheckpoint['stats'] {
  const [lasso, ridge] = [along(l1, -5, -2), along(l2, -5, -1)];
  const loss = 0.02 + 0.6 * lasso ** 3 + 0.9 * ridge ** 5;
  const test = Math.max(
    0.11,
    0.978 - 0.02 * drop - 0.25 * lasso ** 4 - 0.9 * ridge ** 8 + 0.002 * random.normal(),
  );
  const train = Math.min(1, test + 0.02 - 0.03 * drop - 0.02 * ridge);
  const shrink = Math.exp(-3 * lasso - 4 * ridge);
  const noise = 1 + 0.02 * random.normal();
  return {
    train: { loss, accuracy: train },
    test: { loss: loss + 0.07, accuracy: test },
    l1Norm: (2300 + 3000 * drop) * shrink * noise,
    l2Norm: (900 + 1900 * drop) * shrink ** 1.5 * noise,
    nuclearNorm: (310 + 220 * drop) * shrink ** 0.7 * noise,
    sparsity: Math.min(1, 0.02 + 0.9 * lasso + 0.5 * ridge ** 2),
  };
}

const pairsOf = (measures: readonly Measure[]): (readonly [Measure, Measure])[] =>
  measures.flatMap((a, i) => measures.slice(i + 1).map((b) => [a, b] as const));

/** Mean agreement of clusters by family, as in the paper. */
function agreementLevel(a: Measure, b: Measure, trained: boolean): number {
  if (rawOf(a) === rawOf(b)) return trained ? 0.82 : 0.7;
  if (familyOf(a) !== familyOf(b)) return trained ? 0.322 : 0.255;
  return familyOf(a) === FAMILIES[0] ? (trained ? 0.58 : 0.278) : trained ? 0.494 : 0.526;
}

function agreementsOf(measures: readonly Measure[], random: Random): StudyAgreement[] {
  return pairsOf(measures).map(([a, b]) => {
    const level = Math.min(0.98, Math.max(0.05, agreementLevel(a, b, true) + 0.06 * random.normal()));
    const near = (of: number): number => of + 0.03 * random.normal();
    const values = STUDY_METRICS.map(([name]) => {
      if (name === 'vi') return [name, 2 * (1 - near(level))];
      if (name === 'rsa') return [name, near(0.7 * level + 0.15 * random.normal())];
      if (name.startsWith('transfer'))
        return [name, name.includes('norm') ? near(level) : 0.15 * near(level)];
      return [name, near(level - 0.1 * Math.abs(random.normal()))];
    });
    return { a, b, metrics: Object.fromEntries(values) as StudyAgreement['metrics'] };
  });
}

function layerOf(
  name: string,
  isCombined: boolean,
  layer: 0 | 1,
  setting: Setting,
  random: Random,
): StudyLayer {
  const dead = along(setting.l1, -5, -2) > 0.8 ? 12 : 0;
  // What a seed does to all measures of a network.
  const common = random.normal();
  const methods = MEASURES.map((measure) => {
    const sd = 0.004 + 0.06 * Math.max(0, meanQ(measure, layer, setting) - 0.1);
    const q =
      meanQ(measure, layer, setting) * (isCombined ? 1.15 : 1) + sd * (0.7 * common + random.normal());
    const clusters = Math.max(1, Math.round(UNTRAINED[measure][4] + 6 * (q - 0.1) + 0.5 * random.normal()));
    const labels = Int16Array.from({ length: 64 }, (_, unit) => (unit < dead ? -1 : unit % clusters));
    const [mean, spread] =
      layer === 0
        ? [UNTRAINED[measure][0], UNTRAINED[measure][1]]
        : [UNTRAINED[measure][2], UNTRAINED[measure][3]];
    const z = (q - mean) / spread;
    return [
      measure,
      { q, clusters, softClusters: clusters - 0.3, dead, z, p: z > 2 ? 1 / 101 : 0.4, labels },
    ] as const;
  });
  return {
    name,
    isCombined,
    units: isCombined ? 128 : 64,
    methods: Object.fromEntries(methods),
    agreement: agreementsOf(MEASURES, random),
  };
}

function layersOf(setting: Setting, random: Random): StudyLayer[] {
  return [
    layerOf('fc_layers.0', false, 0, setting, random),
    layerOf('fc_layers.1', false, 1, setting, random),
    layerOf('combined', true, 1, setting, random),
  ];
}

function untrainedNetworks(count: number, random: Random): NullDistribution {
  const layers = (['fc_layers.0', 'fc_layers.1', 'combined'] as const).map((name, layer) => ({
    name,
    methods: Object.fromEntries(
      MEASURES.map((measure) => {
        const [q0, s0, q1, s1, clusters, spread] = UNTRAINED[measure];
        const [mean, sd] = layer === 0 ? [q0, s0] : [q1, s1];
        const draws = <T>(draw: () => T): T[] => Array.from({ length: count }, draw);
        return [
          measure,
          {
            q: draws(() => mean + sd * random.normal()),
            clusters: draws(() => Math.round(clusters + spread * random.normal())),
          },
        ];
      }),
    ),
    agreement: pairsOf(MEASURES).map(([a, b]) => ({
      a,
      b,
      metrics: Object.fromEntries(
        STUDY_METRICS.map(([name]) => [name, { count, mean: agreementLevel(a, b, false), sd: 0.05 }]),
      ),
    })),
  }));
  return { schema: 'modscope-nulls/1', kind: 'untrained', count, layers };
}

const LAYERS = (checkpoints: number): StudyData['layers'] => [
  { name: 'fc_layers.0', isCombined: false, checkpoints },
  { name: 'fc_layers.1', isCombined: false, checkpoints },
  { name: 'combined', isCombined: true, checkpoints },
];

const UNTRAINED_KEY = 'u'.repeat(32);

/** Three hyper-parameters, one at a time from a shared baseline. @param seeds replicates of each */
export function syntheticStudy(seeds = 9): StudyData {
  const random = new Random(1);
  const settings: Setting[] = [
    ...L2.map((l2) => ({ ...BASE, l2 })),
    ...L1.slice(1).map((l1) => ({ ...BASE, l1 })),
    ...DROP.slice(1).map((drop) => ({ ...BASE, drop })),
  ];
  const checkpoints = settings.flatMap((setting, s) =>
    Array.from({ length: seeds }, (_, seed): StudyCheckpoint => {
      const path = `runs/l2=${setting.l2}_l1=${setting.l1}_drop=${setting.drop}_run=${seed}.ckpt`;
      return {
        path,
        run: `${s}-${seed}`,
        epoch: 499,
        step: 150000,
        values: { ...setting, run: seed },
        stats: statsOf(setting, random),
        untrained: UNTRAINED_KEY,
        layers: layersOf(setting, random),
      };
    }),
  );
  return {
    grouping: {
      factors: [
        { key: 'l2', scale: 'log', values: L2 },
        { key: 'l1', scale: 'log', values: L1 },
        { key: 'drop', scale: 'linear', values: DROP },
      ],
      replicates: ['run'],
      constants: {},
      ignored: [],
      trajectory: null,
      sharedBaseline: true,
      sentence: `${checkpoints.length} runs: L2 (9 values from 0.00001 to 0.1), L1 (8 values from 0 to 0.01) and dropout (15 values from 0 to 0.7) vary one at a time from a shared baseline, ${seeds} replicates each by run.`,
    },
    planned: checkpoints.length + 2,
    failed: 1,
    measures: MEASURES,
    layers: LAYERS(checkpoints.length),
    checkpoints,
    untrained: new Map([[UNTRAINED_KEY, untrainedNetworks(100, random)]]),
  };
}

/** Runs at two values of dropout, seven checkpoints each. */
export function syntheticTrajectory(seeds = 3): StudyData {
  const random = new Random(2);
  const steps = [0, 200, 600, 1350, 4000, 12000, 30000];
  const checkpoints = [0, 0.5].flatMap((drop) =>
    Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) =>
      steps.map((step, at): StudyCheckpoint => {
        const setting = { ...BASE, drop: (drop * at) / (steps.length - 1) };
        return {
          path: `drop=${drop}/seed${seed}/step=${step}.ckpt`,
          run: `drop=${drop}/seed${seed}`,
          epoch: null,
          step,
          values: { drop, seed },
          stats: statsOf(setting, random),
          untrained: UNTRAINED_KEY,
          layers: layersOf(setting, random),
        };
      }),
    ),
  );
  return {
    grouping: {
      factors: [{ key: 'drop', scale: 'linear', values: [0, 0.5] }],
      replicates: ['seed'],
      constants: {},
      ignored: [],
      trajectory: 'step',
      sharedBaseline: false,
      sentence: '6 runs: dropout (0, 0.5) varies, 3 replicates each by seed, 7 checkpoints each by step.',
    },
    planned: checkpoints.length,
    failed: 0,
    measures: MEASURES.filter((measure) => !isNormalised(measure)),
    layers: LAYERS(checkpoints.length),
    checkpoints,
    untrained: new Map([[UNTRAINED_KEY, untrainedNetworks(100, random)]]),
  };
}
