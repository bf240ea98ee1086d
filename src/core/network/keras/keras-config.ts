import { InputError } from '../../base/error';
import { isArray, type PlainRecord, type PlainValue } from '../../base/plain-value';
import { quote } from '../../base/text';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { Shape } from '../../tensor/shape';
import type { Sides } from '../ops/window';

/** The configuration of one layer, with Keras's defaults where a file of an older version says nothing. */
export class LayerConfig {
  constructor(
    readonly checkpoint: Checkpoint,
    readonly className: string,
    readonly values: PlainRecord,
    /** The names of the models it is in, and its own. */
    readonly path: readonly string[],
  ) {}

  get name(): string {
    return this.path.join('/');
  }

  get version(): string {
    return this.checkpoint.keras?.version ?? '3';
  }

  value(name: string): PlainValue | undefined {
    return this.values[name];
  }

  number(name: string, otherwise: number): number {
    const value = this.values[name] ?? otherwise;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.fail(name, 'a number');
  }

  truth(name: string, otherwise: boolean): boolean {
    const value = this.values[name] ?? otherwise;
    return typeof value === 'boolean' ? value : this.fail(name, 'true or false');
  }

  text<const T extends string>(name: string, ...known: readonly [T, ...T[]]): T {
    const value = this.values[name] ?? known[0];
    return known.find((one) => one === value) ?? this.fail(name, known.join(' or '));
  }

  /** Whole numbers from `least` on: one for both directions, or one for each. */
  pair(name: string, least: 0 | 1, otherwise: number | Sides): Sides {
    const value = this.values[name] ?? otherwise;
    const list: readonly PlainValue[] = typeof value === 'object' && isArray(value) ? value : [value];
    const [first, second = first, ...rest] = list;
    if (rest.length > 0 || !isWhole(first, least) || !isWhole(second, least))
      return this.fail(name, 'one or two sizes');
    return [first, second];
  }

  /** Whole numbers, e.g. axes; a single one counts as a list of one. */
  whole(name: string, otherwise: readonly number[]): readonly number[] {
    const value = this.values[name] ?? otherwise;
    const list: readonly PlainValue[] = typeof value === 'object' && isArray(value) ? value : [value];
    return list.every((one): one is number => isWhole(one, -1e6)) ? list : this.fail(name, 'whole numbers');
  }

  /** Lists of whole numbers; null where the value is none. */
  lists(name: string): readonly (readonly number[])[] | null {
    const value = this.values[name] ?? null;
    if (typeof value !== 'object' || value === null || !isArray(value)) return null;
    const all: readonly PlainValue[] = value;
    const inner = all.map((one) =>
      typeof one === 'object' && one !== null && isArray(one) ? this.#wholes(one) : null,
    );
    return inner.every((one) => one !== null) ? inner : null;
  }

  #wholes(list: readonly PlainValue[]): readonly number[] | null {
    return list.every((one): one is number => isWhole(one, -1e6)) ? list : null;
  }

  /** Numbers, in lists of lists of one as NumPy writes them, or alone. */
  numbers(name: string): readonly number[] {
    let value: PlainValue = this.values[name] ?? null;
    while (typeof value === 'object' && value !== null && isArray(value)) {
      const list: readonly PlainValue[] = value;
      if (list.every((one): one is number => typeof one === 'number')) return list;
      if (list.length !== 1) break;
      value = list[0] ?? null;
    }
    return typeof value === 'number' ? [value] : this.fail(name, 'numbers');
  }

  has(variable: string): boolean {
    return this.#candidates(variable).some((name) => this.checkpoint.tensors.has(name));
  }

  /** TF.js names a layer without the models that it is in. */
  #candidates(variable: string): string[] {
    return this.path.map((_, from) => [...this.path.slice(from), variable].join('/'));
  }

  /** The name of one of its variables in the checkpoint. @throws InputError where it is not there */
  tensor(variable: string): string {
    const candidates = this.#candidates(variable);
    const found = candidates.find((name) => this.checkpoint.tensors.has(name));
    if (found !== undefined) return found;
    throw new InputError(
      this.checkpoint.path,
      `has no tensor ${quote(candidates[0] ?? variable)} for its layer ${quote(this.name)} (${this.className})`,
      `Its tensors are ${[...this.checkpoint.tensors.keys()].slice(0, 8).join(', ')}`,
    );
  }

  shapeOf(tensor: string): Shape {
    return this.checkpoint.tensors.get(tensor)?.shape ?? [];
  }

  /** @param wanted what could be analyzed in its place */
  fail(name: string, wanted: string): never {
    const value = JSON.stringify(this.values[name] ?? null).slice(0, 80);
    throw new InputError(
      this.checkpoint.path,
      `${name} of layer ${quote(this.name)} (${this.className}) is ${value}; only ${wanted} can be analyzed`,
    );
  }

  refuse(problem: string, remedy?: string): InputError {
    return new InputError(
      this.checkpoint.path,
      `layer ${quote(this.name)} (${this.className}) ${problem}`,
      remedy,
    );
  }
}

function isWhole(value: PlainValue | undefined, least: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}
