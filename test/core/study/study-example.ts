import { inOrder, type Measure } from '../../../src/core/measures';
import type { CheckpointDescription, Scalar } from '../../../src/core/study/describe';
import type { Factor } from '../../../src/core/study/groups';
import { type Manifest, manifestOf } from '../../../src/core/study/manifest';
import type { StudyCheckpoint, StudyData, StudyLayer } from '../../../src/core/study/study-data';

export function exampleDescription(
  path: string,
  hyperParameters: Readonly<Record<string, Scalar>>,
): CheckpointDescription {
  const sourced = Object.entries(hyperParameters).map(([key, value]) => [key, { value, source: 'name' }]);
  return {
    path,
    run: path,
    hyperParameters: Object.fromEntries(sourced) as CheckpointDescription['hyperParameters'],
    metrics: {},
    epoch: { value: 4, source: 'checkpoint' },
    step: null,
    best: true,
  };
}

/** A study of two runs that differ in `drop`, with replicates by `seed`. */
export function exampleManifest(
  checkpoints: readonly CheckpointDescription[] = [
    exampleDescription('a.pt', { drop: 0, seed: 'x' }),
    exampleDescription('b.pt', { drop: 0.3, seed: 1 }),
  ],
): Manifest {
  return manifestOf({
    base: '..',
    config: { methods: ['forward_cov'] },
    pick: 'all',
    options: {},
    table: null,
    leftOut: 0,
    grouping: {
      factors: [{ key: 'drop', scale: 'linear', values: [0, 0.3] }],
      replicates: ['seed'],
      constants: {},
      ignored: [],
      trajectory: null,
      sharedBaseline: false,
      sentence: 'Two runs.',
    },
    checkpoints,
  });
}

/** A layer of which some measures have a Q. */
export function exampleStudyLayer(
  name: string,
  qs: Readonly<Partial<Record<Measure, number | null>>>,
  agreement: StudyLayer['agreement'] = [],
): StudyLayer {
  const methods = inOrder(Object.keys(qs)).map((measure) => {
    const more = {
      softClusters: 2.5,
      dead: 0,
      z: null,
      p: null,
      bootstrap: null,
      labels: Int16Array.of(0, 1, 2),
    };
    return [measure, { q: qs[measure] ?? null, clusters: 3, ...more }] as const;
  });
  return { name, isCombined: false, units: 3, methods: Object.fromEntries(methods), agreement };
}

/** A checkpoint that is done, of a run of its own unless one is named. */
export function exampleCheckpoint(
  values: Readonly<Record<string, Scalar>>,
  {
    run = JSON.stringify(values),
    epoch = null,
    accuracy = 0.97,
    layers = [],
    untrained = null,
  }: {
    readonly run?: string;
    readonly epoch?: number | null;
    readonly accuracy?: number | null;
    readonly layers?: readonly StudyLayer[];
    readonly untrained?: string | null;
  } = {},
): StudyCheckpoint {
  const test = accuracy === null ? {} : { test: { loss: 0.1, accuracy } };
  return {
    path: `${run}-${epoch}.pt`,
    run,
    epoch,
    step: null,
    values,
    stats: { ...test, l1Norm: 1, l2Norm: 1, nuclearNorm: null, sparsity: 0 },
    untrained,
    layers,
  };
}

export function exampleStudy(
  factors: readonly Factor[],
  checkpoints: readonly StudyCheckpoint[],
  untrained: StudyData['untrained'] = new Map(),
): StudyData {
  const names = new Map(checkpoints.flatMap(({ layers }) => layers.map((layer) => [layer.name, layer])));
  const of = (name: string) => checkpoints.filter(({ layers }) => layers.some((one) => one.name === name));
  const { grouping } = exampleManifest();
  return {
    grouping: { ...grouping, factors: factors.map((factor) => ({ ...factor, values: [...factor.values] })) },
    planned: checkpoints.length,
    failed: 0,
    measures: inOrder(
      checkpoints.flatMap(({ layers }) =>
        layers.flatMap(({ methods, agreement }) => [
          ...Object.keys(methods),
          ...agreement.flatMap((pair) => [pair.a, pair.b]),
        ]),
      ),
    ),
    layers: [...names.values()].map(({ name, isCombined }) => ({
      name,
      isCombined,
      checkpoints: of(name).length,
    })),
    checkpoints,
    untrained,
  };
}
