import type { PanelMethods, PanelNotice } from '../../src/protocol';
import { connect, type Connection } from '../../src/rpc';

/** What VS Code gives a page. */
interface CodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): CodeApi;

export interface Host extends Connection<PanelMethods, PanelNotice> {
  /** What the page kept before it was hidden or reloaded. */
  restore(): unknown;
  keep(state: unknown): void;
}

export function openHost(): Host {
  const api = acquireVsCodeApi();
  const connection = connect<PanelMethods, PanelNotice>({
    post: (message) => {
      api.postMessage(message);
    },
    onMessage: (handler) => {
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        handler(data);
      });
    },
    close: () => undefined, // the page ends with its window
  });
  return {
    ...connection,
    restore: () => api.getState(),
    keep: (state) => {
      api.setState(state);
    },
  };
}
