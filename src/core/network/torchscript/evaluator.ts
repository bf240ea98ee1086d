import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { ScriptAttribute, ScriptObject, ScriptProgram } from '../../checkpoint/checkpoint';
import { GRAPH_REMEDY } from '../aten/aten-call';
import type { AtenGraph } from '../aten/aten-graph';
import { NumberFault } from '../aten/number-functions';
import { type AtenValue, isTensor } from '../aten/tensor-cell';
import { callLibrary, itemOf, type Library, operatorResult, placeIn, type Site } from './builtins';
import { CodeLibrary, type Routine } from './code-library';
import { Dictionary, Instance, Reference } from './script-value';
import type { Block, Expression, Statement } from './syntax';

/** Expressions, blocks and calls inside of each other; a network of a hundred nested modules has some 500. */
const MAX_DEPTH = 900;
/** Expressions and statements in all. */
const MAX_STEPS = 2_000_000;

/** Names that the code finds without having set them. */
const LIBRARIES = new Set([
  ...['torch', 'ops', '__torch__', 'CONSTANTS', 'int', 'float', 'bool', 'str', 'len', 'range', 'list'],
  ...['annotate', 'unchecked_cast', 'uninitialized', 'getattr', 'isinstance', 'inf', 'nan'],
]);

type Completion =
  { readonly kind: 'return'; readonly value: AtenValue } | { readonly kind: 'break' | 'continue' } | null;

/** A call of a routine while it is followed. */
interface Frame extends Site {
  readonly names: Map<string, AtenValue>;
  line: number;
}

/**
 * Follows the code of a TorchScript program with shapes in place of numbers. Operators on tensors become nodes of a graph;
 * numbers, lists and conditions on them are computed. Nothing is executed: what is not known is an error.
 */
export class Evaluator implements Library {
  readonly #code: CodeLibrary;
  #depth = 0;
  #steps = 0;

  constructor(
    readonly graph: AtenGraph,
    private readonly program: ScriptProgram,
  ) {
    this.#code = new CodeLibrary(graph.path, program);
  }

  /** What `forward` of the saved module gives for an input. */
  async forward(input: AtenValue): Promise<AtenValue> {
    const { root } = this.program;
    const routine = await this.#method(root, 'forward');
    return this.#run(routine, '', [new Instance(root), input], new Map());
  }

  async #method(object: ScriptObject, name: string): Promise<Routine> {
    const { source } = await this.#code.classNamed(object.className);
    for (const hooks of ['__forward_hooks__', '__forward_pre_hooks__']) {
      const list = source.constants.get(hooks);
      if (list?.kind === 'list' && list.items.length > 0)
        throw new InputError(
          this.graph.path,
          `its class ${quote(source.name)} has hooks, which Modscope does not know`,
          GRAPH_REMEDY,
        );
    }
    return this.#code.method(object.className, name);
  }

  async #run(
    routine: Routine,
    path: string,
    args: readonly AtenValue[],
    named: ReadonlyMap<string, AtenValue>,
  ): Promise<AtenValue> {
    const { parameters, body } = routine.source;
    const frame: Frame = { routine, path, names: new Map(), line: body[0]?.line ?? 0 };
    if (args.length > parameters.length) throw this.#refuse(frame, `is given ${args.length} arguments`);
    for (const [i, { name, default: otherwise }] of parameters.entries()) {
      const value = args[i] ?? named.get(name);
      if (value !== undefined) frame.names.set(name, value);
      else if (i < args.length) frame.names.set(name, null);
      else if (otherwise !== null) frame.names.set(name, await this.#evaluate(otherwise, frame));
      else throw this.#refuse(frame, `lacks its argument ${quote(name)}`);
    }
    const end = await this.#block(body, frame);
    return end?.kind === 'return' ? end.value : null;
  }

  async #block(statements: Block, frame: Frame): Promise<Completion> {
    for (const statement of statements) {
      frame.line = statement.line;
      const end = await this.#nested(frame, () => this.#statement(statement, frame));
      if (end !== null) return end;
    }
    return null;
  }

  async #statement(statement: Statement, frame: Frame): Promise<Completion> {
    switch (statement.kind) {
      case 'assign':
        await this.#assign(statement, frame);
        return null;
      case 'expression':
        await this.#evaluate(statement.value, frame);
        return null;
      case 'return': {
        const { value } = statement;
        return { kind: 'return', value: value === null ? null : await this.#evaluate(value, frame) };
      }
      case 'if': {
        const isTrue = await this.truth(await this.#evaluate(statement.condition, frame), frame);
        return this.#block(isTrue ? statement.yes : statement.no, frame);
      }
      case 'for': {
        const items = await this.#evaluate(statement.items, frame);
        if (!Array.isArray(items)) throw this.#refuse(frame, 'goes over what is no list');
        return this.#loop(statement.body, frame, items, statement.name);
      }
      case 'while':
        for (;;) {
          if (!(await this.truth(await this.#evaluate(statement.condition, frame), frame))) return null;
          const end = await this.#block(statement.body, frame);
          if (end?.kind === 'break') return null;
          if (end?.kind === 'return') return end;
        }
      case 'raise':
        throw this.#refuse(frame, 'raises an error');
      case 'pass':
        return null;
      case 'break':
      case 'continue':
        return { kind: statement.kind };
    }
  }

  async #loop(body: Block, frame: Frame, items: readonly AtenValue[], name: string): Promise<Completion> {
    for (const item of items) {
      frame.names.set(name, item);
      const end = await this.#block(body, frame);
      if (end?.kind === 'break') return null;
      if (end?.kind === 'return') return end;
    }
    return null;
  }

  async #assign(
    { targets, unpacks, value }: Extract<Statement, { kind: 'assign' }>,
    frame: Frame,
  ): Promise<void> {
    const given = await this.#evaluate(value, frame);
    const values = unpacks ? given : [given];
    if (!Array.isArray(values) || values.length !== targets.length)
      throw this.#refuse(frame, `takes apart what does not have ${targets.length} parts`);
    for (const [i, target] of targets.entries()) {
      if (target.kind === 'name') frame.names.set(target.name, values[i]!);
      else if (target.kind === 'attribute')
        throw this.#refuse(
          frame,
          `sets the attribute ${quote(target.name)}: another run would give another result`,
        );
      else throw this.#refuse(frame, 'assigns to what is no name');
    }
  }

  async #evaluate(expression: Expression, frame: Frame): Promise<AtenValue> {
    return this.#nested(frame, () => this.#value(expression, frame));
  }

  async #value(expression: Expression, frame: Frame): Promise<AtenValue> {
    switch (expression.kind) {
      case 'value':
        return expression.value;
      case 'name':
        return this.#name(expression.name, frame);
      case 'attribute': {
        const { name } = expression;
        return this.attribute(await this.#evaluate(expression.of, frame), name, frame);
      }
      case 'call':
        return this.#call(expression, frame);
      case 'list':
      case 'tuple':
        return this.#all(expression.items, frame);
      case 'dictionary': {
        const entries = new Map<AtenValue, AtenValue>();
        for (const [key, value] of expression.entries)
          entries.set(await this.#evaluate(key, frame), await this.#evaluate(value, frame));
        return new Dictionary(entries);
      }
      case 'subscript':
        return this.#subscript(expression, frame);
      case 'choice': {
        const isTrue = await this.truth(await this.#evaluate(expression.condition, frame), frame);
        return this.#evaluate(isTrue ? expression.yes : expression.no, frame);
      }
      case 'unary': {
        const operand = await this.#evaluate(expression.operand, frame);
        if (expression.operator === 'not') return !(await this.truth(operand, frame));
        return operatorResult(this, expression.operator, [operand], frame);
      }
      case 'binary':
        return this.#binary(expression, frame);
      case 'slice':
        throw this.#refuse(frame, 'has a slice where there is none');
    }
  }

  async #all(expressions: readonly Expression[], frame: Frame): Promise<AtenValue[]> {
    const values: AtenValue[] = [];
    for (const expression of expressions) values.push(await this.#evaluate(expression, frame));
    return values;
  }

  #name(name: string, frame: Frame): AtenValue {
    const known = frame.names.get(name);
    if (known !== undefined) return known;
    if (name === 'inf' || name === 'nan') return name === 'inf' ? Infinity : NaN;
    if (LIBRARIES.has(name)) return new Reference(name);
    throw this.#refuse(frame, `uses ${quote(name)}, which it does not say what it is`);
  }

  /** An attribute of a module, or a name of a library. */
  async attribute(of: AtenValue, name: string, site: Site): Promise<AtenValue> {
    if (of instanceof Reference) {
      if (of.name !== 'CONSTANTS') return new Reference(`${of.name}.${name}`);
      const index = /^c(\d+)$/.exec(name)?.[1];
      const constant = index === undefined ? undefined : this.program.constants[Number(index)];
      return this.#stored(constant, `the constant ${name}`, site);
    }
    if (!(of instanceof Instance)) throw this.#refuse(site, `asks for ${quote(name)} of what is no module`);
    // The network is read as it is in evaluation mode, whatever mode it was saved in.
    if (name === 'training') return false;
    if (of.object.attributes.has(name))
      return this.#stored(of.object.attributes.get(name), `the attribute ${quote(name)}`, site);
    const { source } = await this.#code.classNamed(of.object.className);
    const constant = source.constants.get(name);
    if (constant === undefined)
      throw this.#refuse(site, `asks for ${quote(name)}, which its module does not have`);
    return this.#classValue(constant, name, site);
  }

  #stored(value: ScriptAttribute, what: string, site: Site): AtenValue {
    if (value === undefined)
      throw this.#refuse(site, `uses ${what}, whose value is of a kind that cannot be read`);
    if (isList(value)) return value.map((item) => this.#stored(item, what, site));
    if (typeof value !== 'object' || value === null) return value;
    return 'tensor' in value ? this.graph.tensor(value.tensor) : new Instance(value);
  }

  /** A constant that the class itself says: a number, a text, or a tuple of them. */
  #classValue(constant: Expression, name: string, site: Site): AtenValue {
    if (constant.kind === 'value') return constant.value;
    if (constant.kind === 'tuple' || constant.kind === 'list')
      return constant.items.map((item) => {
        if (item.kind === 'value') return item.value;
        throw this.#refuse(site, `asks for ${quote(name)}, whose value cannot be read`);
      });
    throw this.#refuse(site, `asks for ${quote(name)}, whose value cannot be read`);
  }

  async #call(expression: Extract<Expression, { kind: 'call' }>, frame: Frame): Promise<AtenValue> {
    const { callee, args, named } = expression;
    const special = callee.kind === 'name' ? callee.name : '';
    // The first argument of these is a type.
    if (special === 'annotate' || special === 'unchecked_cast') {
      const value = args[1];
      if (value !== undefined) return this.#evaluate(value, frame);
    }
    if (special === 'uninitialized') return null;
    const object = callee.kind === 'attribute' ? await this.#evaluate(callee.of, frame) : null;
    const target =
      object === null || object instanceof Reference ? await this.#evaluate(callee, frame) : object;
    const values = await this.#all(args, frame);
    const names = new Map<string, AtenValue>();
    for (const [name, value] of named) names.set(name, await this.#evaluate(value, frame));
    if (target instanceof Reference) return this.#callNamed(target.name, values, names, frame);
    if (!(target instanceof Instance) || callee.kind !== 'attribute')
      throw this.#refuse(frame, 'calls what is no function');
    const routine = await this.#method(target.object, callee.name);
    return this.#run(routine, target.object.path, [target, ...values], names);
  }

  async #callNamed(
    name: string,
    args: readonly AtenValue[],
    named: ReadonlyMap<string, AtenValue>,
    frame: Frame,
  ): Promise<AtenValue> {
    if (!name.startsWith('__torch__.')) return callLibrary(this, name, args, named, frame);
    const routine = await this.#code.functionNamed(name);
    if (routine === undefined)
      throw this.#refuse(frame, `calls ${quote(name)}, of which the file has no code`);
    return this.#run(routine, frame.path, args, named);
  }

  async #subscript(
    { of, index }: Extract<Expression, { kind: 'subscript' }>,
    frame: Frame,
  ): Promise<AtenValue> {
    const value = await this.#evaluate(of, frame);
    if (index.kind !== 'slice') return itemOf(this, value, await this.#evaluate(index, frame), frame);
    const bound = async (part: Expression | null): Promise<number | undefined> => {
      const given = part === null ? null : await this.#evaluate(part, frame);
      return typeof given === 'number' ? given : undefined;
    };
    const step = await bound(index.step);
    if (!Array.isArray(value) || (step ?? 1) !== 1)
      throw this.#refuse(frame, 'takes a part of what is no list');
    return value.slice(await bound(index.start), await bound(index.end));
  }

  async #binary(
    { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
    frame: Frame,
  ): Promise<AtenValue> {
    const a = await this.#evaluate(left, frame);
    if (operator === 'and' || operator === 'or') {
      const isTrue = await this.truth(a, frame);
      return isTrue === (operator === 'and') ? this.#evaluate(right, frame) : a;
    }
    return operatorResult(this, operator, [a, await this.#evaluate(right, frame)], frame);
  }

  /** Whether a condition holds. @throws InputError where it depends on the input's values */
  async truth(value: AtenValue, site: Site): Promise<boolean> {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number' || typeof value === 'string') return Boolean(value);
    if (value === null) return false;
    if (Array.isArray(value)) return value.length > 0;
    if (isTensor(value) && value.value.kind === 'constant') {
      const values = await value.value.values();
      if (values.length === 1) return values[0] !== 0;
    }
    throw this.#refuse(site, 'decides by values that depend on the input, so that samples go different ways');
  }

  refuse(problem: string, site: Site): InputError {
    return new InputError(this.graph.path, `${placeIn(site)} ${problem}`, GRAPH_REMEDY);
  }

  #refuse(site: Site, problem: string): InputError {
    return this.refuse(problem, site);
  }

  /** One step deeper. Errors of computations with numbers say where they are. */
  async #nested<T>(frame: Frame, work: () => Promise<T>): Promise<T> {
    if (++this.#steps > MAX_STEPS) throw this.#refuse(frame, `takes more than ${MAX_STEPS} steps`);
    if (++this.#depth > MAX_DEPTH) throw this.#refuse(frame, 'calls itself, or is nested too deep');
    try {
      return await work();
    } catch (error) {
      if (error instanceof NumberFault) throw this.#refuse(frame, error.message);
      throw error;
    } finally {
      this.#depth--;
    }
  }
}

function isList(value: ScriptAttribute): value is readonly ScriptAttribute[] {
  return Array.isArray(value);
}
