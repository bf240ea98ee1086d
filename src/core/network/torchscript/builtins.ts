import type { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { AtenGraph } from '../aten/aten-graph';
import { numberFunction } from '../aten/number-functions';
import { type AtenValue, isTensor, TensorCell } from '../aten/tensor-cell';
import { knownConstant } from '../onnx/graph-value';
import type { Routine } from './code-library';
import { Dictionary } from './script-value';

/** Where a call stands. */
export interface Site {
  readonly routine: Routine;
  /** Of the module in the tree, for the names of nodes. */
  readonly path: string;
  readonly line: number;
}

/** What the functions of the language need of whoever follows the program. */
export interface Library {
  readonly graph: AtenGraph;
  refuse(problem: string, site: Site): InputError;
  truth(value: AtenValue, site: Site): Promise<boolean>;
  attribute(of: AtenValue, name: string, site: Site): Promise<AtenValue>;
}

type Builtin = (library: Library, args: readonly AtenValue[], site: Site) => AtenValue | Promise<AtenValue>;

/** Values of a list that the program makes. */
const MAX_LIST = 100_000;

/**
 * What a function of torch or of the language gives.
 * @param name e.g. "torch.add", "ops.prim.RaiseException", "len"
 */
export async function callLibrary(
  library: Library,
  name: string,
  args: readonly AtenValue[],
  named: ReadonlyMap<string, AtenValue>,
  site: Site,
): Promise<AtenValue> {
  const [, namespace = '', inner = name] = /^(torch|ops\.aten|ops\.prim)\.(\w+)$/.exec(name) ?? [];
  const builtins = namespace === '' ? LANGUAGE : namespace === 'ops.prim' ? PRIMITIVES : TORCH;
  const builtin = Object.hasOwn(builtins, inner) ? builtins[inner] : undefined;
  if (builtin !== undefined) return builtin(library, args, site);
  if (namespace === '' || namespace === 'ops.prim')
    throw library.refuse(`calls ${quote(name)}, which Modscope does not know`, site);
  return callAten(library, inner, args, named, site);
}

/** An operator of ATen on these values. */
async function callAten(
  library: Library,
  name: string,
  args: readonly AtenValue[],
  named: ReadonlyMap<string, AtenValue>,
  site: Site,
): Promise<AtenValue> {
  const [a, b] = args;
  if (name === 'slice' && Array.isArray(a)) return part(library, a, args.slice(1), site);
  if (name === 'add' && Array.isArray(a) && Array.isArray(b)) return joined(library, a, b, site);
  return library.graph.call(name, args, named, {
    label: site.path === '' ? name : `${site.path}.${name}`,
    where: `torch.${name} in ${placeIn(site)}`,
  });
}

/** torch.slice of a list: start, end and step. */
function part(
  library: Library,
  list: readonly AtenValue[],
  [start = null, end = null, step = null]: readonly AtenValue[],
  site: Site,
): AtenValue[] {
  const bound = (value: AtenValue): number | undefined => (typeof value === 'number' ? value : undefined);
  if ((step ?? 1) !== 1) throw library.refuse('takes a part of a list in steps', site);
  return list.slice(bound(start), bound(end));
}

function joined(library: Library, a: readonly AtenValue[], b: readonly AtenValue[], site: Site): AtenValue[] {
  if (a.length + b.length > MAX_LIST) throw library.refuse('makes a list that is too long', site);
  return [...a, ...b];
}

const OPERATORS: Readonly<Record<string, string>> = {
  ...{ '+': 'add', '-': 'sub', '*': 'mul', '/': 'div', '//': 'floordiv', '%': 'remainder', '**': 'pow' },
  ...{ '==': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge', '@': 'matmul' },
};

/** What an operator between or before values gives. */
export async function operatorResult(
  library: Library,
  operator: string,
  operands: readonly AtenValue[],
  site: Site,
): Promise<AtenValue> {
  const [a = null, b = null] = operands;
  if (operands.length === 1) {
    if (operator === '+') return a;
    if (operator === '-') return callAten(library, 'neg', operands, new Map(), site);
  }
  if (operator === 'is' || operator === 'is not') return (a === b) === (operator === 'is');
  if (operator === 'in' || operator === 'not in') return contains(b, a) === (operator === 'in');
  if (operator === '+' && typeof a === 'string' && typeof b === 'string')
    return `${a}${b}`.slice(0, MAX_LIST);
  const name = OPERATORS[operator];
  if (name === undefined)
    throw library.refuse(`has the operator ${operator}, which Modscope does not know`, site);
  return callAten(library, name, operands, new Map(), site);
}

/** An item of a list, tuple or dictionary. */
export function itemOf(library: Library, value: AtenValue, index: AtenValue, site: Site): AtenValue {
  if (value instanceof Dictionary) {
    const found = value.entries.get(index);
    if (found !== undefined) return found;
  } else if (Array.isArray(value) && typeof index === 'number') {
    const found = value.at(index);
    if (found !== undefined) return found;
  }
  throw library.refuse('asks for an item that is not there', site);
}

function contains(container: AtenValue, item: AtenValue): boolean {
  if (container instanceof Dictionary) return container.entries.has(item);
  return Array.isArray(container) && container.includes(item);
}

/** One number: of a tensor that does not depend on the input, its only one. */
const scalar: Builtin = async (library, [value = null], site) => {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  if (isTensor(value) && value.value.kind === 'constant') {
    const [first, ...more] = await value.value.values();
    if (first !== undefined && more.length === 0) return first;
  }
  throw library.refuse('makes a number of values that depend on the input', site);
};

const whole: Builtin = async (library, args, site) => Math.trunc(Number(await scalar(library, args, site)));
const truth: Builtin = (library, [value = null], site) => library.truth(value, site);
const same: Builtin = (_, [value = null]) => value;
const nothing: Builtin = () => null;
const no: Builtin = () => false;

const range: Builtin = (library, args, site) => {
  const numbers = args.filter((value) => typeof value === 'number');
  const [first = 0, second, step = 1] = numbers;
  const [start, end] = second === undefined ? [0, first] : [first, second];
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (numbers.length < args.length || !(count <= MAX_LIST)) throw library.refuse('counts without end', site);
  return Array.from({ length: count }, (_, i) => start + i * step);
};

const length: Builtin = (library, [value = null], site) => {
  if (value instanceof Dictionary) return value.entries.size;
  if (Array.isArray(value) || typeof value === 'string') return value.length;
  if (isTensor(value) && value.value.kind !== 'open') return value.value.shape[0] ?? 0;
  throw library.refuse('asks for the length of what is no list', site);
};

const copy: Builtin = (library, [value = []], site) => {
  if (value instanceof Dictionary) return [...value.entries.keys()];
  if (!Array.isArray(value)) throw library.refuse('makes a list of what is none', site);
  return [...value];
};

/** The least or largest of a list or of two numbers. */
const extreme = (name: 'min' | 'max'): Builtin => {
  return (library, args, site) => {
    const [first] = args;
    const values = Array.isArray(first) && args.length === 1 ? first : args;
    const numbers = values.filter((value) => typeof value === 'number');
    if (numbers.length < values.length || numbers.length === 0)
      throw library.refuse(`asks for the ${name} of what are no numbers`, site);
    return numbers.reduce((a, b) => Math[name](a, b));
  };
};

const append: Builtin = (library, [list = null, value = null], site) => {
  if (!Array.isArray(list) || list.length >= MAX_LIST)
    throw library.refuse('appends to what is no list', site);
  list.push(value);
  return list;
};

/** A value in a message. */
function textOf(value: AtenValue, depth = 0): string {
  if (Array.isArray(value))
    return depth > 2
      ? '…'
      : `[${value
          .slice(0, 8)
          .map((item) => textOf(item, depth + 1))
          .join(', ')}]`;
  if (typeof value === 'object' && value !== null) return '…';
  return String(value).slice(0, 1000);
}

/** Texts are for messages alone. */
const format: Builtin = (_, [text = '', ...args]) => {
  let next = 0;
  return textOf(text).replace(/\{\}/g, () => textOf(args[next++] ?? null));
};

const raise: Builtin = (library, [text = ''], site) => {
  throw library.refuse(`raises ${quote(textOf(text))} for an input of this shape`, site);
};

const getAttribute: Builtin = (library, [object = null, name = null], site) => {
  if (typeof name !== 'string') throw library.refuse('asks for an attribute without a name', site);
  return library.attribute(object, name, site);
};

/** A number or a list of numbers as a tensor. */
const tensor: Builtin = (library, [value = null], site) => {
  const list = Array.isArray(value) ? value : [value];
  const numbers = list.flatMap((item) =>
    typeof item === 'number' || typeof item === 'boolean' ? [Number(item)] : [],
  );
  if (numbers.length < list.length) throw library.refuse('makes a tensor of what are no numbers', site);
  return new TensorCell(knownConstant('float', Array.isArray(value) ? [list.length] : [], numbers));
};

const numbers = (name: string): Builtin => {
  return (library, args, site) => {
    const result = numberFunction(name, args);
    if (result === undefined) throw library.refuse(`calls ${name} of what are no numbers`, site);
    return result;
  };
};

/** The language's own. */
const LANGUAGE: Readonly<Record<string, Builtin>> = {
  int: whole,
  float: (library, args, site) => {
    const [text] = args;
    if (typeof text !== 'string') return scalar(library, args, site);
    return text.endsWith('inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
  },
  bool: truth,
  str: (_, [value = '']) => textOf(value),
  len: length,
  range,
  list: copy,
  getattr: getAttribute,
};

/** ops.prim. */
const PRIMITIVES: Readonly<Record<string, Builtin>> = {
  NumToTensor: same,
  RaiseException: raise,
  unchecked_unwrap_optional: same,
  data: same,
  dtype: () => 6, // torch.float32
  device: () => 'cpu',
  layout: () => 0,
  requires_grad: no,
  is_cuda: no,
  is_cpu: () => true,
  is_sparse: no,
  is_mkldnn: no,
  is_quantized: no,
  is_nested: no,
  is_meta: no,
  min: extreme('min'),
  max: extreme('max'),
  abs: numbers('abs'),
  rangelist: range,
};

/** torch's on what are no tensors. */
const TORCH: Readonly<Record<string, Builtin>> = {
  format,
  warn: nothing,
  append,
  list: copy,
  copy,
  range,
  __is__: (_, [a = null, b = null]) => a === b,
  __isnot__: (_, [a = null, b = null]) => a !== b,
  __not__: async (library, [value = null], site) => !(await library.truth(value, site)),
  __contains__: (_, [container = null, item = null]) => contains(container, item),
  __getitem__: (library, [value = null, index = null], site) => itemOf(library, value, index, site),
  keys: copy,
  values: (library, [value = null], site) => {
    if (!(value instanceof Dictionary))
      throw library.refuse('asks for the values of what is no dictionary', site);
    return [...value.entries.values()];
  },
  items: (library, [value = null], site) => {
    if (!(value instanceof Dictionary))
      throw library.refuse('asks for the items of what is no dictionary', site);
    return [...value.entries].map(([key, item]) => [key, item]);
  },
  len: length,
  Int: whole,
  IntImplicit: whole,
  Float: scalar,
  FloatImplicit: scalar,
  ScalarImplicit: scalar,
  item: scalar,
  Bool: truth,
  tensor,
  device: () => 'cpu',
  is_floating_point: () => true,
  is_grad_enabled: no,
  is_autocast_enabled: no,
};

/** "Net.forward (code/__torch__/nets.py, line 12)". */
export function placeIn({ routine: { name, file }, line }: Pick<Site, 'routine' | 'line'>): string {
  return `${quote(name).slice(1, -1)} (code/${quote(file).slice(1, -1)}, line ${line})`;
}
