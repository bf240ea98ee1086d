import type { Tensor } from '../../tensor/dtype';
import { type Shape, sizeOf } from '../../tensor/shape';
import { stripWrappers } from '../network';
import { broadcast } from '../ops/arithmetic';
import { type Computed, isNonlinearity, type Operation, rulesOf } from '../ops/operation';
import {
  type Batch,
  type ConstantValue,
  type VariableValue,
  withoutSamples,
  withSamples,
} from './graph-value';

/** Steps that stand only inside of patterns, by what messages call them; the finished network has none. */
export const PARTIAL_STEPS = {
  Sqrt: 'a square root',
  Reciprocal: 'a division by',
  Exp: 'an exponential',
  Log: 'a logarithm',
  Abs: 'an absolute value',
  Sign: 'a sign',
  Greater: 'a comparison',
  GreaterOrEqual: 'a comparison',
  Less: 'a comparison',
  LessOrEqual: 'a comparison',
  Where: 'a choice by a comparison',
} as const;

export type PartialStep = keyof typeof PARTIAL_STEPS;

export interface PartialOperation {
  readonly kind: 'partial';
  readonly operator: PartialStep;
}

/** A node while it may still become a part of another. */
export interface DraftNode {
  /** The ONNX node it came from, for messages. */
  readonly label: string;
  readonly operation: Operation | PartialOperation;
  readonly inputs: readonly number[];
  /** Of one sample. */
  readonly shape: Shape;
  /** The value of a constant of one element. */
  readonly scalar: number | null;
  /** Whether it is the output of a nonlinearity. */
  readonly hidden: boolean;
}

/** Values of one sample at one node; float32 numbers of 8 GB. */
export const MAX_SIZE = 2 ** 31;

/** The network while it is being built, in the order of computation. */
export class Draft {
  readonly nodes: DraftNode[] = [];
  readonly constants = new Map<string, Tensor>();
  readonly #shapes = new Map<string, Shape>();
  /** How often a name was asked for: graphs may have any number of nodes of one name. */
  readonly #asked = new Map<string, number>();

  /**
   * @param samples the size of the batch that the ONNX graph's shapes are computed with
   * @param taken names that constants cannot have
   */
  constructor(
    readonly samples: number,
    private readonly taken: ReadonlySet<string>,
  ) {}

  /** The node the samples come in at. */
  input(shape: readonly number[], batch: Batch): VariableValue {
    const sample = withoutSamples(shape, batch, this.samples);
    const operation = { kind: 'input' } as const;
    const node = this.#push({
      label: 'input',
      operation,
      inputs: [],
      shape: sample,
      scalar: null,
      hidden: false,
    });
    return { kind: 'variable', node, shape, batch };
  }

  /** @throws ShapeError where the operation does not take what it is given */
  add(
    label: string,
    operation: Computed | PartialOperation,
    inputs: readonly number[],
    batch: Batch,
  ): VariableValue {
    const shapes = inputs.map((node) => this.nodes[node]!.shape);
    const shape =
      operation.kind === 'partial'
        ? shapes.reduce((a, b) => broadcast(a, b), [])
        : rulesOf(operation).shape(operation, shapes, (name) => this.#shapes.get(name) ?? []);
    const node = this.#push({
      label,
      operation,
      inputs,
      shape,
      scalar: null,
      hidden: operation.kind !== 'partial' && isNonlinearity(operation),
    });
    return { kind: 'variable', node, shape: withSamples(shape, batch, this.samples), batch };
  }

  /** A node of values that are the same for every sample. @param shape the constant's, but for axes of 1 */
  async constantNode(label: string, constant: ConstantValue, shape: Shape): Promise<number> {
    const scalar = sizeOf(shape) === 1 ? ((await constant.values())[0] ?? null) : null;
    const parameter = await this.parameter(label, constant, shape);
    return this.#push({
      label,
      operation: { kind: 'constant', parameter },
      inputs: [],
      shape,
      scalar,
      hidden: false,
    });
  }

  /** The name of a constant as a parameter of this shape: its own where it has one, else a new constant of the network. */
  async parameter(label: string, constant: ConstantValue, shape: Shape = constant.shape): Promise<string> {
    const { parameter } = constant;
    if (parameter !== null && !parameter.transposed && String(shape) === String(constant.shape)) {
      this.#shapes.set(parameter.name, shape);
      return parameter.name;
    }
    const name = this.#freshName(label);
    const data = (await constant.values()).map(finite);
    this.constants.set(name, { shape, data });
    this.#shapes.set(name, shape);
    return name;
  }

  /** As `parameter`, for a matrix that may be used the other way round. */
  async matrix(label: string, constant: ConstantValue): Promise<{ name: string; transposed: boolean }> {
    const { parameter } = constant;
    if (parameter === null) return { name: await this.parameter(label, constant), transposed: false };
    const { shape } = constant;
    this.#shapes.set(parameter.name, parameter.transposed ? shape.toReversed() : shape);
    return parameter;
  }

  #freshName(label: string): string {
    for (;;) {
      const n = (this.#asked.get(label) ?? 0) + 1;
      this.#asked.set(label, n);
      const name = n === 1 ? label : `${label}:${n}`;
      if (!this.taken.has(name) && !this.constants.has(name)) return name;
    }
  }

  #push(node: DraftNode): number {
    if (!(sizeOf(node.shape) <= MAX_SIZE))
      throw new RangeError(`values of [${node.shape.join(', ')}] are too many`);
    return this.nodes.push(node) - 1;
  }
}

const LARGEST = 3.4028234663852886e38;

/** Masks hold −∞, which is 0 after a softmax and NaN times 0. */
function finite(value: number): number {
  return Math.max(-LARGEST, Math.min(value, LARGEST));
}

/** What exporters call a tensor that has no name of its own. */
const NAMELESS = /::|^val_?\d+$|^\d+$|\.value$|(^|\/)_?constant(_\d+)*(_output_\d+)?$/i;
const SUFFIX = /[._](weight|bias|running_mean|running_var)$/;

/**
 * A name for every node: that of its layer where it has parameters, as their names say; a nonlinearity's is that of the
 * nearest such layer before it; any other's that of the ONNX node.
 */
export function nodeNames(nodes: readonly DraftNode[]): string[] {
  const short = stripWrappers(nodes.flatMap((node) => parametersOf(node)));
  const layers = nodes.map((node) => layerName(node, short));
  const nearest = nearestLayers(nodes, layers);
  const counts = new Map<string, number>();
  return nodes.map((node, index) => {
    if (node.operation.kind === 'input') return 'input';
    if (!node.hidden) return layers[index] ?? node.label;
    const base = nearest[index] ?? node.label;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return count === 1 ? base : `${base}:${count}`;
  });
}

function layerName(node: DraftNode, short: ReadonlyMap<string, string>): string | null {
  // A nonlinearity with parameters of its own shows the units of the layer before it as any other does.
  if (node.operation.kind === 'constant' || node.hidden) return null;
  const names = parametersOf(node).filter((name) => !NAMELESS.test(name));
  const name = names.find((candidate) => SUFFIX.test(candidate)) ?? names[0];
  return name === undefined ? null : (short.get(name) ?? name).replace(SUFFIX, '');
}

/** By the fewest steps back, of equally many by the first input: behind a sum, the branch that was computed. */
function nearestLayers(nodes: readonly DraftNode[], layers: readonly (string | null)[]): (string | null)[] {
  const steps: number[] = [];
  const names: (string | null)[] = [];
  for (const [index, { inputs }] of nodes.entries()) {
    let [name, least] = [layers[index] ?? null, layers[index] === null ? Infinity : 0];
    for (const input of inputs) {
      if (least > steps[input]! + 1) [name, least] = [names[input]!, steps[input]! + 1];
    }
    names.push(name);
    steps.push(least);
  }
  return names;
}

/** Names of the parameters that a node takes. */
export function parametersOf({ operation }: Pick<DraftNode, 'operation'>): readonly string[] {
  if (operation.kind === 'partial' || operation.kind === 'input') return [];
  return rulesOf(operation).parameters(operation);
}
