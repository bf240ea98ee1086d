import { Worker } from 'node:worker_threads';
import { CancelledError } from '../core/base/error';
import { Queue } from '../queue';
import { connect, type Connection, type MethodTable, portOf } from '../rpc';

/** A worker thread died: out of memory, or a fault of ours. The message says which. */
export class WorkerCrashError extends Error {
  override readonly name = 'WorkerCrashError';
}

/**
 * Worker threads that do tasks, first come, first served. When one dies, everything under way fails with a
 * WorkerCrashError and the pool is of no more use; closing it fails what is under way as cancelled.
 *
 * Why not piscina: it has no task for every thread (each has an engine of its own), and an InputError comes as an Error.
 */
export class WorkerPool<M extends MethodTable<M>> {
  readonly #workers: readonly Worker[];
  readonly #connections: readonly Connection<M>[];
  /** A lane for each worker: a task that waits here can still be taken by whichever is free first. */
  readonly #queue: Queue;
  #isOver = false;

  /** @param script a bundled module that serves M on its parent port */
  constructor(
    script: string,
    readonly size: number,
  ) {
    this.#queue = new Queue(size);
    this.#workers = Array.from({ length: size }, (_, i) => new Worker(script, { name: `modscope ${i + 1}` }));
    this.#connections = this.#workers.map((worker, index) => {
      worker.on('error', (error) => {
        this.#crash(index, error.message);
      });
      worker.on('exit', (code) => {
        this.#crash(index, `exit code ${code}`);
      });
      return connect<M>(portOf(worker));
    });
  }

  /** Whether it was closed or a worker died. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Does a task on any worker that is free. */
  run<K extends keyof M & string>(task: K, input: M[K]['input']): Promise<M[K]['output']> {
    return this.#queue.add(({ lane }) => this.#connections[lane]!.call(task, input));
  }

  /** Does a task on every worker. */
  runOnEach<K extends keyof M & string>(task: K, input: M[K]['input']): Promise<M[K]['output'][]> {
    return Promise.all(
      this.#connections.map((worker, lane) => this.#queue.add(() => worker.call(task, input), { lane })),
    );
  }

  /** Ends the threads, even in the middle of a product. */
  async close(): Promise<void> {
    this.#end(new CancelledError());
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #crash(index: number, reason: string): void {
    const which = `Worker thread ${index + 1} of ${this.size} died (${reason})`;
    this.#end(new WorkerCrashError(`${which}. Try again with fewer workers or samples`));
  }

  /** Ends the threads; what is under way, what waits and what comes fails for the first reason given. */
  #end(reason: Error): void {
    this.#isOver = true;
    for (const connection of this.#connections) connection.close(reason);
  }
}
