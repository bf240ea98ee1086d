import { Worker } from 'node:worker_threads';
import type * as vscode from 'vscode';
import type { HostMethods } from '../protocol';
import { type CallOptions, connect, type Connection, fromFailure, portOf } from '../rpc';

interface HostOptions {
  /** dist/host.cjs. */
  readonly script: string;
  /** The worker ended without being asked to. */
  readonly onCrash: (error: Error) => void;
  readonly onOutput: (text: string) => void;
}

/** The worker that computes: started by the first call, and again by the first one after it crashed. */
export class Host {
  #connection: Connection<HostMethods> | null = null;

  constructor(readonly options: HostOptions) {}

  call<K extends keyof HostMethods>(
    name: K,
    input: HostMethods[K]['input'],
    options?: CallOptions<HostMethods[K]['event']>,
  ): Promise<HostMethods[K]['output']> {
    this.#connection ??= this.#start();
    return this.#connection.call(name, input, options);
  }

  dispose(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  #start(): Connection<HostMethods> {
    const worker = new Worker(this.options.script, { stdout: true, stderr: true });
    const connection = connect<HostMethods>(portOf(worker));
    const end = (reason: string, cause?: unknown): void => {
      if (this.#connection !== connection) return; // closed by us, or told already
      this.#connection = null;
      const stack = cause instanceof Error ? cause.stack : undefined;
      const error = fromFailure({
        kind: 'fault',
        message: `The analysis worker crashed: ${reason}`,
        stack,
      });
      connection.close(error);
      this.options.onCrash(error);
    };
    worker.on('error', (error: unknown) => {
      end(error instanceof Error ? error.message : String(error), error);
    });
    worker.on('exit', (code) => {
      end(`exit code ${code}`);
    });
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', this.options.onOutput);
    }
    return connection;
  }
}

/** Cancellation as VS Code has it, in the form in which calls take it: the signal aborts with the token. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  if (token.isCancellationRequested) abort();
  else token.onCancellationRequested(abort);
  return controller.signal;
}
