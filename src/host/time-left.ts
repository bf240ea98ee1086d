import { type Stage, STAGES } from '../core/analysis/progress';

type Seconds = Readonly<Partial<Record<Stage, number>>>;

/**
 * What the stages of the first analysis are expected to take beside each other, roughly those of an MNIST classifier of
 * two hidden layers. How fast this machine and network are shows as the stages pass.
 */
export const FIRST_GUESS: Readonly<Record<Stage, number>> = {
  read: 0.3,
  compute: 1.5,
  statistics: 0.3,
  cluster: 1.5,
  nulls: 5,
  agree: 0.6,
  write: 0.3,
};

/** Tells how long an analysis will go on, from how long the one before took and how this one fares beside it. */
export class TimeLeft {
  readonly #spent = new Map<Stage, number>();
  #stage: Stage = 'read';
  #since: number;

  /** @param now seconds, from any moment on */
  constructor(
    readonly expected: Seconds,
    readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.#since = now();
  }

  /** Seconds left when so much of a stage is done; null where that cannot be said yet. */
  update(stage: Stage, done: number, total: number): number | null {
    if (stage !== this.#stage) {
      this.#spent.set(this.#stage, this.now() - this.#since);
      this.#stage = stage;
      this.#since = this.now();
    }
    const elapsed = this.now() - this.#since;
    // A stage that tells how far it is tells how long it is; of one that does not, the expectation has to do.
    const projected = done > 0 ? (elapsed * total) / done : null;
    const pace = this.#pace(projected);
    if (pace === null) return null;
    const current = projected ?? Math.max(elapsed, pace * (this.expected[stage] ?? 0));
    const later = STAGES.slice(STAGES.indexOf(stage) + 1).reduce(
      (sum, name) => sum + (this.expected[name] ?? 0),
      0,
    );
    return current - elapsed + pace * later;
  }

  /** Seconds per stage, of the stages that are over. */
  finish(): Seconds {
    this.#spent.set(this.#stage, this.now() - this.#since);
    return Object.fromEntries(this.#spent);
  }

  /** How many times longer than expected things take; null before anything but reading has shown it. */
  #pace(projected: number | null): number | null {
    let [spent, expected] = [0, 0];
    for (const [stage, seconds] of this.#spent) {
      spent += seconds;
      expected += this.expected[stage] ?? 0;
    }
    if (projected !== null) {
      spent += projected;
      expected += this.expected[this.#stage] ?? 0;
    }
    const known = this.#spent.size > 1 || projected !== null;
    return known && expected > 0 ? spent / expected : null;
  }
}
