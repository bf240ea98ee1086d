import { CancelledError, throwIfCancelled } from './core/base/error';

/** What a job is given when its turn comes. */
export interface Turn {
  /** The lane it has to itself until it ends, from 0. */
  readonly lane: number;
  /** Aborted when nobody wants the job any more; a job that stops then throws CancelledError. */
  readonly signal: AbortSignal;
}

export interface JobOptions {
  /** The one lane it may run in; any by default. */
  readonly lane?: number | undefined;
  /** A job whose name is waiting or running is not added again: its callers share it. */
  readonly name?: string | undefined;
  /** What `has` and `cancel` go by. */
  readonly topic?: string | undefined;
  /** Aborting it ends the wait at once; the job is given up when its last caller has left. */
  readonly signal?: AbortSignal | undefined;
}

interface Job {
  readonly run: (turn: Turn) => Promise<unknown>;
  readonly options: JobOptions;
  readonly controller: AbortController;
  readonly result: Promise<unknown>;
  readonly settle: (result: Promise<unknown>) => void;
  /** Callers that still want it. */
  wanted: number;
}

/**
 * Runs jobs first come, first served, one at a time in each lane: analyses in a single one, as each has all cores to itself,
 * and their tasks in a lane for each worker thread. A job that is given up does not begin; where it runs, it keeps its lane
 * until it has wound down.
 */
export class Queue {
  readonly #running: (Job | null)[];
  readonly #waiting: Job[] = [];

  constructor(lanes = 1) {
    this.#running = Array.from({ length: lanes }, () => null);
  }

  /**
   * What a job comes to; it begins at once where a lane is free.
   * @throws what `run` does; CancelledError when the job is given up before it begins, or `signal` is aborted
   */
  async add<T>(run: (turn: Turn) => Promise<T>, options: JobOptions = {}): Promise<T> {
    const { name, signal } = options;
    throwIfCancelled(signal);
    const same = name === undefined ? undefined : this.#wanted().find((job) => job.options.name === name);
    const job = same ?? this.#enqueue(run, options);
    const result = job.result as Promise<T>; // jobs of the same name come to the same
    job.wanted++;
    if (signal === undefined) return result;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        if (--job.wanted === 0) this.#giveUp(job);
        reject(new CancelledError());
      };
      signal.addEventListener('abort', leave, { once: true });
      void result.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', leave);
      });
    });
  }

  /** Whether a job of this topic is waiting or running. */
  has(topic: string): boolean {
    return this.#wanted().some((job) => job.options.topic === topic);
  }

  /** Gives up the jobs of a topic, or all of them, whoever wants them. */
  cancel(topic?: string): void {
    for (const job of this.#wanted())
      if (topic === undefined || job.options.topic === topic) this.#giveUp(job);
  }

  /** What is waiting or running and was not given up. */
  #wanted(): Job[] {
    const running = this.#running.filter((job) => job !== null);
    return [...running, ...this.#waiting].filter(({ controller }) => !controller.signal.aborted);
  }

  #enqueue(run: Job['run'], options: JobOptions): Job {
    let settle: Job['settle'] = () => undefined;
    const result = new Promise<unknown>((resolve) => (settle = resolve));
    const job = { run, options, controller: new AbortController(), result, settle, wanted: 0 };
    this.#waiting.push(job);
    this.#dispatch();
    return job;
  }

  #dispatch(): void {
    for (const [lane, current] of this.#running.entries()) {
      if (current !== null) continue;
      const next = this.#waiting.findIndex(({ options }) => (options.lane ?? lane) === lane);
      const [job] = next < 0 ? [] : this.#waiting.splice(next, 1);
      if (job === undefined) continue;
      this.#running[lane] = job;
      job.settle(this.#work(job, lane));
    }
  }

  async #work({ run, controller }: Job, lane: number): Promise<unknown> {
    const turn: Turn = {
      lane,
      // Made when it is asked for: it costs as much as a tenth of a worker's message.
      get signal() {
        return controller.signal;
      },
    };
    try {
      return await run(turn);
    } finally {
      this.#running[lane] = null;
      this.#dispatch();
    }
  }

  #giveUp(job: Job): void {
    job.controller.abort();
    const place = this.#waiting.indexOf(job);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    job.settle(Promise.reject(new CancelledError()));
  }
}
