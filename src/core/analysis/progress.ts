/** The stages of an analysis, in order. */
export const STAGES = ['read', 'compute', 'statistics', 'cluster', 'agree', 'nulls', 'write'] as const;
export type Stage = (typeof STAGES)[number];

/** Told the stage under way and how much of it is done: `done` of `total`, both 0 where that cannot be said. */
export type ProgressListener = (stage: Stage, done: number, total: number) => void;

/** Follows an analysis through its stages: tells the listener and keeps the time. */
export class Progress {
  readonly #seconds = new Map<Stage, number>();
  #stage: Stage | null = null;
  #since = 0;
  #done = 0;
  #total = 0;

  constructor(readonly listener: ProgressListener = () => undefined) {}

  /** Ends the stage under way and begins one of `total` steps. */
  enter(stage: Stage, total = 0): void {
    this.finish();
    this.#stage = stage;
    this.#since = performance.now();
    this.#total = total;
    this.to(0);
  }

  /** So many steps of the stage are done. */
  to(done: number): void {
    this.#done = done;
    if (this.#stage !== null) this.listener(this.#stage, done, this.#total);
  }

  /** One more step is done. */
  step(): void {
    this.to(this.#done + 1);
  }

  /** Ends the stage under way. @returns seconds per stage so far */
  finish(): Record<string, number> {
    if (this.#stage !== null) this.#seconds.set(this.#stage, (performance.now() - this.#since) / 1000);
    this.#stage = null;
    return Object.fromEntries(this.#seconds);
  }
}
