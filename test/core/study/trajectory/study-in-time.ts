import { inOrder, type Measure } from '../../../../src/core/measures';
import type { StudyCheckpoint, StudyData } from '../../../../src/core/study/study-data';
import { exampleManifest } from '../study-example';

/** A checkpoint of one layer, of which some measures have clusters. */
export interface Moment {
  readonly run: string;
  readonly step: number | null;
  readonly labels: ArrayLike<number>;
  /** By which they are clusters; default: one. */
  readonly measures?: readonly Measure[];
  readonly drop?: number;
  /** Tells networks apart; default: by the name of the run. */
  readonly norm?: number;
  /** Persistence under resampling. */
  readonly resampled?: number;
}

export function studyInTime(moments: readonly Moment[], trajectory: 'step' | null = 'step'): StudyData {
  return {
    grouping: { ...exampleManifest().grouping, trajectory },
    planned: moments.length,
    failed: 0,
    measures: inOrder(moments.flatMap(({ measures = ['forward_cov'] }) => measures)),
    layers: [{ name: 'fc1', isCombined: false, checkpoints: moments.length }],
    checkpoints: moments.map(checkpointOf),
    untrained: new Map(),
  };
}

function checkpointOf(moment: Moment): StudyCheckpoint {
  const { run, step, labels, measures = ['forward_cov'], drop = 0, norm, resampled } = moment;
  const live = Array.from(labels).filter((label) => label >= 0);
  const clusters = new Set(live).size;
  const result = {
    q: 0.3,
    clusters,
    softClusters: clusters,
    dead: labels.length - live.length,
    z: null,
    p: null,
    bootstrap: resampled === undefined ? null : { count: 20, stability: 0.9, persistence: resampled },
    labels: Int16Array.from(labels),
  };
  return {
    path: `${run}/${String(step)}.pt`,
    run,
    epoch: null,
    step,
    values: { drop },
    stats: { l1Norm: norm ?? run.length, l2Norm: norm ?? run.charCodeAt(0), nuclearNorm: null, sparsity: 0 },
    untrained: null,
    layers: [
      {
        name: 'fc1',
        isCombined: false,
        units: labels.length,
        methods: Object.fromEntries(measures.map((measure) => [measure, result])),
        agreement: [],
      },
    ],
  };
}
