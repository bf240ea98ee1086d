import type { Port } from '../src/rpc';

/** What VS Code gives a webview's page, once. */
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

/** What the page kept before it was hidden or reloaded. */
export function restore(): unknown {
  return api.getState();
}

export function keep(state: unknown): void {
  api.setState(state);
}
