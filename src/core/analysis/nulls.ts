import { probeOptions, type SweepOptions, type SweepSums } from '../association/sums/sums';
import { Random } from '../base/random';
import { NULL_KINDS, type NullKind } from '../choices';
import { familyOf, type Measure, rawOf } from '../measures';
import type { Model } from '../network/model';
import { shuffledModel, untrainedModel } from '../network/null-model';
import type { NullModel, NullRequest } from '../report';
import { areSweepsShort, type Compute } from './compute';
import { type EvaluationData, firstSamples } from './evaluation-data';
import {
  clusterLayers,
  type ClusterSettings,
  hasCombined,
  type LayerClusterings,
  layerMatrices,
  type LayerMatrices,
  reportedLayers,
} from './layers';
import { meanAndSd } from './statistics';

/** Few enough to fit in the time of the analysis itself: for a z-score, not for a small p-value. */
const DEFAULT_NULLS: readonly NullRequest[] = [{ kind: 'untrained', count: 5 }];

/** Null networks are measured on the first so many samples: Q hardly depends on them. */
const NULL_SAMPLES = 1000;
/** And clustered with a part of the budget: what their mean and spread lose is small beside their spread. */
const NULL_EFFORT = 1 / 8;

/** Null networks where nobody named any: none where they would take long. */
export function defaultNulls(model: Model, samples: number): readonly NullRequest[] {
  return areNullsShort(DEFAULT_NULLS, model, samples) ? DEFAULT_NULLS : [];
}

/**
 * Pairs of units in all layers of all null networks beyond which clustering them takes more than a few minutes: measured on two
 * threads with all measures, 5 µs for each pair of networks of 64 to 512 units a layer.
 */
const MANY_PAIRS = 5e7;

/** Whether so many null networks are soon done. */
export function areNullsShort(nulls: readonly NullRequest[], model: Model, samples: number): boolean {
  const networks = nulls.reduce((sum, { count }) => sum + count, 0);
  const layers = reportedLayers(model, hasCombined(model));
  const pairs = layers.reduce((sum, { units }) => sum + units ** 2, 0);
  return networks * pairs <= MANY_PAIRS && areSweepsShort(model, networks, Math.min(samples, NULL_SAMPLES));
}

/** The result of one null network. */
export interface NullRun<T> {
  readonly kind: NullKind;
  readonly result: T;
}

/** The settings of an analysis that say which null networks are clustered, and how. */
export interface NullSettings extends ClusterSettings {
  readonly nulls: readonly NullRequest[];
  readonly methods: readonly Measure[];
}

/** Which null networks are wanted, and what they are made of and measured on. */
export interface NullWork {
  readonly model: Model;
  readonly dataset: EvaluationData;
  readonly settings: NullSettings;
  /** Whether the network has a combined layer. */
  readonly combined: boolean;
  readonly compute: Compute;
}

/** Q by layer, in the order of the layers, then measure; those that do not apply to the kind are absent. */
export type LayerQs = readonly ReadonlyMap<Measure, number | null>[];

/** Where an analysis has its null networks from. */
export interface NullSource {
  /** Those to take where nobody named any. */
  defaults(model: Model, samples: number): readonly NullRequest[];
  /** Whether they are there already, so that they take no time. */
  areReady(work: NullWork): Promise<boolean>;
  /** @param onDone told of every null network that is done */
  measure(work: NullWork, onDone: () => void): Promise<readonly NullRun<LayerQs>[]>;
}

/** Computed anew for every network. */
export const OWN_NULLS: NullSource = {
  defaults: defaultNulls,
  areReady: () => Promise.resolve(false),
  async measure(work, onDone) {
    const runs: NullRun<LayerQs>[] = [];
    for (const { kind, count } of work.settings.nulls) {
      for (let index = 0; index < count; index++) {
        const { clusterings } = await clusterNull(work, kind, index);
        const result = clusterings.map(
          (layer) => new Map([...layer].map(([measure, { q }]) => [measure, q])),
        );
        runs.push({ kind, result });
        onDone();
      }
    }
    return runs;
  },
};

/** A null network, measured and clustered. */
export interface ClusteredNull {
  readonly layers: readonly LayerMatrices[];
  readonly clusterings: LayerClusterings;
}

/** Measures and clusters one null network as the network itself. */
export async function clusterNull(
  { model, dataset, settings, combined, compute }: NullWork,
  kind: NullKind,
  index: number,
): Promise<ClusteredNull> {
  const applicable = settings.methods.filter(
    (measure) => kind !== 'permuted' || familyOf(measure) === 'upstream',
  );
  const probes = probeOptions(false, null, settings.seed);
  const options = { measures: new Set(applicable.map(rawOf)), combined, probes };
  const seed = nullSeed(settings.seed, kind, index);
  const sums = await nullSums(kind, model, nullSamples(dataset), options, seed, compute);
  const collected = applicable.filter((measure) => rawOf(measure) in sums.measures);
  const layers = layerMatrices(sums, model, collected, combined);
  return { layers, clusterings: await clusterLayers(layers, { ...settings, effort: NULL_EFFORT }, compute) };
}

function nullSums(
  kind: NullKind,
  model: Model,
  samples: EvaluationData,
  options: SweepOptions,
  seed: number,
  compute: Compute,
): Promise<SweepSums> {
  return kind === 'permuted'
    ? compute.permuted(model, samples, options, seed)
    : compute.sweep(nullModel(kind, model, seed), samples, options);
}

/** The weights of a null network; those of the network itself where the kind changes something else. */
export function nullModel(kind: NullKind, model: Model, seed: number): Model {
  switch (kind) {
    case 'untrained':
      return untrainedModel(model, new Random(seed));
    case 'shuffled':
      return shuffledModel(model, new Random(seed));
    case 'permuted':
      return model;
  }
}

/** A seed of its own for every null network; the constants only keep them apart. */
function nullSeed(seed: number, kind: NullKind, index: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ (NULL_KINDS.indexOf(kind) * 0x10001 + index)) | 0;
}

/** The samples that null networks are measured on. */
export function nullSamples(dataset: EvaluationData): EvaluationData {
  return firstSamples(dataset, NULL_SAMPLES);
}

/** Q against the null networks of every kind there is, in the order of the runs. */
export function compareWithNulls(q: number | null, runs: readonly NullRun<number | null>[]): NullModel[] {
  return [...new Set(runs.map(({ kind }) => kind))].flatMap((kind) => {
    const values = runs.flatMap((run) => (run.kind === kind && run.result !== null ? run.result : []));
    return compareWithNull(q, kind, values) ?? [];
  });
}

/** z from the mean and sample SD of the null values; p the share of them that reach Q, with +1 smoothing. */
function compareWithNull(q: number | null, kind: NullKind, values: readonly number[]): NullModel | null {
  if (q === null || values.length < 2) return null;
  const { mean, sd } = meanAndSd(values);
  const reached = values.filter((value) => value >= q).length;
  const z = sd > 0 ? (q - mean) / sd : null;
  return { kind, count: values.length, mean, sd, z, p: (reached + 1) / (values.length + 1) };
}
