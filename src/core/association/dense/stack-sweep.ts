import type { DenseStack } from '../../network/dense-stack';
import { isSmooth } from '../../network/ops/activation';
import type { Engine } from '../../tensor/engine';
import type { Blocks, MeasureSums } from '../sums/blocks';
import type { CollectedMeasures, Derivatives, Passes, SweepOptions, Tile } from '../sums/sums';
import { StackCurvature } from './stack-curvature';
import { StackDownstream } from './stack-downstream';
import { type Activations, StackForward } from './stack-forward';
import { StackUpstream } from './stack-upstream';

/** Largest tile of a forward pass, in samples and in floats of its widest layer. */
const TILE_SAMPLES = 512;
const TILE_FLOATS = 1 << 21;

/** A dense stack, whose measures all have a closed form. */
export class StackPasses implements Passes<Activations> {
  readonly tile: number;
  readonly inputs: number;
  readonly #forward: StackForward;

  constructor(
    readonly engine: Engine,
    readonly stack: DenseStack,
    readonly options: Pick<SweepOptions, 'measures' | 'combined'>,
  ) {
    this.#forward = new StackForward(stack, engine);
    this.inputs = stack.hidden[0]!.inputs;
    const widest = Math.max(this.inputs, ...stack.hidden.map((layer) => layer.outputs));
    this.tile = Math.min(TILE_SAMPLES, Math.max(1, Math.floor(TILE_FLOATS / widest)));
  }

  forward(x: Float32Array, samples: number): Activations {
    return this.#forward.run(x, samples);
  }

  logits({ logits }: Activations): Float32Array {
    return logits;
  }

  values({ values }: Activations): readonly Float32Array[] {
    return values;
  }

  derivatives(): Derivatives<Activations> {
    return new StackDerivatives(this.engine, this.stack, this.options);
  }
}

class StackDerivatives implements Derivatives<Activations> {
  readonly #upstream: StackUpstream | null;
  readonly #downstream: StackDownstream | null;
  readonly #curvature: StackCurvature | null;

  constructor(
    engine: Engine,
    stack: DenseStack,
    readonly options: Pick<SweepOptions, 'measures' | 'combined'>,
  ) {
    const { measures, combined } = options;
    const hessian = measures.has('backward_hess');
    // What the last layer's own nonlinearity does is before its units, not after them.
    const bends = stack.hidden.slice(1).some(({ activation }) => isSmooth(activation));
    this.#upstream = measures.has('forward_jac') ? new StackUpstream(engine, stack, combined) : null;
    this.#downstream =
      hessian || measures.has('backward_jac') ? new StackDownstream(engine, stack, combined) : null;
    const sums = this.#downstream?.sums;
    this.#curvature = hessian && bends && sums ? new StackCurvature(engine, stack, sums.hessian) : null;
  }

  add(activations: Activations, { probabilities, labels }: Tile): void {
    this.#upstream?.add(activations);
    this.#downstream?.add(activations, probabilities);
    this.#curvature?.add(activations, probabilities, labels);
  }

  finish(): CollectedMeasures {
    const { measures } = this.options;
    const forward = this.#upstream?.finish();
    const backward = this.#downstream?.finish();
    const exact = (products: Blocks): MeasureSums => ({ products, variance: null });
    return {
      ...(forward && { forward_jac: exact(forward) }),
      ...(backward && measures.has('backward_jac') && { backward_jac: exact(backward.jacobian) }),
      ...(backward && measures.has('backward_hess') && { backward_hess: exact(backward.hessian) }),
    };
  }
}
