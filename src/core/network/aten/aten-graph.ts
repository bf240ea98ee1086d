import { InputError } from '../../base/error';
import { nearestName, quote } from '../../base/text';
import { type Shape, sizeOf } from '../../tensor/shape';
import { Draft, MAX_SIZE } from '../onnx/draft';
import { batchAlong, constantOf, type TensorSource } from '../onnx/graph-value';
import { ShapeError } from '../ops/rules';
import { atenActivations } from './aten-activations';
import { atenArithmetic } from './aten-arithmetic';
import { AtenCall, type AtenOperator, type AtenResult, type CallPlace, GRAPH_REMEDY } from './aten-call';
import { atenLayers } from './aten-layers';
import { atenPools } from './aten-pools';
import { atenShapes } from './aten-shapes';
import { openInputIn, throughOpenInput } from './input-shape';
import { isNumberFunction, NumberFault, numberFunction } from './number-functions';
import { type AtenValue, ForeignValue, isTensor, type OpenInput, TensorCell } from './tensor-cell';

/** What every operator means, by its name in ATen. Source: pytorch, aten/src/ATen/native/native_functions.yaml. */
const ATEN_OPERATORS: ReadonlyMap<string, AtenOperator> = new Map(
  [atenActivations, atenArithmetic, atenLayers, atenPools, atenShapes].flatMap((group) =>
    Object.entries(group),
  ),
);

/** The batch that shapes are computed with where the program leaves it open: a prime, so that it stays to be seen in products. */
export const OPEN_BATCH = 65_521;

/** Calls of operators in one program: far more than any network's. */
const MAX_CALLS = 50_000;

/** The network while a program's calls of ATen operators are followed: shapes and constants are computed, nothing is run. */
export class AtenGraph {
  readonly draft: Draft;
  /** Names of the tensors the program has asked for, and how often. */
  readonly uses = new Map<string, number>();
  /** What was left off or taken otherwise than the program says, one sentence each. */
  readonly notes = new Set<string>();
  readonly #tensors = new Map<string, TensorCell>();
  #calls = 0;

  /**
   * @param path the file of the program, for messages
   * @param samples the size of the batch that shapes are computed with
   */
  constructor(
    readonly path: string,
    private readonly source: TensorSource,
    readonly samples: number,
  ) {
    this.draft = new Draft(samples, source.names);
  }

  /** The samples. @param shape of one; null where nothing tells it yet */
  input(shape: Shape | null): TensorCell {
    if (shape === null) return new TensorCell({ kind: 'open', flat: false });
    const size = sizeOf(shape);
    if (!(shape.every((side) => Number.isSafeInteger(side)) && size >= 1 && size <= MAX_SIZE))
      throw new InputError(this.path, `its input has the shape [${shape.join(', ')}]`);
    return new TensorCell(this.draft.input([this.samples, ...shape], batchAlong(0)));
  }

  /** A tensor of the checkpoint. */
  tensor(name: string): TensorCell {
    this.uses.set(name, (this.uses.get(name) ?? 0) + 1);
    const known = this.#tensors.get(name);
    if (known !== undefined) return known;
    const cell = new TensorCell(constantOf(this.path, this.source, name));
    this.#tensors.set(name, cell);
    return cell;
  }

  /**
   * What an operator gives. One whose name ends in _ changes its first argument.
   * @param name without the namespace and the overload, e.g. "linear"
   * @throws InputError naming the place of the call; InputNeeded where the shape of the input is needed and not known
   */
  async call(
    name: string,
    args: readonly AtenValue[],
    named: ReadonlyMap<string, AtenValue>,
    place: CallPlace,
  ): Promise<AtenValue> {
    try {
      const inPlace = name.endsWith('_') && !name.startsWith('__');
      const base = inPlace ? name.slice(0, -1) : name;
      const number = isNumberFunction(base) ? numberFunction(base, args) : undefined;
      if (number !== undefined) return number;
      if (++this.#calls > MAX_CALLS)
        throw new InputError(this.path, `calls more than ${MAX_CALLS} operators`);
      const operator = ATEN_OPERATORS.get(base);
      if (operator === undefined) throw unknownOperator(this.path, name, place);
      const bound = this.#bind(operator, args, named, place);
      const open = openInputIn(bound.values());
      const given = open
        ? throughOpenInput(base, open.input, this.samples, bound)
        : await operator.run(new AtenCall(this, bound, place));
      const [target] = bound.values();
      if (inPlace) return this.#write(target, given, place);
      if (typeof given === 'object' && given !== null && 'kind' in given && given === open?.input)
        return open.cell;
      return tensorsOf(given, operator.isView && isTensor(target) ? target : undefined);
    } catch (error) {
      if (error instanceof NumberFault || error instanceof ShapeError || error instanceof RangeError)
        throw new InputError(this.path, `${place.where} ${error.message}`);
      throw error;
    }
  }

  #bind(
    { parameters }: AtenOperator,
    args: readonly AtenValue[],
    named: ReadonlyMap<string, AtenValue>,
    { where }: CallPlace,
  ): Map<string, AtenValue> {
    if (args.length > parameters.length)
      throw new InputError(
        this.path,
        `${where} is given ${args.length} arguments; ${parameters.length} are known`,
        GRAPH_REMEDY,
      );
    const bound = new Map(args.map((value, i) => [parameters[i]!, value]));
    for (const [key, value] of named) {
      const parameter = parameterOf(key, parameters);
      if (parameter !== null) bound.set(parameter, value);
      else if (value !== null)
        throw new InputError(this.path, `${where} is given ${quote(key)}, which is not known`, GRAPH_REMEDY);
    }
    for (const value of [...bound.values()].flat())
      if (isTensor(value) && value.isStale)
        throw new InputError(
          this.path,
          `${where} takes a tensor that was changed in place through another view of it`,
          GRAPH_REMEDY,
        );
    return bound;
  }

  #write(target: AtenValue | undefined, given: AtenResult | OpenInput, { where }: CallPlace): AtenValue {
    const value = isTensor(given) ? given.value : given;
    const isValue = typeof value === 'object' && value !== null && 'kind' in value;
    if (!isTensor(target) || !isValue) throw new InputError(this.path, `${where} changes what is no tensor`);
    if (value !== target.value) {
      const before = target.value;
      // A parameter that is changed would be another for every run.
      if (before.kind === 'constant' && value.kind === 'variable')
        throw new InputError(this.path, `${where} writes values of the input into a constant`, GRAPH_REMEDY);
      target.write(value);
    }
    return target;
  }
}

/** Names that overloads give to what is one parameter here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  self: 'input',
  input: 'self',
  mat1: 'self',
  shape: 'size',
  split_sizes: 'split_size',
  sections: 'split_size',
  train: 'training',
  tensor: 'self',
  a: 'self',
  b: 'other',
};

/** What an argument of a name is for; null where the operator has no such parameter. */
function parameterOf(key: string, parameters: readonly string[]): string | null {
  if (parameters.includes(key)) return key;
  const other = OTHER_NAMES[key];
  return other !== undefined && parameters.includes(other) ? other : null;
}

/** The results as tensors, which see the memory of another where the operator makes views. */
function tensorsOf(given: AtenResult | OpenInput, of: TensorCell | undefined): AtenValue {
  if (typeof given !== 'object' || given === null || isTensor(given)) return given;
  if ('kind' in given) return new TensorCell(given, of);
  if (given instanceof ForeignValue) return given;
  return given.map((item) => tensorsOf(item, of));
}

function unknownOperator(path: string, name: string, { where }: CallPlace): InputError {
  const near = nearestName(name, [...ATEN_OPERATORS.keys()]);
  const known = near === null ? '' : `; ${near} is near`;
  return new InputError(path, `${where} is an operator that Modscope does not know${known}`, GRAPH_REMEDY);
}
