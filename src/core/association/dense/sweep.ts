import type { DenseStack } from '../../network/dense-stack';
import { isSmooth } from '../../network/operations/elementwise';
import type { Engine } from '../../tensor/engine';
import { Covariance } from '../covariance';
import { predict } from '../softmax';
import type { SampleSource, Sweep, SweepOptions, SweepSums } from '../sweep';
import { Curvature } from './curvature';
import { Downstream } from './downstream';
import { ForwardPass } from './forward';
import { UpstreamJacobian } from './upstream-jacobian';

/** Largest tile of a forward pass, in samples and in floats of its widest layer. */
const TILE_SAMPLES = 512;
const TILE_FLOATS = 1 << 21;

/** The sweep of a dense stack: every measure in closed form. */
export class StackSweep implements Sweep {
  readonly #forward: ForwardPass;

  constructor(
    readonly engine: Engine,
    readonly stack: DenseStack,
    readonly options: Pick<SweepOptions, 'methods' | 'combined'>,
  ) {
    this.#forward = new ForwardPass(stack, engine);
  }

  run(source: SampleSource, first: number, end: number): SweepSums {
    const { engine, stack } = this;
    const { methods, combined } = this.options;
    const sizes = stack.hidden.map((layer) => layer.outputs);
    const covariance = methods.has('forward_cov') ? new Covariance(engine, sizes, combined) : null;
    const upstream = methods.has('forward_jac') ? new UpstreamJacobian(engine, stack, combined) : null;
    const hessian = methods.has('backward_hess');
    const downstream =
      hessian || methods.has('backward_jac') ? new Downstream(engine, stack, combined) : null;
    // What the last layer's own nonlinearity does is before its units, not after them.
    const bends = stack.hidden.slice(1).some(({ activation }) => isSmooth(activation));

    const inputs = stack.hidden[0]!.inputs;
    const tile = Math.min(TILE_SAMPLES, Math.max(1, Math.floor(TILE_FLOATS / Math.max(inputs, ...sizes))));
    const x = new Float32Array(tile * inputs);
    let loss = 0;
    let correct = 0;
    const sums = downstream?.sums;
    const curvature = hessian && bends && sums ? new Curvature(engine, stack, sums.hessian) : null;
    for (let at = first; at < end; at += tile) {
      const count = Math.min(tile, end - at);
      source.fill(at, count, x);
      const activations = this.#forward.run(x, count);
      const labels = source.labels.subarray(at, at + count);
      const predictions = predict(activations.logits, labels, stack.readout.outputs);
      loss += predictions.loss;
      correct += predictions.correct;
      covariance?.add(activations);
      upstream?.add(activations);
      downstream?.add(activations, predictions.probabilities);
      curvature?.add(activations, predictions.probabilities, labels);
    }
    const backward = downstream?.finish();
    return {
      samples: end - first,
      loss,
      correct,
      moments: covariance?.moments ?? null,
      forwardJacobian: upstream?.finish() ?? null,
      backwardJacobian: methods.has('backward_jac') ? (backward?.jacobian ?? null) : null,
      backwardHessian: hessian ? (backward?.hessian ?? null) : null,
      forwardJacobianVariance: null,
      backwardHessianVariance: null,
    };
  }
}
