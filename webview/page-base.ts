import type { Port } from '../src/rpc';

/** What every page has: its channel to the extension, what it keeps, its state and how it speaks. */

/** What VS Code gives the page of a webview, once. */
interface CodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): CodeApi;

const api = acquireVsCodeApi();

/** The page's end of the channel to the extension. */
export const port: Port = {
  post: (message) => {
    api.postMessage(message);
  },
  onMessage: (handler) => {
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      handler(data);
    });
  },
  close: () => undefined, // the page ends with its window
};

/** What the page kept before VS Code hid or reloaded it; undefined: nothing. */
export function restore(): unknown {
  return api.getState();
}

/** @param state plain data, which outlives the page */
export function keep(state: unknown): void {
  api.setState(state);
}

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

/**
 * Scrolls the page to where it was, and then tells where it is. The page grows while its content arrives, so it is
 * scrolled again until it is long enough or the user takes over.
 *
 * @param top where the page was, in pixels
 * @param onRest told whenever scrolling ends
 */
export function followScroll(page: Element, top: number, onRest: (top: number) => void): void {
  const given = new AbortController();
  const growth = new ResizeObserver(() => {
    scrollTo(0, top);
    if (scrollY >= top - 1) given.abort();
  });
  given.signal.addEventListener('abort', () => {
    growth.disconnect();
    addEventListener('scrollend', () => {
      onRest(scrollY);
    });
  });
  for (const type of ['wheel', 'pointerdown', 'keydown'])
    addEventListener(
      type,
      () => {
        given.abort();
      },
      { signal: given.signal, passive: true },
    );
  growth.observe(page);
}

const announcer = document.createElement('div');
announcer.className = 'hidden';
announcer.role = 'status';
announcer.ariaLive = 'polite';

/** Says a sentence through assistive technology. The focus stays where it is. */
export function announce(sentence: string): void {
  if (!announcer.isConnected) document.body.append(announcer);
  announcer.textContent = sentence;
}
