import { probeOptions, type SweepOptions, type SweepSums } from '../association/sums/sums';
import { Random } from '../base/random';
import { NULL_KINDS, type NullKind } from '../choices';
import type { Dataset } from '../dataset/dataset';
import { familyOf, type Measure, rawOf } from '../measures';
import type { Model } from '../network/model';
import { shuffledModel, untrainedModel } from '../network/null-model';
import type { NullModel, NullRequest } from '../report';
import { sizeOf } from '../tensor/shape';
import { areSweepsShort, type Compute } from './compute';
import { clusterLayers, type ClusterSettings, type LayerClusterings, layerMatrices } from './layers';
import { meanAndSd } from './statistics';

/** Few enough to fit in the time of the analysis itself: for a z-score, not for a small p-value. */
const DEFAULT_NULLS: readonly NullRequest[] = [{ kind: 'untrained', count: 5 }];

/** Null networks are measured on the first so many samples: Q hardly depends on them. */
const NULL_SAMPLES = 1000;
/** And clustered with a part of the budget: what their mean and spread lose is small beside their spread. */
const NULL_EFFORT = 1 / 8;

/** Null networks where nobody named any: none where they would take long. */
export function defaultNulls(model: Model, samples: number): readonly NullRequest[] {
  const networks = DEFAULT_NULLS.reduce((sum, { count }) => sum + count, 0);
  return areSweepsShort(model, networks, Math.min(samples, NULL_SAMPLES)) ? DEFAULT_NULLS : [];
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

/**
 * Measures and clusters null networks as the network itself.
 * @param onDone told of every null network that is done
 */
export async function clusterNulls(
  model: Model,
  dataset: Dataset,
  settings: NullSettings,
  combined: boolean,
  compute: Compute,
  onDone: () => void,
): Promise<NullRun<LayerClusterings>[]> {
  const samples = firstSamples(dataset, NULL_SAMPLES);
  const runs: NullRun<LayerClusterings>[] = [];
  for (const { kind, count } of settings.nulls) {
    const applicable = settings.methods.filter(
      (measure) => kind !== 'permuted' || familyOf(measure) === 'upstream',
    );
    const probes = probeOptions(false, null, settings.seed);
    const options = { measures: new Set(applicable.map(rawOf)), combined, probes };
    for (let index = 0; index < count; index++) {
      const sums = await nullSums(
        kind,
        model,
        samples,
        options,
        nullSeed(settings.seed, kind, index),
        compute,
      );
      const collected = applicable.filter((measure) => rawOf(measure) in sums.measures);
      const layers = layerMatrices(sums, model, collected, combined);
      runs.push({ kind, result: await clusterLayers(layers, { ...settings, effort: NULL_EFFORT }, compute) });
      onDone();
    }
  }
  return runs;
}

function nullSums(
  kind: NullKind,
  model: Model,
  samples: Dataset,
  options: SweepOptions,
  seed: number,
  compute: Compute,
): Promise<SweepSums> {
  switch (kind) {
    case 'untrained':
      return compute.sweep(untrainedModel(model, new Random(seed)), samples, options);
    case 'shuffled':
      return compute.sweep(shuffledModel(model, new Random(seed)), samples, options);
    case 'permuted':
      return compute.permuted(model, samples, options, seed);
  }
}

/** A seed of its own for every null network; the constants only keep them apart. */
function nullSeed(seed: number, kind: NullKind, index: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ (NULL_KINDS.indexOf(kind) * 0x10001 + index)) | 0;
}

function firstSamples(dataset: Dataset, most: number): Dataset {
  const samples = Math.min(dataset.samples, most);
  return {
    ...dataset,
    samples,
    inputs: dataset.inputs.subarray(0, samples * sizeOf(dataset.sampleShape)),
    labels: dataset.labels.subarray(0, samples),
  };
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
