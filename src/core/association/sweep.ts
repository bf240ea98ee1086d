import type { Engine } from '../tensor/engine';
import { RAW_MEASURES, type RawMeasure } from '../measures';
import { classesOf, hiddenLayers, type Model } from '../network/model';
import { addBlocks, type MeasureSums } from './blocks';
import { Covariance, mergeMoments, type Moments } from './covariance';
import { StackPasses } from './dense/sweep';
import { GraphPasses } from './graph/sweep';
import { predict } from './softmax';

/** What one sweep is to collect. */
export interface SweepOptions {
  readonly measures: ReadonlySet<RawMeasure>;
  /** Whether the blocks between layers are wanted too. */
  readonly combined: boolean;
  /** How measures that have no closed form are taken. */
  readonly probing: Probing;
}

export interface Probing {
  /** Operations, two for each multiplication with addition, that a measure may take to be computed in full. */
  readonly affordable: number;
  /** Random directions per sample where they are more; null for a number that suits the data. */
  readonly directions: number | null;
  readonly seed: number;
}

/** About a minute on one thread. */
const AFFORDABLE = 2e12;

/** @param exact all sums in full, whatever the time */
export function probing(exact: boolean, directions: number | null, seed: number): Probing {
  return { affordable: exact ? Infinity : AFFORDABLE, directions, seed };
}

/** Sums over the samples of a shard: plain data, mergeable. */
export interface SweepSums {
  samples: number;
  loss: number;
  correct: number;
  readonly measures: CollectedMeasures;
}

/** By measure, the sums of those that were collected. */
export type CollectedMeasures = Readonly<Partial<Record<RawMeasure, MeasureSums | Moments>>>;

/** Where the samples of a shard come from: inputs are written to `out`, [count, inputs]. */
export interface SampleSource {
  /** All there are. */
  readonly samples: number;
  readonly labels: Int32Array;
  fill(first: number, count: number, out: Float32Array): void;
}

/** One pass over the samples first … end − 1 that collects every measure of every layer. */
export interface Sweep {
  run(source: SampleSource, first: number, end: number): SweepSums;
}

/** A kind of network, ready to be swept. `State` is what a tile of samples leaves behind, until the next one. */
export interface Passes<State> {
  /** Samples at a time, at most. */
  readonly tile: number;
  /** Values of one sample. */
  readonly inputs: number;
  /** @param x [samples, inputs] */
  forward(x: Float32Array, samples: number): State;
  /** [samples, classes]. */
  logits(state: State): Float32Array;
  /** Per hidden layer, [samples, positions, units]. */
  values(state: State): readonly Float32Array[];
  /** What collects the measures of derivatives. @param samples in the whole data set */
  derivatives(samples: number): Derivatives<State>;
}

export interface Derivatives<State> {
  add(state: State, tile: Tile): void;
  /** The sums over all tiles that were added. */
  finish(): CollectedMeasures;
}

export interface Tile {
  /** Number of its first sample in the data set. */
  readonly first: number;
  readonly labels: Int32Array;
  /** Softmax of the logits, [samples, classes]. */
  readonly probabilities: Float64Array;
}

export function createSweep(engine: Engine, model: Model, options: SweepOptions): Sweep {
  return model.kind === 'stack'
    ? new TiledSweep(engine, model, options, new StackPasses(engine, model, options))
    : new TiledSweep(engine, model, options, new GraphPasses(engine, model, options));
}

class TiledSweep<State> implements Sweep {
  constructor(
    readonly engine: Engine,
    readonly model: Model,
    readonly options: SweepOptions,
    readonly passes: Passes<State>,
  ) {}

  run(source: SampleSource, first: number, end: number): SweepSums {
    const { passes } = this;
    const covariance = this.#covariance();
    const derivatives = passes.derivatives(source.samples);
    const classes = classesOf(this.model);
    const x = new Float32Array(passes.tile * passes.inputs);
    let loss = 0;
    let correct = 0;
    for (let at = first; at < end; at += passes.tile) {
      const samples = Math.min(passes.tile, end - at);
      source.fill(at, samples, x);
      const state = passes.forward(x, samples);
      const labels = source.labels.subarray(at, at + samples);
      const predictions = predict(passes.logits(state), labels, classes);
      loss += predictions.loss;
      correct += predictions.correct;
      covariance?.add({ samples, values: passes.values(state) });
      derivatives.add(state, { first: at, labels, probabilities: predictions.probabilities });
    }
    const measures = { ...(covariance && { forward_cov: covariance.moments }), ...derivatives.finish() };
    return { samples: end - first, loss, correct, measures };
  }

  #covariance(): Covariance | null {
    if (!this.options.measures.has('forward_cov')) return null;
    const layers = hiddenLayers(this.model);
    const [sizes, positions] = [layers.map(({ units }) => units), layers.map((layer) => layer.positions)];
    return new Covariance(this.engine, sizes, this.options.combined, positions);
  }
}

/** a becomes the sums over both sets of samples. The order of merging is part of the result's bytes. */
export function mergeSums(a: SweepSums, b: SweepSums): void {
  a.samples += b.samples;
  a.loss += b.loss;
  a.correct += b.correct;
  for (const measure of RAW_MEASURES) {
    const [to, from] = [a.measures[measure], b.measures[measure]];
    if (to === undefined || from === undefined) continue;
    if ('means' in to && 'means' in from) mergeMoments(to, from);
    else addBlocks(to.products, from.products);
    if (to.variance !== null && from.variance !== null) addBlocks(to.variance, from.variance);
  }
}
