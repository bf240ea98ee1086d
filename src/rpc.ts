import { CancelledError, InputError, throwIfCancelled } from './core/base/error';

/**
 * One small RPC for worker and webview alike: calls with a result or an error, events while they run, cancellation, and
 * notices from the answering side that no call asked for. Both sides are described by an interface of methods; what
 * travels is plain data. Nothing here needs Node or a browser.
 *
 * Why not vscode-jsonrpc: it copies buffers, drops stacks, has no port for a webview, and takes 58 kB of a page, not 3.
 */

/** A method: what it is given, what it answers, what it tells while it runs. */
export interface Method<Input, Output, Event = never> {
  readonly input: Input;
  readonly output: Output;
  readonly event: Event;
}

/** An interface whose members are all methods, such as HostMethods. */
export type MethodTable<M> = { readonly [K in keyof M]: Method<unknown, unknown, unknown> };

// ---- what travels ------------------------------------------------------------------------------------------------

/** An error as plain data: its class does not survive being sent. */
export interface Failure {
  readonly message: string;
  readonly stack?: string | undefined;
  /** `input`: what the user gave is wrong, and the message is for them. `fault`: ours, worth a look at the stack. */
  readonly kind: 'input' | 'cancelled' | 'fault';
  /** Of `input`: what the InputError is made of. */
  readonly input?: Pick<InputError, 'where' | 'problem' | 'remedy' | 'about'> | undefined;
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

/** A worker, or the port to its parent, as node:worker_threads has them. */
type Thread = {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  on(event: 'message', handler: (message: unknown) => void): unknown;
} & ({ terminate(): unknown } | { close(): void });

/** The end of a channel at a worker thread, or in one. */
export function portOf(thread: Thread): Port {
  return {
    post: (message, transfer = []) => {
      thread.postMessage(message, transfer);
    },
    onMessage: (handler) => thread.on('message', handler),
    close: () => {
      if ('terminate' in thread) void thread.terminate();
      else thread.close();
    },
  };
}

/** A fault at the other side. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
}

/** What an error is, be it of this side or of the other. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), kind: 'fault' };
  const { message, stack } = error;
  if (error instanceof InputError) {
    const { where, problem, remedy, about } = error;
    return { message, stack, kind: 'input', input: { where, problem, remedy, about } };
  }
  // AbortError is what an aborted AbortSignal makes Node's and the browser's own functions throw.
  const cancelled = error instanceof CancelledError || error.name === 'AbortError';
  return { message, stack, kind: cancelled ? 'cancelled' : 'fault' };
}

/** What it was at the other side: an InputError, a CancelledError, else a RemoteError. */
export function fromFailure({ message, stack, kind, input }: Failure): Error {
  let error: Error;
  if (input !== undefined) error = new InputError(input.where, input.problem, input.remedy, input.about);
  else error = kind === 'cancelled' ? new CancelledError() : new RemoteError(message);
  // Where it went wrong over there says more than where it arrived.
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Other messages may pass through the same window or port. What a message carries is the business of who takes it. */
function isMessage(value: unknown): value is Message {
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

// ---- the calling side --------------------------------------------------------------------------------------------

export interface CallOptions<Event> {
  readonly onEvent?: ((event: Event) => void) | undefined;
  /** Aborting asks the other side to stop; the call ends once it has, so that nothing goes on unseen. */
  readonly signal?: AbortSignal | undefined;
}

export interface Connection<M extends MethodTable<M>, Notice = never> {
  /**
   * @throws InputError and CancelledError as the other side threw them, RemoteError for its faults; CancelledError when
   *   `signal` was aborted in time
   */
  call<K extends keyof M & string>(
    name: K,
    input: M[K]['input'],
    options?: CallOptions<M[K]['event']>,
  ): Promise<M[K]['output']>;
  onNotice(handler: (notice: Notice) => void): void;
  /** Closes the port; what is under way, and any later call, fails with the reason. */
  close(reason?: Error): void;
}

interface Pending {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: ((event: never) => void) | undefined;
}

/** Makes the methods served at the other end callable. */
export function connect<M extends MethodTable<M>, Notice = never>(port: Port): Connection<M, Notice> {
  const pending = new Map<number, Pending>();
  const listeners: ((notice: never) => void)[] = [];
  let next = 0;
  let closed: Error | null = null;

  port.onMessage((message) => {
    if (!isMessage(message)) return;
    if (message.type === 'notice') {
      for (const listener of listeners) listener(message.notice as never); // the other end serves the same interface
      return;
    }
    const call = pending.get(message.id);
    if (message.type === 'event') call?.onEvent?.(message.event as never); // likewise
    if (message.type !== 'result' && message.type !== 'failure') return;
    pending.delete(message.id);
    if (message.type === 'result') call?.resolve(message.output);
    else call?.reject(fromFailure(message.failure));
  });

  return {
    async call(name, input, { onEvent, signal } = {}) {
      if (closed !== null) throw closed;
      throwIfCancelled(signal);
      const id = next++;
      const cancel = (): void => {
        port.post({ type: 'cancel', id });
      };
      signal?.addEventListener('abort', cancel);
      try {
        return await new Promise((resolve, reject) => {
          // A method is answered with that method's output.
          pending.set(id, { resolve, reject, onEvent });
          port.post({ type: 'call', id, name, input });
        });
      } finally {
        pending.delete(id);
        signal?.removeEventListener('abort', cancel);
      }
    },
    onNotice(handler) {
      listeners.push(handler);
    },
    close(reason = new CancelledError()) {
      if (closed !== null) return;
      closed = reason;
      for (const { reject } of pending.values()) reject(reason);
      port.close();
    },
  };
}

// ---- the answering side ------------------------------------------------------------------------------------------

/** What a handler knows of the call it answers. */
export interface CallContext<Event> {
  /** Aborted when the caller no longer wants the answer; a handler that stops then throws CancelledError. */
  readonly signal: AbortSignal;
  readonly emit: (event: Event) => void;
  /** Gives buffers of the answer away instead of copying them. */
  readonly transfer: (...buffers: readonly ArrayBuffer[]) => void;
}

export type Handlers<M extends MethodTable<M>> = {
  readonly [K in keyof M]: (
    input: M[K]['input'],
    call: CallContext<M[K]['event']>,
  ) => M[K]['output'] | Promise<M[K]['output']>;
};

export interface Server<Notice> {
  /** Tells the caller something no call asked for. */
  notify(notice: Notice): void;
  /** Aborts what is under way and closes the port. */
  close(): void;
}

/** Answers calls. Inputs are as the caller sent them: a handler whose caller is not trusted checks them itself. */
export function serve<M extends MethodTable<M>, Notice = never>(
  port: Port,
  handlers: Handlers<M>,
): Server<Notice> {
  const running = new Map<number, AbortController>();
  let open = true;

  const post = (message: Message, transfer?: readonly ArrayBuffer[]): void => {
    if (open) port.post(message, transfer);
  };

  const answer = async (id: number, name: string, input: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const transfer: ArrayBuffer[] = [];
    const call: CallContext<unknown> = {
      // Made when it is asked for: it costs as much as a tenth of a message.
      get signal() {
        return controller.signal;
      },
      emit: (event) => {
        post({ type: 'event', id, event });
      },
      transfer: (...buffers) => void transfer.push(...buffers),
    };
    try {
      // Own members only: "constructor" is no method. Names and inputs go together by the interface.
      if (!Object.hasOwn(handlers, name)) throw new Error(`there is no method ${JSON.stringify(name)}`);
      const handler = handlers[name as keyof M];
      post({ type: 'result', id, output: await handler(input, call) }, transfer);
    } catch (error) {
      post({ type: 'failure', id, failure: toFailure(error) });
    } finally {
      running.delete(id);
    }
  };

  port.onMessage((message) => {
    if (!open || !isMessage(message)) return;
    if (message.type === 'call') void answer(message.id, message.name, message.input);
    if (message.type === 'cancel') running.get(message.id)?.abort();
  });

  return {
    notify: (notice) => {
      post({ type: 'notice', notice });
    },
    close() {
      open = false;
      for (const controller of running.values()) controller.abort();
      port.close();
    },
  };
}
