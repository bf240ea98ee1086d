import type { DenseStack } from '../../network/dense-stack';
import type { Engine } from '../../tensor/engine';
import type { Collector, CollectOptions, Passes } from '../sums/sums';
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
    readonly options: CollectOptions,
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

  collectors(): readonly Collector<Activations>[] {
    const { engine, stack, options } = this;
    const { measures, combined } = options;
    const downstream = measures.has('backward_jac') || measures.has('backward_hess');
    return [
      ...(measures.has('forward_jac') ? [new StackUpstream(engine, stack, combined)] : []),
      ...(downstream ? [new StackDownstream(engine, stack, options)] : []),
    ];
  }
}
