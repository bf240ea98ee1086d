import { PickleFault, type PickleValue } from './value';

/** A stack with marks on it. */
export class PickleStack {
  readonly #values: PickleValue[] = [];
  /** Heights; nothing below the last one may be popped. */
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
