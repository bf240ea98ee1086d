import type { ByteCursor } from './cursor';
import {
  Global,
  type Known,
  Opaque,
  PickleFault,
  type PickleValue,
  Stateful,
  Stub,
  type Workshop,
} from './value';

/** A stack with marks on it. */
class PickleStack {
  readonly #values: PickleValue[] = [];
  /** Heights of the stack. Nothing below the last one may be popped. */
  readonly #marks: number[] = [];

  push(value: PickleValue): this {
    this.#values.push(value);
    return this;
  }

  pop(): PickleValue {
    const value = this.top();
    this.#values.pop();
    return value;
  }

  popMany(count: number): PickleValue[] {
    if (this.#values.length - count < (this.#marks.at(-1) ?? 0)) throw new PickleFault('the stack is empty');
    return this.#values.splice(this.#values.length - count);
  }

  popMark(): PickleValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw new PickleFault('there is no mark');
    return this.#values.splice(height);
  }

  top(): PickleValue {
    const value = this.#values.length > (this.#marks.at(-1) ?? 0) ? this.#values.at(-1) : undefined;
    if (value === undefined) throw new PickleFault('the stack is empty');
    return value;
  }

  mark(): this {
    this.#marks.push(this.#values.length);
    return this;
  }

  /** POP takes a mark if one is on top. */
  discard(): this {
    if (this.#marks.at(-1) === this.#values.length) this.#marks.pop();
    else this.pop();
    return this;
  }
}

/**
 * Opcodes and copied values together. The costliest opcode makes an empty Map: 1.2 GB and three seconds at the most.
 */
const MAX_WORK = 5_000_000;
const MAX_PROTOCOL = 5;
const MAX_NAME = 500;
/** Modules that Python 3 renamed. */
const MOVED = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
]);

/**
 * The state of a pickle being read, with one method per kind of opcode. A method that returns `this` pushes no value
 * itself.
 */
export class Machine extends PickleStack implements Workshop {
  running = true;
  readonly stubs = new Set<string>();
  readonly #memo = new Map<number | bigint, PickleValue>();
  #work = MAX_WORK;

  constructor(
    readonly cursor: ByteCursor,
    private readonly known: Known,
    private readonly resolve: ((id: PickleValue) => PickleValue) | undefined,
    /** Reads a pickle that begins where the cursor is. */
    private readonly inner: () => PickleValue,
  ) {
    super();
  }

  spend(units: number): void {
    this.#work -= units;
    if (this.#work < 0) throw new PickleFault(`more than ${MAX_WORK} values`);
  }

  stop(): this {
    this.running = false;
    return this;
  }

  /** Frames only help to read ahead. */
  frame(length: number): this {
    this.cursor.require(length);
    return this;
  }

  protocol(version: number): this {
    if (version > MAX_PROTOCOL) throw new PickleFault(`protocol ${version} is newer than ${MAX_PROTOCOL}`);
    return this;
  }

  remember(key: number | bigint): this {
    this.#memo.set(key, this.top());
    return this;
  }

  memoize(): this {
    this.remember(this.#memo.size);
    return this;
  }

  recall(key: number | bigint): PickleValue {
    const value = this.#memo.get(key);
    if (value === undefined) throw new PickleFault(`nothing was remembered as ${key}`);
    return value;
  }

  dictionary(): PickleValue {
    const items = this.popMark();
    const map = new Map<PickleValue, PickleValue>();
    this.push(map);
    this.setItems(items);
    return this.pop();
  }

  /** Into the list, set or stub on top. */
  extend(items: PickleValue[]): this {
    const target = this.top();
    if (target instanceof Stub) target.items ??= [];
    const list = target instanceof Stub ? target.items : target;
    if (Array.isArray(list)) for (const item of items) list.push(item);
    else if (list instanceof Set) for (const item of items) list.add(item);
    else throw new PickleFault('items are added to what is not a list');
    return this;
  }

  /** Keys and values in turn, into the dictionary or stub on top. */
  setItems(items: PickleValue[]): this {
    const target = this.top();
    if (target instanceof Stub) target.entries ??= new Map();
    const map = target instanceof Stub ? target.entries : target;
    if (!(map instanceof Map)) throw new PickleFault('a key is set on what is not a dictionary');
    if (items.length % 2 !== 0) throw new PickleFault('a key has no value');
    for (let i = 0; i < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
    return this;
  }

  global(module: string, name: string): PickleValue {
    // A pickle can use a remembered text again and again: joining long ones would take memory without end.
    if (module.length + name.length > MAX_NAME) throw new PickleFault('a name is too long');
    const full = `${MOVED.get(module) ?? module}.${name}`;
    const known = this.known.get(full);
    if (known instanceof Opaque) return known;
    if (known === undefined) this.stubs.add(full);
    return new Global(full, known);
  }

  stackGlobal(): PickleValue {
    const name = this.pop();
    const module = this.pop();
    if (typeof module !== 'string' || typeof name !== 'string') throw new PickleFault('a name is not text');
    return this.global(module, name);
  }

  /** A number that stands for a global in a registry that only the writer has. */
  extension(code: number): PickleValue {
    return this.global('copyreg', `extension_${code}`);
  }

  call(callee: PickleValue, args: readonly PickleValue[]): PickleValue {
    if (!(callee instanceof Opaque)) throw new PickleFault('what is called is not a class or function');
    if (callee instanceof Stub) return new Stub(callee.name, args);
    if (!(callee instanceof Global)) return new Stub(callee.describe(), args);
    const built = callee.builder?.(args, this);
    if (built === undefined && callee.builder !== undefined) this.stubs.add(callee.name);
    return built ?? new Stub(callee.name, args);
  }

  /** REDUCE and NEWOBJ: a callable and a tuple. */
  reduce(): PickleValue {
    const args = this.pop();
    const callee = this.pop();
    if (!Array.isArray(args)) throw new PickleFault('the arguments are not a tuple');
    return this.call(callee, args);
  }

  /** Keyword arguments are kept as one last dictionary. */
  newObjectEx(): PickleValue {
    const keywords = this.pop();
    const args = this.pop();
    const callee = this.pop();
    if (!Array.isArray(args)) throw new PickleFault('the arguments are not a tuple');
    this.spend(args.length);
    return this.call(callee, keywords instanceof Map && keywords.size > 0 ? [...args, keywords] : args);
  }

  instance(module: string, name: string): PickleValue {
    return this.call(this.global(module, name), this.popMark());
  }

  object(): PickleValue {
    const [callee, ...args] = this.popMark();
    if (callee === undefined) throw new PickleFault('there is no class');
    return this.call(callee, args);
  }

  /** State for what keeps one. Attributes set on a class, a dictionary or a tensor are of no use here. */
  build(): this {
    const state = this.pop();
    const target = this.top();
    if (!(target instanceof Stateful)) return this;
    target.setState(state, { take: (length) => this.cursor.take(length), pickle: this.inner });
    this.pop();
    return this.push(target.standsFor());
  }

  persistent(id: PickleValue): PickleValue {
    if (this.resolve === undefined) throw new PickleFault('it refers to something outside of the pickle');
    return this.resolve(id);
  }
}
