/** When a loss counts as no longer falling. */
export interface PlateauRule {
  /** Epochs whose mean is compared, because the loss of one is noisy under dropout. */
  readonly window: number;
  /** Share of the best mean so far by which a mean must lie below it to count as a fall. */
  readonly fall: number;
  /** Epochs without a fall after which training ends. */
  readonly patience: number;
}

/** Watches a loss for the end of its fall. */
export class Plateau {
  readonly #recent: number[] = [];
  #best = Infinity;
  #since = 0;

  constructor(private readonly rule: PlateauRule) {}

  /** Takes the loss of one more epoch. @returns whether the loss has stopped falling */
  isReached(loss: number): boolean {
    const { window, fall, patience } = this.rule;
    this.#recent.push(loss);
    if (this.#recent.length > window) this.#recent.shift();
    if (this.#recent.length < window) return false;
    const mean = this.#recent.reduce((sum, value) => sum + value, 0) / window;
    if (mean < this.#best * (1 - fall)) {
      this.#best = mean;
      this.#since = 0;
    } else this.#since++;
    return this.#since >= patience;
  }
}
