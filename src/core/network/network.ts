import type { Tensor } from '../tensor/dtype';
import type { Shape } from '../tensor/shape';
import type { Operation } from './operations/operation';

export interface Node {
  /** A path such as "fc_layers.0"; nonlinearities carry the name of the layer they follow. */
  readonly name: string;
  /** What it computes. Parameters are named, as the checkpoint names them; they are read when needed. */
  readonly operation: Operation;
  /** Indices of the nodes this one reads, all smaller than its own. */
  readonly inputs: readonly number[];
  /** Of one sample, e.g. [64] or [16, 32, 32]. */
  readonly shape: Shape;
}

/** The graph of a network in evaluation mode: dropout is gone, the first node is the input, the last the logits. */
export interface Network {
  readonly nodes: readonly Node[];
  /** Indices of the hidden layers, in network order. */
  readonly hidden: readonly number[];
  /** Parameters that are part of the graph and not of the checkpoint, by name. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** How the graph was found, e.g. "tensor names and shapes". */
  readonly source: string;
  /** What was assumed without being told, one sentence each. */
  readonly assumptions: readonly string[];
}
