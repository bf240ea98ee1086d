import type { Random } from '../base/random';
import { outputsOf, type GraphModel, hiddenLayers, type Model } from '../network/model';
import { Program } from '../network/program';
import type { Engine } from '../tensor/engine';
import { permutedStackSums } from './dense/stack-permuted';
import { StackPasses } from './dense/stack-sweep';
import { GraphPasses } from './graph/graph-sweep';
import { Covariance } from './sums/covariance';
import { type Fit, mergeFit } from './sums/fit';
import { predict, targetWidth } from './sums/loss';
import { UnitRows } from './sums/products';
import {
  type CollectedMeasures,
  type CollectOptions,
  NO_PREDICTIONS,
  type Passes,
  type SampleSource,
  type Sweep,
  type SweepOptions,
  type SweepSums,
} from './sums/sums';

/** The pass over a data set that suits a network: in closed form for a stack of dense layers, by its graph for any other. */
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
    const collectors = passes.collectors(source.samples);
    const outputs = outputsOf(this.model);
    const width = targetWidth(source.loss, outputs);
    const x = new Float32Array(passes.tile * passes.inputs);
    let [loss, judged, correct] = [0, 0, 0];
    let fit: Fit | null = null;
    for (let at = first; at < end; at += passes.tile) {
      const samples = Math.min(passes.tile, end - at);
      source.fill(at, samples, x);
      const state = passes.forward(x, samples);
      const targets = source.targets.subarray(at * width, (at + samples) * width);
      const predictions = predict(source.loss, passes.logits(state), targets, outputs);
      loss += predictions.loss;
      judged += predictions.judged;
      correct += predictions.correct;
      if (fit === null) fit = predictions.fit;
      else if (predictions.fit !== null) mergeFit(fit, predictions.fit);
      covariance?.add({ samples, values: passes.values(state) });
      for (const collector of collectors) collector.add(state, { first: at, predictions });
    }
    const measures = collectors.reduce<CollectedMeasures>(
      (collected, collector) => ({ ...collected, ...collector.finish() }),
      covariance === null ? {} : { forward_cov: covariance.moments },
    );
    return { samples: end - first, loss, judged, correct, fit, measures };
  }

  #covariance(): Covariance | null {
    if (!this.options.measures.has('forward_cov')) return null;
    const layers = hiddenLayers(this.model);
    const [sizes, positions] = [layers.map(({ units }) => units), layers.map((layer) => layer.positions)];
    return new Covariance(this.engine, sizes, this.options.combined, positions);
  }
}

/**
 * The upstream measures of a network whose units have lost their common time: each unit's activations, and its gradients
 * with respect to the input, are permuted over the samples independently of every other unit's.
 * @returns sums over all samples; without a measure that would take too much memory, and of a graph without the Jacobian
 */
export function permutedSums(
  engine: Engine,
  model: Model,
  source: SampleSource,
  options: CollectOptions,
  random: Random,
): SweepSums {
  return model.kind === 'stack'
    ? permutedStackSums(engine, model, source, options, random)
    : permutedGraphSums(engine, model, source, options, random);
}

/** Samples that go through a graph at a time. */
const TILE = 16;

function permutedGraphSums(
  engine: Engine,
  graph: GraphModel,
  source: SampleSource,
  { measures, combined }: CollectOptions,
  random: Random,
): SweepSums {
  const { samples } = source;
  if (!measures.has('forward_cov')) return { samples, ...NO_PREDICTIONS, measures: {} };
  const layers = hiddenLayers(graph);
  const sizes = layers.map(({ units }) => units);
  const positions = layers.map((layer) => layer.positions);
  const values = activations(engine, graph, source);
  values.forEach((rows, layer) => {
    permuteUnits(rows, samples, positions[layer]!, sizes[layer]!, random);
  });
  const covariance = new Covariance(engine, sizes, combined, positions);
  covariance.add({ samples, values });
  return { samples, ...NO_PREDICTIONS, measures: { forward_cov: covariance.moments } };
}

/** Activations of every hidden layer, [samples, positions, units]. */
function activations(engine: Engine, graph: GraphModel, source: SampleSource): Float32Array[] {
  const program = new Program(graph, engine);
  const layers = hiddenLayers(graph);
  const unitRows = new UnitRows(layers, false);
  const values = layers.map(({ units, positions }) => new Float32Array(source.samples * units * positions));
  const x = new Float32Array(TILE * program.sizes[0]!);
  for (let first = 0; first < source.samples; first += TILE) {
    const count = Math.min(TILE, source.samples - first);
    source.fill(first, count, x);
    const state = program.forward(x, count);
    graph.hidden.forEach((node, layer) => {
      const { units, positions } = layers[layer]!;
      const size = units * positions;
      const rows = unitRows.of(layer, state.values[node]!, count);
      values[layer]!.set(rows.subarray(0, count * size), first * size);
    });
  }
  return values;
}

/** Gives every unit an order of the samples of its own, the same at all positions. */
function permuteUnits(
  values: Float32Array,
  samples: number,
  positions: number,
  units: number,
  random: Random,
): void {
  const order = Int32Array.from({ length: samples }, (_, b) => b);
  const column = new Float32Array(samples);
  for (let unit = 0; unit < units; unit++) {
    random.shuffle(order);
    for (let p = 0; p < positions; p++) {
      const at = (sample: number): number => (sample * positions + p) * units + unit;
      for (let b = 0; b < samples; b++) column[b] = values[at(order[b]!)]!;
      for (let b = 0; b < samples; b++) values[at(b)] = column[b]!;
    }
  }
}
