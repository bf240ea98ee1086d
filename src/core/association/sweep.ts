import type { RawMethod } from '../analysis/report';
import type { DenseStack } from '../network/dense-stack';
import { addBlocks, type Blocks } from './blocks';
import { Covariance, mergeMoments, type Moments } from './covariance';
import { Downstream } from './downstream';
import type { Engine } from '../engine';
import { ForwardPass } from './forward';
import { predict } from './softmax';
import { UpstreamJacobian } from './upstream-jacobian';

/** What one sweep is to collect. */
export interface SweepOptions {
  readonly methods: ReadonlySet<RawMethod>;
  /** Whether the blocks between layers are wanted too. */
  readonly combined: boolean;
}

/** Sums over the samples of a shard: plain data, mergeable. */
export interface SweepSums {
  samples: number;
  loss: number;
  correct: number;
  readonly moments: Moments | null;
  readonly forwardJacobian: Blocks | null;
  readonly backwardJacobian: Blocks | null;
  readonly backwardHessian: Blocks | null;
}

/** Where the samples of a shard come from: inputs are written to `out`, [count, inputs]. */
export interface SampleSource {
  readonly labels: Int32Array;
  fill(first: number, count: number, out: Float32Array): void;
}

/** Largest tile of a forward pass, in samples and in floats of its widest layer. */
const TILE_SAMPLES = 512;
const TILE_FLOATS = 1 << 21;

/** One pass over the samples first … end − 1 that collects every measure of every layer. */
export class Sweep {
  readonly #forward: ForwardPass;

  constructor(
    readonly engine: Engine,
    readonly stack: DenseStack,
    readonly options: SweepOptions,
  ) {
    this.#forward = new ForwardPass(stack, engine);
  }

  run(source: SampleSource, first: number, end: number): SweepSums {
    const { engine, stack, options } = this;
    const sizes = stack.hidden.map((layer) => layer.outputs);
    const covariance = options.methods.has('forward_cov')
      ? new Covariance(engine, sizes, options.combined)
      : null;
    const upstream = options.methods.has('forward_jac')
      ? new UpstreamJacobian(engine, stack, options.combined)
      : null;
    const downstream =
      options.methods.has('backward_jac') || options.methods.has('backward_hess')
        ? new Downstream(engine, stack, options.combined)
        : null;

    const inputs = stack.hidden[0]!.inputs;
    const tile = Math.min(TILE_SAMPLES, Math.max(1, Math.floor(TILE_FLOATS / Math.max(inputs, ...sizes))));
    const x = new Float32Array(tile * inputs);
    let loss = 0;
    let correct = 0;
    for (let at = first; at < end; at += tile) {
      const count = Math.min(tile, end - at);
      source.fill(at, count, x);
      const activations = this.#forward.run(x, count);
      const predictions = predict(
        activations.logits,
        source.labels.subarray(at, at + count),
        stack.readout.outputs,
      );
      loss += predictions.loss;
      correct += predictions.correct;
      covariance?.add(activations);
      upstream?.add(activations);
      downstream?.add(activations, predictions.probabilities);
    }
    const backward = downstream?.finish();
    return {
      samples: end - first,
      loss,
      correct,
      moments: covariance?.moments ?? null,
      forwardJacobian: upstream?.finish() ?? null,
      backwardJacobian: options.methods.has('backward_jac') ? (backward?.jacobian ?? null) : null,
      backwardHessian: options.methods.has('backward_hess') ? (backward?.hessian ?? null) : null,
    };
  }
}

/** a becomes the sums over both sets of samples. The order of merging is part of the result's bytes. */
export function mergeSums(a: SweepSums, b: SweepSums): void {
  a.samples += b.samples;
  a.loss += b.loss;
  a.correct += b.correct;
  if (a.moments !== null && b.moments !== null) mergeMoments(a.moments, b.moments);
  for (const key of ['forwardJacobian', 'backwardJacobian', 'backwardHessian'] as const) {
    if (a[key] !== null && b[key] !== null) addBlocks(a[key], b[key]);
  }
}
