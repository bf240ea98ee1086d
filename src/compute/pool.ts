import { Worker } from 'node:worker_threads';
import { CancelledError } from '../core/base/error';
import { fromFailure, type Request, type Response } from './messages';
import type { TaskName, Tasks } from './tasks';

/** A worker thread died: out of memory, or a fault of ours. The message says which. */
export class WorkerCrashError extends Error {
  override readonly name = 'WorkerCrashError';
}

interface Job {
  readonly request: Request;
  /** The worker that has to do it; any free one where null. */
  readonly worker: number | null;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Worker threads that do tasks, first come, first served. When one dies, everything under way fails with a
 * WorkerCrashError and the pool is of no more use; closing it fails what is under way as cancelled.
 */
export class WorkerPool {
  readonly #workers: readonly Worker[];
  readonly #current: (Job | null)[];
  readonly #queue: Job[] = [];
  #over: Error | null = null;

  /** @param script the bundled worker.ts */
  constructor(
    script: string,
    readonly size: number,
  ) {
    this.#current = Array.from({ length: size }, () => null);
    this.#workers = this.#current.map((_, index) => {
      const worker = new Worker(script, { name: `modscope ${index + 1}` });
      worker.on('message', (response: Response) => {
        this.#answer(index, response);
      });
      worker.on('error', (error) => {
        this.#crash(index, error.message);
      });
      worker.on('exit', (code) => {
        this.#crash(index, `exit code ${code}`);
      });
      return worker;
    });
  }

  /** Whether it was closed or a worker died. */
  get isOver(): boolean {
    return this.#over !== null;
  }

  /** Does a task on any worker that is free. */
  run<T extends TaskName>(task: T, input: Tasks[T]['input']): Promise<Tasks[T]['output']> {
    return this.#enqueue(task, input, null);
  }

  /** Does a task on every worker. */
  runOnEach<T extends TaskName>(task: T, input: Tasks[T]['input']): Promise<Tasks[T]['output'][]> {
    return Promise.all(this.#workers.map((_, index) => this.#enqueue(task, input, index)));
  }

  /** Ends the threads, even in the middle of a product. */
  async close(): Promise<void> {
    this.#end(new CancelledError());
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #enqueue<T extends TaskName>(
    task: T,
    input: Tasks[T]['input'],
    worker: number | null,
  ): Promise<Tasks[T]['output']> {
    return new Promise((resolve, reject) => {
      if (this.#over !== null) {
        reject(this.#over);
        return;
      }
      // A worker answers a task with that task's output.
      this.#queue.push({
        request: { task, input },
        worker,
        resolve: resolve as (output: unknown) => void,
        reject,
      });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    this.#workers.forEach((worker, index) => {
      if (this.#current[index] !== null) return;
      const next = this.#queue.findIndex((job) => job.worker === null || job.worker === index);
      const [job] = next < 0 ? [] : this.#queue.splice(next, 1);
      if (job === undefined) return;
      this.#current[index] = job;
      worker.postMessage(job.request);
    });
  }

  #answer(index: number, response: Response): void {
    const job = this.#current[index];
    this.#current[index] = null;
    if ('failure' in response) job?.reject(fromFailure(response.failure));
    else job?.resolve(response.output);
    this.#dispatch();
  }

  #crash(index: number, reason: string): void {
    if (this.#over !== null) return;
    const which = `Worker thread ${index + 1} of ${this.size} died (${reason})`;
    this.#end(new WorkerCrashError(`${which}. Try again with fewer workers or samples`));
    for (const worker of this.#workers) void worker.terminate();
  }

  #end(error: Error): void {
    this.#over ??= error;
    const open = [...this.#current.filter((job) => job !== null), ...this.#queue];
    this.#current.fill(null);
    this.#queue.length = 0;
    for (const job of open) job.reject(this.#over);
  }
}
