import { InputError } from '../base/error';
import type { ModuleNode, PlainValue } from '../checkpoint/checkpoint';
import type { Pair } from './layer-tensors';

/**
 * The attributes of one pickled module, with PyTorch's defaults where one is absent, as in files from before there was
 * it. InputError names the module and the attribute that is not what it can be.
 */
export class ModuleAttributes {
  constructor(
    private readonly file: string,
    private readonly module: ModuleNode,
  ) {}

  number(name: string, otherwise: number): number {
    const value = this.#get(name) ?? otherwise;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.fail(name, 'a number');
  }

  size(name: string, otherwise: number): number {
    const value = this.#get(name) ?? otherwise;
    return isSize(value, 1) ? value : this.fail(name, 'a size');
  }

  /** A size for both directions, or one for each. */
  pair(name: string, least: 0 | 1, otherwise?: number | Pair): Pair {
    const value = this.#get(name) ?? otherwise ?? null;
    const [vertical, horizontal, ...rest] = isList(value) ? value : [value, value];
    if (rest.length > 0 || !isSize(vertical, least) || !isSize(horizontal, least))
      return this.fail(name, 'one or two sizes');
    return [vertical, horizontal];
  }

  /** A convolution's: sizes or a word. */
  padding(): Pair | 'same' {
    const word = this.#get('padding');
    if (word === 'same') return word;
    return word === 'valid' ? [0, 0] : this.pair('padding', 0, 0);
  }

  /** How many sizes a list has. */
  length(name: string): number {
    const value = this.#get(name);
    return isList(value) ? value.length : this.fail(name, 'a list');
  }

  /** One of what it may be, the default first. */
  choice<const T extends string | number | boolean | null>(name: string, ...known: readonly [T, ...T[]]): T {
    const value = this.#get(name);
    if (value === undefined) return known[0];
    const index = known.findIndex((one) => one === value);
    return index < 0 ? this.fail(name, known.map(String).join(' or ')) : known[index]!;
  }

  fail(name: string, wanted: string): never {
    const { path, attributes } = this.module;
    const value = JSON.stringify(attributes[name] ?? null).slice(0, 80);
    throw new InputError(this.file, `${name} of module ${path} is ${value}; only ${wanted} can be analyzed`);
  }

  #get(name: string): PlainValue | undefined {
    return this.module.attributes[name];
  }
}

function isList(value: PlainValue | undefined): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function isSize(value: PlainValue | undefined, least: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}
