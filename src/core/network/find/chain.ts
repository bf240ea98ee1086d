import { InputError } from '../../base/error';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { type Shape, sizeOf } from '../../tensor/shape';
import { GraphBuilder, type Network } from '../network';
import type { Activation } from '../ops/activation';
import type { Conv } from '../ops/conv';
import { type Computed, isNonlinearity } from '../ops/operation';

/** One layer of a chain. */
export interface ChainLayer {
  /** The prefix of its tensors, or its place. */
  readonly name: string;
  /** What it computes, which may depend on the shape it is given; null where it changes nothing. */
  readonly operation: Computed | ((input: Shape) => Computed | null);
  /** Another layer beside it, of the same input, whose nonlinearity its values are multiplied by: SwiGLU and its kin. */
  readonly gate?: { readonly name: string; readonly operation: Computed; readonly activation: Activation };
}

/** Flattens what is not flat already. */
export function flattening(input: Shape): Computed | null {
  return input.length === 1 ? null : { kind: 'reshape', shape: [sizeOf(input)] };
}

/** Layers one after the other, the commonest of graphs, and how they were found. */
export interface Chain extends Pick<Network, 'source' | 'assumptions' | 'notes' | 'ending'> {
  /** The shape of a sample where it is known; null to tell it from the first layer or the data. */
  readonly input: Shape | null;
  readonly layers: readonly ChainLayer[];
}

/**
 * The network that a chain is. A nonlinearity takes the name of the dense or convolutional layer before it, whose units
 * it shows, or else of whatever it follows; a product with a gate that of the layer which is gated.
 * @param sampleShape of the data, where it is known
 * @returns null where the data's shape is needed and not known
 * @throws InputError naming a layer that does not take what the one before it gives
 */
export function networkOfChain(checkpoint: Checkpoint, chain: Chain, sampleShape?: Shape): Network | null {
  const input = chain.input ?? firstShape(checkpoint, chain.layers, sampleShape);
  if (input === null) return null;
  const builder = new GraphBuilder(checkpoint.path, checkpoint.tensors, input);
  const hidden = new Set<string>();
  let units: string | null = null;
  /** By the nonlinearity of a gate, the product with it: the units are its. */
  const products = new Map<number, number>();
  for (const { name, operation, gate } of chain.layers) {
    const before = builder.last;
    const last = builder.node(before);
    const computed = typeof operation === 'function' ? operation(last.shape) : operation;
    if (computed === null) continue;
    if (gate !== undefined) {
      const values = builder.add(name, computed);
      builder.add(gate.name, gate.operation, [before]);
      const opened = builder.add(gate.name, { kind: 'activation', activation: gate.activation });
      products.set(opened, builder.add(name, { kind: 'multiply' }, [opened, values]));
      hidden.add(name);
      units = null;
      continue;
    }
    if (!isNonlinearity(computed)) {
      builder.add(name, computed);
      if (computed.kind === 'dense' || computed.kind === 'conv') units = name;
      continue;
    }
    if (builder.last === 0)
      throw new InputError(checkpoint.path, `${name}, its first layer, is a nonlinearity`);
    const followed = units ?? last.name;
    const own = hidden.has(followed) ? name : followed; // two in a row, or weights that are used twice
    builder.add(own, computed);
    hidden.add(own);
    units = null;
  }
  const network = builder.finish(chain);
  return { ...network, hidden: network.hidden.map((index) => products.get(index) ?? index) };
}

/** Flat where a dense layer comes first, whose weight tells the size, else the shape of the data. */
function firstShape(
  checkpoint: Checkpoint,
  layers: readonly ChainLayer[],
  sampleShape: Shape | undefined,
): Shape | null {
  const operations = layers
    .map(({ operation }) => operation)
    .filter((operation) => operation !== flattening && !isActivation(operation));
  const [first] = operations;
  const sizes = (name: string): Shape => checkpoint.tensors.get(name)?.shape ?? [];
  if (typeof first === 'object' && first.kind === 'dense') {
    const [outputs = 0, inputs = 0] = sizes(first.weight);
    return [first.layout === 'out_in' ? inputs : outputs];
  }
  if (sampleShape === undefined || !operations.some(takesPictures)) return sampleShape ?? null;
  const conv = operations.find(isConv);
  return pictureShape(sampleShape, conv === undefined ? null : (sizes(conv.weight)[1] ?? 0) * conv.groups);
}

/** Channels first; a picture without a dimension of channels has one. @param channels null where any would do */
export function pictureShape(sampleShape: Shape, channels: number | null): Shape {
  if (sampleShape.length === 2) return [1, ...sampleShape];
  const [first, second, last] = sampleShape;
  if (first === undefined || second === undefined || last === undefined) return sampleShape;
  return last === channels && first !== channels ? [last, first, second] : sampleShape;
}

function isActivation(operation: ChainLayer['operation']): boolean {
  return typeof operation === 'object' && isNonlinearity(operation);
}

function isConv(operation: ChainLayer['operation']): operation is Conv {
  return typeof operation === 'object' && operation.kind === 'conv';
}

function takesPictures(operation: ChainLayer['operation']): boolean {
  return typeof operation === 'function' || operation.kind === 'conv' || operation.kind === 'pool';
}
