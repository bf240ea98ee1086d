const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Adam (Kingma and Ba 2015, algorithm 1), with the constants that the paper gives and frameworks have as defaults. */
export class Adam {
  readonly #mean: Float32Array;
  readonly #square: Float32Array;
  #steps = 0;

  constructor(
    private readonly values: Float32Array,
    private readonly learningRate: number,
  ) {
    this.#mean = new Float32Array(values.length);
    this.#square = new Float32Array(values.length);
  }

  /** Moves the values against the gradient. */
  step(gradient: Float32Array): void {
    this.#steps++;
    const mean = this.#mean;
    const square = this.#square;
    const rate = this.learningRate / (1 - BETA1 ** this.#steps);
    const scale = 1 / Math.sqrt(1 - BETA2 ** this.#steps);
    for (let i = 0; i < gradient.length; i++) {
      const slope = gradient[i]!;
      const m = BETA1 * mean[i]! + (1 - BETA1) * slope;
      const v = BETA2 * square[i]! + (1 - BETA2) * slope * slope;
      mean[i] = m;
      square[i] = v;
      this.values[i]! -= (rate * m) / (Math.sqrt(v) * scale + EPSILON);
    }
  }
}
