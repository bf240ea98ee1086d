import type { Activation } from '../ops/activation';
import type { DraftNode, PartialStep } from './draft';

/** The nodes of a draft with what reads them, for patterns to look at. */
export class Neighbours {
  readonly #uses: number[];

  constructor(readonly nodes: readonly DraftNode[]) {
    this.#uses = nodes.map(() => 0);
    for (const { inputs } of nodes) for (const input of inputs) this.#uses[input]!++;
  }

  at(index: number): DraftNode {
    return this.nodes[index]!;
  }

  /** Whether only one node reads it, so that it may go into that one. */
  isPrivate(index: number): boolean {
    return this.#uses[index] === 1;
  }

  activationOf(index: number, name: Activation['name']): number | null {
    return this.activationAt(index, name)?.of ?? null;
  }

  /** A nonlinearity of this name, and what it is of. */
  activationAt<N extends Activation['name']>(
    index: number,
    name: N,
  ): { readonly activation: Extract<Activation, { name: N }>; readonly of: number } | null {
    const { operation, inputs } = this.at(index);
    const [of] = inputs;
    if (operation.kind !== 'activation' || of === undefined) return null;
    return isNamed(operation.activation, name) ? { activation: operation.activation, of } : null;
  }

  partialOf(index: number, operator: PartialStep): number | null {
    return this.partialInputs(index, operator)?.[0] ?? null;
  }

  partialInputs(index: number, operator: PartialStep): readonly number[] | null {
    const { operation, inputs } = this.at(index);
    return operation.kind === 'partial' && operation.operator === operator ? inputs : null;
  }

  /** The other summand of x + number. */
  plusNumber(index: number): { node: number; number: number } | null {
    const { operation, inputs } = this.at(index);
    if (operation.kind !== 'add') return null;
    for (const [i, input] of inputs.entries()) {
      const number = this.at(input).scalar;
      const other = inputs[1 - i];
      if (number !== null && other !== undefined) return { node: other, number };
    }
    return null;
  }

  /** A product as its numbers, multiplied, and its other factors; one that others read too is a factor itself. */
  factors(index: number): Product {
    let number = 1;
    const nodes: number[] = [];
    const open = [index];
    for (let next = open.pop(), steps = 0; next !== undefined; next = open.pop(), steps++) {
      // More than any pattern has; what is left is not looked at.
      if (steps > 16) return { number: NaN, nodes: [] };
      const { operation, inputs, scalar } = this.at(next);
      if (scalar !== null) number *= scalar;
      else if (operation.kind === 'multiply' && (next === index || this.isPrivate(next)))
        open.push(...inputs);
      else nodes.push(next);
    }
    return { number, nodes: nodes.sort((a, b) => a - b) };
  }
}

function isNamed<N extends Activation['name']>(
  activation: Activation,
  name: N,
): activation is Extract<Activation, { name: N }> {
  return activation.name === name;
}

interface Product {
  readonly number: number;
  readonly nodes: readonly number[];
}

/** Equal up to what exporters' float32 and short decimals leave. */
export function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-5 * Math.abs(b);
}

interface Replacement extends Pick<DraftNode, 'operation' | 'inputs' | 'hidden'> {
  /** A nonlinearity that is a part of this one, and no hidden layer. */
  readonly part?: number;
}
export type Pattern = (graph: Neighbours, index: number) => Replacement | null;

/** dense(x) + a vector is a dense layer with a bias. */
export const denseBias: Pattern = (graph, index) => {
  const added = withParameter(graph, index, 'add');
  if (added === null) return null;
  const { operation, inputs, shape } = graph.at(added.node);
  if (operation.kind !== 'dense' || operation.bias !== null || !isVector(added.shape, shape.at(-1)))
    return null;
  return { operation: { ...operation, bias: added.parameter }, inputs, hidden: false };
};

/** (x − μ) / √(σ² + ε), made of means over the last axes. */
export const layerNormPattern: Pattern = (graph, index) => {
  const { operation, inputs } = graph.at(index);
  if (operation.kind !== 'multiply') return null;
  for (const [i, input] of inputs.entries()) {
    const root = graph.partialOf(input, 'Reciprocal');
    const variance = root === null ? null : graph.partialOf(root, 'Sqrt');
    const shifted = variance === null ? null : graph.plusNumber(variance);
    const centred = shifted === null ? null : centredOf(graph, inputs[1 - i] ?? index);
    if (shifted === null || centred === null) continue;
    const mean = meanOf(graph, shifted.node);
    const square = mean === null ? null : graph.factors(mean.of);
    if (mean === null || square?.number !== 1 || mean.dimensions !== centred.dimensions) continue;
    const [a, b, ...more] = square.nodes;
    if (a === undefined || a !== b || more.length > 0 || centredOf(graph, a)?.of !== centred.of) continue;
    const { dimensions, of } = centred;
    const norm = {
      kind: 'layer_norm',
      dimensions,
      weight: null,
      bias: null,
      epsilon: shifted.number,
    } as const;
    return { operation: norm, inputs: [of], hidden: false };
  }
  return null;
};

/** layer_norm(x) · weight, then + bias, is a layer norm with them. */
export const layerNormAffine: Pattern = (graph, index) => {
  const scaled = withParameter(graph, index, 'multiply');
  const moved = scaled ?? withParameter(graph, index, 'add');
  if (moved === null) return null;
  const { operation, inputs, shape } = graph.at(moved.node);
  if (operation.kind !== 'layer_norm' || operation.bias !== null) return null;
  if (String(shape.slice(shape.length - operation.dimensions)) !== String(moved.shape)) return null;
  if (scaled !== null && operation.weight !== null) return null;
  const name = scaled === null ? 'bias' : 'weight';
  return { operation: { ...operation, [name]: moved.parameter }, inputs, hidden: false };
};

/** A node that nothing else reads, and the parameter it is added to or multiplied by. */
function withParameter(
  graph: Neighbours,
  index: number,
  kind: 'add' | 'multiply',
): { node: number; parameter: string; shape: readonly number[] } | null {
  const { operation, inputs } = graph.at(index);
  if (operation.kind !== kind) return null;
  for (const [i, input] of inputs.entries()) {
    const constant = graph.at(input);
    const node = inputs[1 - i];
    if (constant.operation.kind === 'constant' && node !== undefined && graph.isPrivate(node))
      return { node, parameter: constant.operation.parameter, shape: constant.shape };
  }
  return null;
}

function isVector(shape: readonly number[], length: number | undefined): boolean {
  return shape.length === 1 && shape[0] === length;
}

/** x of x − mean(x). */
function centredOf(graph: Neighbours, index: number): { of: number; dimensions: number } | null {
  const { operation, inputs } = graph.at(index);
  if (operation.kind !== 'add') return null;
  for (const [i, input] of inputs.entries()) {
    const { number, nodes } = graph.factors(input);
    const [subtracted, ...more] = nodes;
    const mean =
      number === -1 && subtracted !== undefined && more.length === 0 ? meanOf(graph, subtracted) : null;
    if (mean !== null && mean.of === inputs[1 - i]) return mean;
  }
  return null;
}

/** x of the mean over the last axes of x. */
function meanOf(graph: Neighbours, index: number): { of: number; dimensions: number } | null {
  const { operation, inputs } = graph.at(index);
  const [of] = inputs;
  if (operation.kind !== 'reduce' || operation.mode !== 'average' || !operation.keep || of === undefined)
    return null;
  const rank = graph.at(of).shape.length;
  const { axes } = operation;
  return axes.every((axis, i) => axis === rank - axes.length + i) ? { of, dimensions: axes.length } : null;
}
