import { InputError } from '../../base/error';
import type { OnnxAttribute } from '../../checkpoint/checkpoint';
import type { Draft } from '../onnx/draft';
import { type ConstantValue, knownConstant, type Value, type VariableValue } from '../onnx/graph-value';
import { OperatorCall } from '../onnx/operator-call';
import { OPERATORS } from '../onnx/operators';
import { type AtenValue, isTensor, type TensorCell } from './tensor-cell';

/** Where in the program a call stands. */
export interface CallPlace {
  /** What a node without parameters is called: "layer1.0.add". */
  readonly label: string;
  /** For messages: "torch.add in ResNet.forward (__torch__/nets.py, line 12)". */
  readonly where: string;
}

/** The version of the ONNX operators that ATen's are said in. */
const OPSET = 20;
/** Numbers of a list: sizes, axes, strides. */
const MAX_LIST = 4096;

/** What helps when a program has something that is not known. */
export const GRAPH_REMEDY =
  'Export the network to ONNX, torch.onnx.export(model.eval(), example, "model.onnx", dynamo=True), and name that file: {"model": "model.onnx"} in modscope.json';

/** What a call adds to. */
export interface CallContext {
  /** The program's file, for messages. */
  readonly path: string;
  readonly draft: Draft;
  readonly notes: Set<string>;
}

/** A call of an ATen operator with its arguments by name. */
export class AtenCall {
  constructor(
    private readonly context: CallContext,
    private readonly args: ReadonlyMap<string, AtenValue>,
    readonly place: CallPlace,
  ) {}

  get draft(): Draft {
    return this.context.draft;
  }

  refuse(problem: string, remedy: string = GRAPH_REMEDY): InputError {
    return new InputError(this.context.path, `${this.place.where} ${problem}`, remedy);
  }

  /** Says something about how the program was taken. */
  note(sentence: string): void {
    this.context.notes.add(sentence);
  }

  /** Whether an argument is given, and not None. */
  has(name: string): boolean {
    return (this.args.get(name) ?? null) !== null;
  }

  any(name: string): AtenValue {
    return this.args.get(name) ?? null;
  }

  cell(name: string): TensorCell {
    const value = this.args.get(name);
    if (!isTensor(value)) throw this.refuse(`takes no tensor as its ${name}`);
    return value;
  }

  /** A tensor, or a number as one. */
  value(name: string): Value {
    const value = this.optional(name);
    if (value === undefined) throw this.refuse(`lacks its ${name}`);
    return value;
  }

  optional(name: string): Value | undefined {
    const given = this.args.get(name) ?? null;
    return given === null ? undefined : this.#valueOf(given, name);
  }

  /** A list of tensors. */
  values(name: string): Value[] {
    const given = this.args.get(name);
    if (!Array.isArray(given)) throw this.refuse(`takes no list of tensors as its ${name}`);
    return given.map((item) => this.#valueOf(item, name));
  }

  /** The samples' values. */
  variable(name: string): VariableValue {
    const value = this.value(name);
    if (value.kind === 'constant')
      throw this.refuse(`computes with constants where the input's values stand`);
    return value;
  }

  constant(name: string): ConstantValue {
    const value = this.value(name);
    if (value.kind === 'variable')
      throw this.refuse(`takes values that depend on the input as its ${name}, where parameters stand`);
    return value;
  }

  number(name: string, otherwise?: number): number {
    const given = this.args.get(name) ?? otherwise ?? null;
    if (typeof given === 'boolean') return Number(given);
    if (typeof given !== 'number') throw this.refuse(`takes no number as its ${name}`);
    return given;
  }

  boolean(name: string, otherwise: boolean): boolean {
    const given = this.args.get(name) ?? otherwise;
    if (typeof given === 'number') return given !== 0;
    if (typeof given !== 'boolean') throw this.refuse(`takes neither True nor False as its ${name}`);
    return given;
  }

  text(name: string, otherwise: string): string {
    const given = this.args.get(name) ?? otherwise;
    if (typeof given !== 'string') throw this.refuse(`takes no text as its ${name}`);
    return given;
  }

  /** A list of numbers; one number is a list of one. Null where it is left out. */
  numbers(name: string): readonly number[] | null {
    const given = this.args.get(name) ?? null;
    if (given === null) return null;
    const list = Array.isArray(given) ? given : [given];
    const numbers = list.filter((item) => typeof item === 'number');
    if (numbers.length < list.length || list.length > MAX_LIST)
      throw this.refuse(`takes no list of numbers as its ${name}`);
    return numbers;
  }

  /** Sizes along so many axes; one number holds for all. */
  sizes(name: string, axes: number, otherwise: number): readonly number[] {
    const given = this.numbers(name) ?? [];
    if (given.length === 0) return Array.from({ length: axes }, () => otherwise);
    if (given.length === 1) return Array.from({ length: axes }, () => given[0]!);
    if (given.length !== axes)
      throw this.refuse(`takes ${given.length} numbers as its ${name}, for ${axes} axes`);
    return given;
  }

  /** An axis counted from 0. */
  axis(name: string, rank: number, otherwise?: number): number {
    return this.counted(this.number(name, otherwise), rank);
  }

  counted(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(counted) || counted < 0 || counted >= rank)
      throw this.refuse(`names the axis ${axis} of ${rank}`);
    return counted;
  }

  /** The name of a tensor as a parameter; null where it is left out. */
  async parameter(name: string): Promise<string | null> {
    return this.has(name) ? this.draft.parameter(this.place.label, this.constant(name)) : null;
  }

  /** What an operator of ONNX gives: most of ATen's have a namesake there. */
  async onnx(
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): Promise<Value> {
    const [first] = await this.several(operator, inputs, attributes, 1);
    if (first === undefined) throw this.refuse('gives nothing');
    return first;
  }

  /** As `onnx`, of an operator with several outputs. */
  async several(
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    outputs: number,
  ): Promise<readonly Value[]> {
    const known = OPERATORS.get(operator);
    if (known === undefined) throw this.refuse('is an operator that Modscope does not know');
    const given = await known(this.operatorCall(operator, inputs, attributes, outputs));
    return 'kind' in given ? [given] : given;
  }

  /** This call as one of ONNX, for helpers that take one. */
  operatorCall(
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    outputs = 1,
  ): OperatorCall {
    const node = {
      ...{ name: this.place.label, operator, domain: '', inputs: inputs.map(() => this.place.label) },
      outputs: Array.from({ length: outputs }, () => this.place.label),
      attributes: new Map(Object.entries(attributes)),
    };
    const noTensor = (): ConstantValue => {
      throw this.refuse('takes a tensor as an attribute');
    };
    return new OperatorCall(this.context.path, node, OPSET, inputs, this.draft, noTensor, this.place.where);
  }

  #valueOf(given: AtenValue, name: string): Value {
    if (typeof given === 'number' || typeof given === 'boolean')
      return knownConstant(typeof given === 'boolean' ? 'boolean' : 'float', [], [Number(given)]);
    if (!isTensor(given)) throw this.refuse(`takes no tensor as its ${name}`);
    if (given.value.kind === 'open') throw this.refuse('takes an input whose shape is not known');
    return given.value;
  }
}

/** What a call gives: values become tensors of their own. */
export type AtenResult = Value | AtenValue | readonly (Value | AtenValue)[];

/** An ATen operator, by the names of its parameters in torch's native_functions.yaml. */
export interface AtenOperator {
  readonly parameters: readonly string[];
  /** Whether the result sees the memory of its first argument. */
  readonly isView: boolean;
  readonly run: (call: AtenCall) => AtenResult | Promise<AtenResult>;
}

/** @param parameters in their order, with spaces between */
export function operator(parameters: string, run: AtenOperator['run']): AtenOperator {
  return { parameters: parameters.split(' '), isView: false, run };
}

export function viewOperator(parameters: string, run: AtenOperator['run']): AtenOperator {
  return { ...operator(parameters, run), isView: true };
}
