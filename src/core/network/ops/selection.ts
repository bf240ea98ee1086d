import type { Kernel } from './rules';

/**
 * The kernel of an operation each of whose values is one of its input's.
 * @param size values of a sample
 * @param picks per value of the result, the place in the sample
 * @param choose fills the picks of the sample that starts at an entry, where they depend on its values
 */
export function selection(
  size: number,
  picks: Int32Array,
  choose: (x: Float32Array, start: number) => void = () => undefined,
): Kernel {
  return {
    forward(inputs, samples, out) {
      const x = inputs[0]!;
      for (let s = 0, at = 0; s < samples; s++) {
        choose(x, s * size);
        for (let o = 0; o < picks.length; o++, at++) out[at] = x[s * size + picks[o]!]!;
      }
    },
    jvp({ samples, inputs }, [tangent], perSample, out) {
      if (!tangent) return;
      for (let s = 0, row = 0, at = 0; s < samples; s++) {
        choose(inputs[0]!, s * size);
        for (const end = row + perSample; row < end; row++) {
          for (let o = 0; o < picks.length; o++, at++) out[at] = tangent[row * size + picks[o]!]!;
        }
      }
    },
    vjp({ samples, inputs }, cotangent, perSample, [into]) {
      if (!into) return;
      for (let s = 0, row = 0, at = 0; s < samples; s++) {
        choose(inputs[0]!, s * size);
        for (const end = row + perSample; row < end; row++) {
          for (let o = 0; o < picks.length; o++, at++) into[row * size + picks[o]!]! += cotangent[at]!;
        }
      }
    },
    hvp: null,
  };
}

/** Chooses the largest of those values that are offered for each result, the first of equal ones; NaN is larger than all. */
export class Largest {
  readonly picks: Int32Array;
  readonly #best: Float32Array;

  constructor(results: number) {
    this.picks = new Int32Array(results);
    this.#best = new Float32Array(results);
  }

  clear(): void {
    this.picks.fill(-1);
  }

  offer(result: number, value: number, place: number): void {
    if (value > this.#best[result]! || this.picks[result]! < 0 || Number.isNaN(value)) {
      this.#best[result] = value;
      this.picks[result] = place;
    }
  }
}
