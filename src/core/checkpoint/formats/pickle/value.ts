/**
 * What a pickle can hold. Tuples and lists are arrays, dictionaries are Maps (so that no key is special), sets
 * are Sets, bytes are views of the pickle, integers past 2⁵³ are bigints.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | Opaque;

/** A dictionary out of a pickle. */
export type PickleDictionary = ReadonlyMap<PickleValue, PickleValue>;

/** An object with a class of its own. It says what it is and does nothing. */
export abstract class Opaque {
  /** What people read in its place: "<pathlib.PosixPath logs>". */
  abstract describe(): string;
}

/** A class or function the pickle names, not looked up anywhere. */
export class Global extends Opaque {
  constructor(
    readonly name: string,
    /** How a call of it is understood, if it is. */
    readonly builder?: Builder,
  ) {
    super();
  }

  describe(): string {
    return `<${this.name}>`;
  }
}

/** What follows an opcode in the pickle: bytes, or a pickle in the pickle. */
export interface Following {
  take(length: number): Uint8Array;
  pickle(): PickleValue;
}

/** An object that BUILD gives a state. */
export abstract class Stateful extends Opaque {
  /** @param following for an object that keeps its values behind the opcode, as joblib writes arrays */
  abstract setState(state: PickleValue, following: Following): void;

  /** What it is once it has its state: itself, unless it was a wrapper. */
  standsFor(): PickleValue {
    return this;
  }
}

/** Stands for the result of calling something unknown: its name, and all that the pickle gave it. */
export class Stub extends Stateful {
  /** The object's attributes, or whatever its `__setstate__` would have received. */
  state: PickleValue = null;
  /** What was appended, if it is a kind of list or set. */
  items: PickleValue[] | undefined;
  /** What was set by key, if it is a kind of dictionary. */
  entries: Map<PickleValue, PickleValue> | undefined;

  constructor(
    readonly name: string,
    readonly args: readonly PickleValue[],
  ) {
    super();
  }

  setState(state: PickleValue): void {
    this.state = state;
  }

  /**
   * Attributes by name; none where the state is something else. With `__slots__` the state is a pair of dictionaries.
   */
  attributes(): PickleDictionary {
    const parts = Array.isArray(this.state) ? this.state.slice(0, 2) : [this.state];
    const found = parts.find(
      (part): part is Map<PickleValue, PickleValue> => part instanceof Map && part.size > 0,
    );
    return found ?? new Map<PickleValue, PickleValue>();
  }

  /** Shows the first plain arguments: they say which path it is, or which member of an enumeration. */
  describe(): string {
    const words = this.args.slice(0, 8).flatMap((arg) => {
      if (arg instanceof Global) return [arg.name];
      return typeof arg === 'string' || typeof arg === 'number' ? [String(arg).slice(0, 100)] : [];
    });
    const detail = this.name.startsWith('pathlib.') ? words.join('/').replace('//', '/') : words.join(' ');
    return detail === '' ? `<${this.name}>` : `<${this.name} ${detail}>`;
  }
}

/** What a builder may use. It spends the pickle's budget of work, so that no call can copy without end. */
export interface Workshop {
  /** @param units values copied; 64 bytes count as one */
  spend(units: number): void;
  call(callee: PickleValue, args: readonly PickleValue[]): PickleValue;
}

/** Makes the value of a call. @returns undefined where it does not know such arguments: the call stays a stub */
export type Builder = (args: readonly PickleValue[], workshop: Workshop) => PickleValue | undefined;

/** Calls that are understood, and constants, by full name. Everything else stays inert. */
export type Known = ReadonlyMap<string, Builder | Opaque>;

/** Something is wrong in the pickle. `unpickle` turns it into an InputError that says the file, opcode and place. */
export class PickleFault extends Error {}
