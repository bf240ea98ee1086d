/**
 * One small RPC for worker and webview alike: calls with a result or an error, events while they run, cancellation. Both
 * sides are described by an interface of methods; what travels is plain data.
 */

/** A method: what it is given, what it answers, what it tells while it runs. */
export interface Method<Input, Output, Event = never> {
  readonly input: Input;
  readonly output: Output;
  readonly event: Event;
}

/** An error as plain data; `cancelled` is no failure. */
export interface Failure {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly kind: 'input' | 'cancelled' | 'fault';
}

export type Message =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'event'; readonly id: number; readonly event: unknown }
  | { readonly type: 'result'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: Failure };
