import { CancelledError, throwIfCancelled } from '../../core/base/error';

type Run<T> = (signal: AbortSignal) => Promise<T>;

/** What a job is about, and what tells it from others about the same. */
export interface JobKey {
  readonly path: string;
  readonly name: string;
}

interface Job<T> {
  readonly path: string;
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  /** Callers that still want it. */
  wanted: number;
}

/**
 * Runs jobs one after the other, as each has all cores to itself. A key that is waiting or running is not added twice:
 * its callers share the job, which is given up when the last of them cancels.
 */
export class Queue<T> {
  readonly #jobs = new Map<string, Job<T>>();
  #last: Promise<unknown> = Promise.resolve();

  /** Whether a job about this is waiting or running. */
  has(path: string): boolean {
    return [...this.#jobs.values()].some((job) => job.path === path);
  }

  /** @throws CancelledError when `signal` is aborted, whether or not the job has begun */
  async add(key: JobKey, run: Run<T>, signal?: AbortSignal): Promise<T> {
    throwIfCancelled(signal);
    const job = this.#jobs.get(key.name) ?? this.#start(key, run);
    job.wanted++;
    if (signal === undefined) return job.promise;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        if (--job.wanted === 0) job.controller.abort();
        reject(new CancelledError());
      };
      signal.addEventListener('abort', leave, { once: true });
      void job.promise.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', leave);
      });
    });
  }

  /** Gives up the jobs about something, or all of them, whoever wants them. */
  cancel(path?: string): void {
    for (const job of this.#jobs.values())
      if (path === undefined || job.path === path) job.controller.abort();
  }

  #start({ path, name }: JobKey, run: Run<T>): Job<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const begin = async (): Promise<T> => {
      throwIfCancelled(signal);
      return run(signal);
    };
    const promise = this.#last.then(begin).finally(() => this.#jobs.delete(name));
    this.#last = promise.catch(() => undefined); // whoever added it is told; the next one runs all the same
    const job = { path, promise, controller, wanted: 0 };
    this.#jobs.set(name, job);
    return job;
  }
}
