import type { Message } from '../../../src/rpc';
import { revive } from './wire';

/** Runs in the page before its own scripts: VS Code's side of a webview, answered by the test. */

/** What the test exposes; null: answered here. */
declare function answer(name: string, input: unknown): Promise<unknown>;
/** What a test made ready in the page, for answers too large for the wire. */
declare global {
  interface Window {
    answers?: (name: string, input: unknown) => unknown;
    violations: string[];
    notify(notice: unknown): void;
  }
}

const STATE = 'state';
window.violations = [];
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
  window.violations.push(`${violatedDirective} ${blockedURI} ${sample}`);
});

const toPage = (message: Message): void => {
  window.postMessage(message, '*');
};
window.notify = (notice) => {
  toPage({ type: 'notice', notice });
};

async function onCall(message: Message): Promise<void> {
  if (message.type !== 'call') return;
  const { id, name, input } = message;
  try {
    const output = window.answers?.(name, input) ?? revive(await answer(name, input));
    toPage({ type: 'result', id, output });
  } catch (error) {
    const text = error instanceof Error ? error.message.replace(/^Error: /, '') : String(error);
    toPage({ type: 'failure', id, failure: { message: text, kind: 'input' } });
  }
}

Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: Message) => void onCall(message),
    getState: (): unknown => JSON.parse(sessionStorage.getItem(STATE) ?? 'null'),
    setState: (state: unknown) => {
      sessionStorage.setItem(STATE, JSON.stringify(state));
    },
  }),
});
