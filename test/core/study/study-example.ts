import type { CheckpointDescription, Scalar } from '../../../src/core/study/describe';
import { type Manifest, manifestOf } from '../../../src/core/study/manifest';

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
