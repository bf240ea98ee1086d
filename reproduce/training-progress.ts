import { conditionName } from './recipe';
import type { GridNetwork } from './train-grid';

/** Tells on standard error what was trained, and how long the rest will take. */
export class TrainingProgress {
  #found = 0;
  #trained = 0;
  readonly #from = performance.now();

  constructor(
    private readonly total: number,
    private readonly stream: NodeJS.WritableStream = process.stderr,
  ) {}

  add({ condition, notes }: GridNetwork, isNew: boolean): void {
    if (isNew) this.#trained++;
    else this.#found++;
    if (!isNew) return;
    const seconds = (performance.now() - this.#from) / 1000;
    const left = (seconds / this.#trained) * (this.total - this.#trained - this.#found);
    this.stream.write(
      `[${this.#trained + this.#found}/${this.total}] ${conditionName(condition)}: ${notes.epoch} epochs, ` +
        `loss ${notes.objective_loss.toPrecision(3)}, Σw² ${notes.l2_norm.toFixed(0)}, ` +
        `test accuracy ${(100 * notes.test_accuracy).toFixed(1)} %; ${duration(left)} left\n`,
    );
  }

  /** How many were trained just now. */
  get trained(): number {
    return this.#trained;
  }
}

/** "40 s", "12 min". */
export function duration(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
