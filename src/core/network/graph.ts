import { InputError } from '../base/error';
import type { Shape } from '../tensor/shape';
import type { Network, Node } from './network';
import { type Computed, rulesOf } from './operations/rules-of';
import { ShapeError } from './operations/rules';

/** Builds a network node by node, each after those it reads; shapes follow from the rules of the operations. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];

  /**
   * @param file named in errors
   * @param parameters shapes of the parameters, e.g. a checkpoint's tensors
   * @param input shape of one sample; its node is called "input" and has index 0
   */
  constructor(
    private readonly file: string,
    private readonly parameters: ReadonlyMap<string, { readonly shape: Shape }>,
    input: Shape,
  ) {
    this.#nodes.push({ name: 'input', operation: { kind: 'input' }, inputs: [], shape: input });
  }

  /** Index of the node added last. */
  get last(): number {
    return this.#nodes.length - 1;
  }

  node(index: number): Node {
    return this.#nodes[index]!;
  }

  /**
   * @param inputs indices of the nodes it reads
   * @returns the new node's index
   * @throws InputError naming the file and the node where shapes do not fit
   */
  add(name: string, operation: Computed, inputs: readonly number[] = [this.last]): number {
    const shapes = inputs.map((index) => this.node(index).shape);
    try {
      const shape = rulesOf(operation).shape(operation, shapes, (parameter) => this.#parameter(parameter));
      return this.#nodes.push({ name, operation, inputs, shape }) - 1;
    } catch (error) {
      if (error instanceof ShapeError) throw new InputError(this.file, `${name} ${error.message}`);
      throw error;
    }
  }

  /** @param hidden all nonlinearities by default */
  finish({
    hidden = this.#nonlinearities(),
    constants = new Map(),
    source,
    assumptions,
  }: Pick<Network, 'source' | 'assumptions'> & Partial<Pick<Network, 'hidden' | 'constants'>>): Network {
    return { nodes: this.#nodes, hidden, constants, source, assumptions };
  }

  #nonlinearities(): number[] {
    return this.#nodes.flatMap(({ operation }, i) => (operation.kind === 'activation' ? [i] : []));
  }

  #parameter(name: string): Shape {
    const parameter = this.parameters.get(name);
    if (parameter === undefined) throw new ShapeError(`needs ${name}, which is not there`);
    return parameter.shape;
  }
}
