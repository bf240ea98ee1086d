import type { Activation } from './operations/activation';

/** What a node computes. Weights are named, as the checkpoint names them; they are read when needed. */
export type Operation =
  | { readonly kind: 'input' }
  | {
      readonly kind: 'dense';
      readonly weight: string;
      readonly bias: string | null;
      /** How the weight is stored: PyTorch keeps [outputs, inputs], Keras and hand-made arrays often the reverse. */
      readonly layout: 'out_in' | 'in_out';
    }
  | { readonly kind: 'activation'; readonly activation: Activation };

export interface Node {
  /** A path such as "fc_layers.0"; nonlinearities carry the name of the layer they follow. */
  readonly name: string;
  readonly operation: Operation;
  /** Indices of the nodes this one reads, all smaller than its own. */
  readonly inputs: readonly number[];
  /** Of one sample, e.g. [64] or [16, 32, 32]. */
  readonly shape: readonly number[];
}

/** The graph of a network in evaluation mode: dropout is gone, the first node is the input, the last the logits. */
export interface Network {
  readonly nodes: readonly Node[];
  /** How the graph was found, e.g. "tensor names and shapes". */
  readonly source: string;
  /** What was assumed without being told, one sentence each. */
  readonly assumptions: readonly string[];
}

/** Appends nodes one after the other: a chain, the commonest of graphs. */
export class ChainBuilder {
  readonly nodes: Node[] = [];

  constructor(inputShape: readonly number[]) {
    this.nodes.push({ name: 'input', operation: { kind: 'input' }, inputs: [], shape: inputShape });
  }

  /** The node appended last. */
  get last(): Node {
    return this.nodes[this.nodes.length - 1]!;
  }

  append(name: string, operation: Operation, shape: readonly number[]): void {
    this.nodes.push({ name, operation, inputs: [this.nodes.length - 1], shape });
  }

  activate(activation: Activation): void {
    this.append(this.last.name, { kind: 'activation', activation }, this.last.shape);
  }
}
