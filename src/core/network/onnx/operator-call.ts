import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { OnnxAttribute, OnnxNode } from '../../checkpoint/checkpoint';
import type { Computed } from '../ops/operation';
import { ShapeError } from '../ops/rules';
import type { Draft, PartialOperation } from './draft';
import { type Batch, type ConstantValue, isLeading, type Value, type VariableValue } from './graph-value';

/** A node of the ONNX graph with what it is given, and the draft that what it means is added to. */
export class OperatorCall {
  constructor(
    private readonly path: string,
    readonly node: OnnxNode,
    readonly opset: number,
    /** Undefined are inputs that were left out. */
    readonly inputs: readonly (Value | undefined)[],
    readonly draft: Draft,
    /** The tensor that an attribute holds. */
    readonly tensor: (name: string) => ConstantValue,
    /** How messages name the place of the call; by the node unless told. */
    private readonly place?: string,
  ) {}

  /** How messages and new constants name the node. */
  get label(): string {
    return this.node.name === '' ? (this.node.outputs[0] ?? this.node.operator) : this.node.name;
  }

  refuse(problem: string, remedy?: string): InputError {
    const place = this.place ?? `node ${quote(this.label)} (${this.node.operator})`;
    return new InputError(this.path, `${place} ${problem}`, remedy);
  }

  input(index: number): Value {
    const value = this.inputs[index];
    if (value === undefined) throw this.refuse(`lacks its input ${index}`);
    return value;
  }

  variable(index: number): VariableValue {
    const value = this.input(index);
    if (value.kind === 'constant') throw this.refuse(`takes a constant as its input ${index}`);
    return value;
  }

  /** A tensor that has to be known. */
  constant(index: number): ConstantValue {
    const value = this.input(index);
    if (value.kind === 'variable')
      throw this.refuse(
        `takes values that depend on the input, as its input ${index}, where parameters stand`,
      );
    return value;
  }

  optional(index: number): ConstantValue | null {
    return this.inputs[index] === undefined ? null : this.constant(index);
  }

  /** Samples come first: what images and whatever has channels must be. */
  leading(index: number): VariableValue {
    const value = this.variable(index);
    if (!isLeading(value.batch)) throw this.refuse('takes values whose first axis is not the samples');
    return value;
  }

  number(name: string, otherwise: number): number {
    return this.#attribute(name, (value) => (typeof value === 'number' ? value : undefined)) ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    return this.#attribute(name, (value) => (typeof value === 'string' ? value : undefined)) ?? otherwise;
  }

  integers(name: string): readonly number[] | null {
    return this.#attribute(name, (value) => (isNumbers(value) ? value : undefined));
  }

  texts(name: string): readonly string[] {
    return this.#attribute(name, (value) => (isTexts(value) ? value : undefined)) ?? [];
  }

  /** The same node with other inputs, attributes and version, for an operator that means what it does then. */
  with(
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    opset = this.opset,
  ): OperatorCall {
    const node = {
      ...this.node,
      attributes: new Map([...this.node.attributes, ...Object.entries(attributes)]),
    };
    return new OperatorCall(this.path, node, opset, inputs, this.draft, this.tensor);
  }

  /** What older operator sets give as an attribute, newer ones as an input: axes, pads, sizes. */
  async list(name: string, index: number): Promise<readonly number[] | null> {
    return this.integers(name) ?? (this.inputs[index] === undefined ? null : this.listOf(index));
  }

  /** A tensor's values as numbers, of which there are few. */
  async listOf(index: number): Promise<readonly number[]> {
    const values = await this.constant(index).values();
    if (values.length > 4096) throw this.refuse(`takes ${values.length} values as its input ${index}`);
    return [...values];
  }

  /** The one value of a tensor. */
  async scalarOf(index: number): Promise<number> {
    const constant = this.constant(index);
    const [value] = constant.shape.every((size) => size === 1) ? await constant.values() : [];
    if (value === undefined)
      throw this.refuse(
        `takes a tensor of [${constant.shape.join(', ')}], not a number, as its input ${index}`,
      );
    return value;
  }

  /** An axis counted from 0. */
  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(counted) || counted < 0 || counted >= rank)
      throw this.refuse(`names the axis ${axis} of ${rank}`);
    return counted;
  }

  /** Adds a node to the network. @param inputs indices of the nodes it reads */
  add(operation: Computed | PartialOperation, inputs: readonly number[], batch: Batch): VariableValue {
    try {
      return this.draft.add(this.label, operation, inputs, batch);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      throw this.refuse(error.message);
    }
  }

  /** The name of a parameter. */
  parameter(index: number): Promise<string> {
    return this.draft.parameter(this.label, this.constant(index));
  }

  #attribute<T>(name: string, read: (value: unknown) => T | undefined): T | null {
    const stored = this.node.attributes.get(name);
    if (stored === undefined) return null;
    const value = read(stored);
    if (value === undefined)
      throw this.refuse(`has an attribute ${quote(name)} of another type than it should be`);
    return value;
  }
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number');
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** What an operator means: its outputs, in order. */
export type Operator = (call: OperatorCall) => Value | readonly Value[] | Promise<Value | readonly Value[]>;
