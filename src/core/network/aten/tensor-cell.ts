import type { Value } from '../onnx/graph-value';

/** The input before its shape is known: what is done to it first tells, or the data does. */
export interface OpenInput {
  readonly kind: 'open';
  /** Whether a sample has been flattened. */
  readonly flat: boolean;
}

/** Tensors that see the same memory, and how often it was written to. */
interface Memory {
  version: number;
}

/**
 * A tensor of the program. Operators in place change it, for every name it has; other tensors that see the same memory in
 * another shape are not followed, but refused from then on.
 */
export class TensorCell {
  #value: Value | OpenInput;
  readonly #memory: Memory;
  #version: number;

  /** @param of the tensor it is a view of */
  constructor(value: Value | OpenInput, of?: TensorCell) {
    this.#value = value;
    this.#memory = of === undefined ? { version: 0 } : of.#memory;
    this.#version = this.#memory.version;
  }

  get value(): Value | OpenInput {
    return this.#value;
  }

  /** Whether its memory was written to by another tensor. */
  get isStale(): boolean {
    return this.#version !== this.#memory.version;
  }

  /** Changes it in place. */
  write(value: Value | OpenInput): void {
    this.#memory.version++;
    this.#version = this.#memory.version;
    this.#value = value;
  }
}

/** What a program has besides, modules for one: operators take none of it. */
export abstract class ForeignValue {
  /** What it is, for messages. */
  abstract readonly what: string;
}

/** What a program's expressions are worth. Lists and tuples are arrays. */
export type AtenValue = null | boolean | number | string | TensorCell | AtenValue[] | ForeignValue;

export function isTensor(value: unknown): value is TensorCell {
  return value instanceof TensorCell;
}
