/** What ends something; vscode.Disposable is one. */
export interface Disposable {
  dispose(): unknown;
}

/** An event in the shape of vscode.Event, for the modules that know no vscode. */
export class Signal<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly on = (listener: (value: T) => void): Disposable => {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
