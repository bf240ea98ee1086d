import type { Network, Node } from './network';
import type { Activation } from './operations/activation';
import type { Operation } from './operations/operation';
import type { Shape } from './operations/rules';

/** Appends nodes one after the other: a chain, the commonest of graphs. Its hidden layers are its nonlinearities. */
export class ChainBuilder {
  readonly nodes: Node[] = [];

  constructor(inputShape: Shape) {
    this.nodes.push({ name: 'input', operation: { kind: 'input' }, inputs: [], shape: inputShape });
  }

  /** The node appended last. */
  get last(): Node {
    return this.nodes[this.nodes.length - 1]!;
  }

  append(name: string, operation: Operation, shape: Shape): void {
    this.nodes.push({ name, operation, inputs: [this.nodes.length - 1], shape });
  }

  activate(activation: Activation): void {
    this.append(this.last.name, { kind: 'activation', activation }, this.last.shape);
  }

  finish(source: string, assumptions: readonly string[]): Network {
    const hidden = this.nodes.flatMap(({ operation }, i) => (operation.kind === 'activation' ? [i] : []));
    return { nodes: this.nodes, hidden, constants: new Map(), source, assumptions };
  }
}
