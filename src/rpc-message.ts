import { CancelledError, InputError, type Subject } from './core/base/error';

/** What travels between the two ends of rpc.ts. */

/** An error as plain data; `cancelled` is no failure. */
export interface Failure {
  readonly message: string;
  readonly stack?: string | undefined;
  /** `input`: what the user gave is wrong, and the message is for them. `fault`: ours, worth a look at the stack. */
  readonly kind: 'input' | 'cancelled' | 'fault';
  /** Of `input`: what the user would choose otherwise. */
  readonly about?: Subject | undefined;
}

export type Message =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'event'; readonly id: number; readonly event: unknown }
  | { readonly type: 'result'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly type: 'notice'; readonly notice: unknown };

/** One end of a channel: a worker, a worker's parent, a webview or its page. */
export interface Port {
  /** @param transfer given away instead of copied, where the channel can */
  post(message: Message, transfer?: readonly ArrayBuffer[]): void;
  /** Adds a handler. Who is at the other end is not trusted: messages are checked before they are used. */
  onMessage(handler: (message: unknown) => void): void;
  close(): void;
}

/** What the other side failed with. Passed on by `serve`, it keeps its kind. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly kind: Failure['kind'];
  readonly about: Failure['about'];

  constructor({ message, stack, kind, about }: Failure) {
    super(message);
    this.kind = kind;
    this.about = about;
    // Where it went wrong over there says more than where it arrived.
    if (stack !== undefined) this.stack = stack;
  }
}

export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), kind: 'fault' };
  const about = error instanceof InputError || error instanceof RemoteError ? error.about : undefined;
  return { message: error.message, stack: error.stack, kind: kindOf(error), about };
}

function kindOf(error: Error): Failure['kind'] {
  if (error instanceof RemoteError) return error.kind;
  if (error instanceof InputError) return 'input';
  // What an aborted AbortSignal makes Node's and the browser's own functions throw.
  return error instanceof CancelledError || error.name === 'AbortError' ? 'cancelled' : 'fault';
}

/** Other messages may pass through the same window or port. What a message carries is the business of who takes it. */
export function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  if (value.type === 'notice') return 'notice' in value;
  if (!('id' in value) || typeof value.id !== 'number') return false;
  switch (value.type) {
    case 'call':
      return 'name' in value && typeof value.name === 'string';
    case 'failure':
      return 'failure' in value && typeof value.failure === 'object' && value.failure !== null;
    case 'cancel':
    case 'event':
    case 'result':
      return true;
    default:
      return false;
  }
}
