import { classesOf, hiddenLayers, type Model } from '../network/model';
import type { Engine } from '../tensor/engine';
import { Covariance } from './covariance';
import { StackPasses } from './dense/sweep';
import { GraphPasses } from './graph/sweep';
import { predict } from './softmax';
import type { Passes, SampleSource, Sweep, SweepOptions, SweepSums } from './sweep';

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
