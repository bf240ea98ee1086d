import type { Engine } from '../../tensor/engine';
import type { Shape } from '../../tensor/shape';
import type { Kernel } from './kernel';

/** A parameter's values in float32, row-major. */
export interface Parameter {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** What an operation of one kind means. Shapes are those of one sample, channels before positions, e.g. [64] or [16, 32, 32]. */
export interface Rules<O> {
  /** Names of the parameters it takes. */
  parameters(operation: O): readonly string[];
  /**
   * The shape of its values.
   * @param inputs those of the nodes it reads
   * @param parameter that of a parameter by name
   * @throws ShapeError where they do not fit
   */
  shape(operation: O, inputs: readonly Shape[], parameter: (name: string) => Shape): Shape;
  kernel(operation: O, site: Site): Kernel;
}

/** Where an operation stands in a network. */
export interface Site {
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  readonly engine: Engine;
  readonly parameter: (name: string) => Parameter;
}

/** Shapes that do not fit together; whoever builds a graph names the node. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}
