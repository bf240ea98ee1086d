/** Holds a state and tells of its changes, once for all changes of one turn. */
export class Store<S extends object> {
  #state: S;
  #pending = false;
  readonly #listeners: ((state: S) => void)[] = [];

  constructor(state: S) {
    this.#state = state;
  }

  get state(): S {
    return this.#state;
  }

  onChange(listener: (state: S) => void): void {
    this.#listeners.push(listener);
  }

  update(changes: Readonly<Partial<S>>): void {
    this.#state = { ...this.#state, ...changes };
    if (this.#pending) return;
    this.#pending = true;
    queueMicrotask(() => {
      this.#pending = false;
      for (const listener of this.#listeners) listener(this.#state);
    });
  }
}
