import type { Assumption } from '../base/assumption';
import { InputError } from '../base/error';
import { nearestName } from '../base/text';
import type { Tensor } from '../tensor/dtype';
import type { Shape } from '../tensor/shape';
import { type Computed, isNonlinearity, type Operation, rulesOf } from './ops/operation';
import { ShapeError } from './ops/rules';

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

/** What makes probabilities of logits at the end of a network, as PyTorch and ONNX call it. */
export const ENDINGS = ['Softmax', 'LogSoftmax', 'Sigmoid'] as const;
export type Ending = (typeof ENDINGS)[number];

/** The graph of a network in evaluation mode: dropout is gone, the first node is the input, the last the logits. */
export interface Network {
  readonly nodes: readonly Node[];
  /** Indices of the hidden layers, in network order. */
  readonly hidden: readonly number[];
  /** Parameters that are part of the graph and not of the checkpoint, by name. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** What stood behind the logits and was left off; absent where nothing did. */
  readonly ending?: Ending;
  /** How the graph was found, e.g. "tensor names and shapes". */
  readonly source: string;
  /** What was assumed without being told. */
  readonly assumptions: readonly Assumption[];
  /** Other networks that the same tensors may be, the more plausible first: where data are at hand, they tell. */
  readonly otherReadings?: readonly Network[];
  /** What else is worth to be known of how it was found, one sentence each. */
  readonly notes: readonly string[];
}

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
    notes,
    ending,
  }: Pick<Network, 'source' | 'assumptions' | 'notes' | 'ending'> &
    Partial<Pick<Network, 'hidden' | 'constants'>>): Network {
    const network = { nodes: this.#nodes, hidden, constants, source, assumptions, notes };
    return ending === undefined ? network : { ...network, ending };
  }

  #nonlinearities(): number[] {
    return this.#nodes.flatMap(({ operation }, i) => (isNonlinearity(operation) ? [i] : []));
  }

  #parameter(name: string): Shape {
    const parameter = this.parameters.get(name);
    if (parameter === undefined) throw new ShapeError(`needs ${name}, which is not there`);
    return parameter.shape;
  }
}

/**
 * The same network with the hidden layers chosen by name: any node but the input and the logits. Of nodes of one name, it is
 * the nonlinearity, or else the last.
 * @throws InputError when there is no such node
 */
export function selectHidden(network: Network, names: readonly string[]): Network {
  const indices = new Map<string, number>();
  const hidden = new Set(network.hidden);
  const inner = network.nodes.slice(0, -1);
  for (const [index, { name, operation }] of inner.entries()) {
    if (operation.kind === 'input' || operation.kind === 'constant') continue;
    const before = indices.get(name);
    if (before === undefined || !hidden.has(before)) indices.set(name, index);
  }
  const chosen = names.map((name) => {
    const index = indices.get(name);
    if (index === undefined) throw unknownLayer(name, [...indices.keys()]);
    return index;
  });
  return { ...network, hidden: [...new Set(chosen)].sort((a, b) => a - b) };
}

/** Names in the message about one that is not known. */
const LISTED = 20;

function unknownLayer(name: string, known: readonly string[]): InputError {
  const near = nearestName(name, known);
  const more = known.length > LISTED ? ` and ${known.length - LISTED} more` : '';
  return new InputError(
    `layer ${name}`,
    `the network has no node of this name${near === null ? '' : `; ${near} is near`}`,
    `There are ${known.slice(0, LISTED).join(', ')}${more}`,
  );
}

/** What DataParallel, torch.compile and Lightning modules put before names. */
const WRAPPERS = ['module.', '_orig_mod.', 'model.'];

/**
 * Names without those prefixes, in any mix.
 * Kept where stripping would make two names the same.
 * @returns stored name → short name, in the order given
 */
export function stripWrappers(names: Iterable<string>): Map<string, string> {
  const short = new Map<string, string>();
  for (const name of names) short.set(name, strip(name));
  if (new Set(short.values()).size < short.size) {
    for (const name of short.keys()) short.set(name, name);
  }
  return short;
}

function strip(name: string): string {
  const wrapper = WRAPPERS.find((prefix) => name.startsWith(prefix) && name.length > prefix.length);
  return wrapper === undefined ? name : strip(name.slice(wrapper.length));
}

/** Compares as people count: "fc2" before "fc10". */
export const naturalOrder = new Intl.Collator('en', { numeric: true }).compare;
