import type { Assumption } from '../../base/assumption';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { Tensor } from '../../tensor/dtype';
import { type Shape, sizeOf } from '../../tensor/shape';
import { GraphBuilder, type Network } from '../network';
import type { Computed } from '../ops/operation';

/** What a layer gives, as Keras sees one sample. */
export interface KerasValue {
  /** Index of the node. */
  readonly node: number;
  /** As Keras has it: channels last, unless the layers say otherwise. */
  readonly shape: Shape;
  /** Whether the node has the channels before the positions: [channels, height, width] for [height, width, channels]. */
  readonly turned: boolean;
  /** The layer whose units these are, so that a nonlinearity takes its name; null after one, and where branches meet. */
  readonly units: string | null;
}

/**
 * The network while layers are added. Convolutions here take channels first, and Keras has them last: a value is turned
 * where it has to be and stays so as long as nothing depends on it, so that feature maps are seen as such.
 */
export class KerasGraph {
  readonly constants = new Map<string, Tensor>();
  /** What was left off or taken, for the reader. */
  readonly notes: string[] = [];
  readonly assumptions: Assumption[] = [];
  readonly #parameters: Map<string, { readonly shape: Shape }>;
  readonly #builder: GraphBuilder;
  readonly #names = new Set<string>();

  /** @param input shape of one sample as Keras has it; images come in with their channels first, as data sets are read */
  constructor(
    checkpoint: Checkpoint,
    private readonly input: Shape,
  ) {
    this.#parameters = new Map(checkpoint.tensors);
    this.#builder = new GraphBuilder(checkpoint.path, this.#parameters, turnedShape(input, this.#isImage));
  }

  get inputValue(): KerasValue {
    return { node: 0, shape: this.input, turned: this.#isImage, units: null };
  }

  /** Whether nothing was added yet but what does not count as computing. */
  isInput({ node }: KerasValue): boolean {
    return node === 0;
  }

  /** The node of a value with its channels first. */
  channelsFirst({ node, shape, turned }: KerasValue, name: string): number {
    return turned || shape.length < 2
      ? node
      : this.#turn(node, shape, [shape.length - 1, ...upTo(shape.length - 1)], name);
  }

  /** The node of a value in Keras's own order. */
  inOrder({ node, shape, turned }: KerasValue, name: string): number {
    if (!turned || shape.length < 2) return node;
    const first = turnedShape(shape, true);
    return this.#turn(node, first, [...upTo(shape.length).slice(1), 0], name);
  }

  /** The same values in another shape, in Keras's order. */
  inOrderAs(value: KerasValue, shape: Shape, name: string): number {
    const turns =
      value.turned && !isOneRun(turnedShape(value.shape, true), [...upTo(value.shape.length).slice(1), 0]);
    const node = turns ? this.inOrder(value, name) : value.node;
    return this.add(name, { kind: 'reshape', shape }, [node]);
  }

  /** Says that pixels of 0 to 255 are brought to 0 to 1 when data are loaded, which the layer did. */
  rescaled(layer: string): void {
    this.assumptions.push({
      name: 'scale',
      says: `The layer ${layer} scales pixels of 0 to 255; Modscope divides those by 255 when it loads them, so that the layer was taken to be given what it divides.`,
      otherwise: 'Data that are stored as fractional numbers of 0 to 255 would come in 255 times too large.',
      fix: 'Say so to settle it: {"data": {"path": "…", "std": [255]}} in modscope.json.',
    });
  }

  /**
   * @param inputs indices of nodes
   * @returns the node's index
   */
  add(name: string, operation: Computed, inputs: readonly number[]): number {
    return this.#builder.add(name, operation, inputs);
  }

  /** A nonlinearity, which takes the name of the layer whose units it shows. */
  addNonlinearity(value: KerasValue, operation: Computed, layer: string): KerasValue {
    let name = value.units ?? layer;
    // A layer may be called twice, and two nonlinearities may follow one another.
    for (let n = 2; this.#names.has(name); n++) name = n === 2 ? layer : `${layer}:${n - 1}`;
    this.#names.add(name);
    return { ...value, node: this.add(name, operation, [value.node]), units: null };
  }

  /** Numbers that are part of the graph and no tensor of the file, as a node. */
  addConstant(name: string, shape: Shape, data: Float64Array): number {
    return this.add(name, { kind: 'constant', parameter: this.parameter(name, shape, data) }, []);
  }

  /** Numbers that are part of the graph and no tensor of the file, as a parameter. @returns its name */
  parameter(name: string, shape: Shape, data: Float64Array): string {
    let free = name;
    for (let n = 2; this.#parameters.has(free); n++) free = `${name}:${n}`;
    this.constants.set(free, { shape, data });
    this.#parameters.set(free, { shape });
    return free;
  }

  shapeOf(node: number): Shape {
    return this.#builder.node(node).shape;
  }

  finish(output: KerasValue, source: string): Network {
    // What a layer computes and nothing takes may come after the logits, which must be last.
    const last = this.inOrder(output, 'logits');
    if (last !== this.#builder.last) this.add('logits', { kind: 'reshape', shape: output.shape }, [last]);
    return this.#builder.finish({
      constants: this.constants,
      source,
      assumptions: this.assumptions,
      notes: this.notes,
    });
  }

  get #isImage(): boolean {
    return this.input.length === 3;
  }

  /** The other way round. Where only one dimension is more than 1 it is the same values, and a reshape says so. */
  #turn(node: number, shape: Shape, permutation: readonly number[], name: string): number {
    const target = permutation.map((axis) => shape[axis]!);
    const wide = (sizes: Shape): string => sizes.filter((size) => size !== 1).join();
    if (wide(target) === wide(shape) && sizeOf(shape) > 0 && isOneRun(shape, permutation))
      return this.add(name, { kind: 'reshape', shape: target }, [node]);
    return this.add(name, { kind: 'transpose', permutation }, [node]);
  }
}

/** Whether the dimensions of more than 1 keep their order. */
function isOneRun(shape: Shape, permutation: readonly number[]): boolean {
  const wide = permutation.filter((axis) => shape[axis] !== 1);
  return wide.every((axis, i) => i === 0 || wide[i - 1]! < axis);
}

/** [height, width, channels] as [channels, height, width]. */
function turnedShape(shape: Shape, turned: boolean): Shape {
  return turned && shape.length > 1 ? [...shape.slice(-1), ...shape.slice(0, -1)] : shape;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
