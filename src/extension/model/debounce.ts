/** What of a file tells whether it changed; null where it is gone. */
export interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
}

export interface DebounceOptions {
  /** Between two looks at a file, milliseconds: training that writes slower than this is found by `opens`. */
  readonly interval: number;
  /** Looks without change after which a file that does not open is given up, until it changes again. */
  readonly patience: number;
  readonly stat: (path: string) => Promise<Stamp | null>;
  /** Whether it can be read to its end as a checkpoint. */
  readonly opens: (path: string) => Promise<boolean>;
  /** The file is complete. */
  readonly ready: (path: string) => void;
}

/**
 * Tells when files that are being written are complete: their size and time stand still and they open. However often
 * and in whatever order the changes of a file are reported, it is ready once.
 */
export class Debounce {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(readonly options: DebounceOptions) {}

  /** The file was made or changed. */
  touch(path: string): void {
    this.#schedule(path, null, 0);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #schedule(path: string, last: Stamp | null, still: number): void {
    clearTimeout(this.#timers.get(path));
    const timer = setTimeout(() => void this.#look(path, timer, last, still), this.options.interval);
    this.#timers.set(path, timer);
  }

  async #look(path: string, timer: NodeJS.Timeout, last: Stamp | null, still: number): Promise<void> {
    const { stat, opens, ready, patience } = this.options;
    const stamp = await stat(path);
    const same =
      stamp !== null && last !== null && stamp.size === last.size && stamp.mtimeMs === last.mtimeMs;
    const complete = same && stamp.size > 0 && (await opens(path));
    if (this.#timers.get(path) !== timer) return; // touched meanwhile: another look is due
    this.#timers.delete(path);
    if (complete) ready(path);
    else if (stamp !== null && still < patience) this.#schedule(path, stamp, same ? still + 1 : 0);
  }
}
