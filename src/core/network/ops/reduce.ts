import { sizeOf } from '../../tensor/shape';
import { broadcastStrides, stridedIndices } from '../../tensor/strides';
import { type Kernel, linearKernel, type Rules, ShapeError } from './rules';
import { Largest, selection } from './selection';

/** The mean or maximum over some dimensions (global pooling: all but the first), which stay as 1 where `keep`. */
export interface Reduce {
  readonly kind: 'reduce';
  readonly mode: 'max' | 'average';
  /** From 0; ascending. */
  readonly axes: readonly number[];
  readonly keep: boolean;
}

export const reduce: Rules<Reduce> = {
  parameters: () => [],

  shape({ axes, keep }, [input]) {
    if (input === undefined || !axes.every((axis) => axis in input))
      throw new ShapeError(`is over dimensions ${axes.join(', ')} and is given [${String(input)}]`);
    return input.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keep ? [1] : []));
  },

  kernel({ mode, axes }, { inputs, output }) {
    const [input = []] = inputs;
    const size = sizeOf(input);
    const results = sizeOf(output);
    const targets = targetsOf(input, axes);
    if (mode === 'max') {
      const largest = new Largest(results);
      return selection(size, largest.picks, (x, start) => {
        largest.clear();
        for (let i = 0; i < size; i++) largest.offer(targets[i]!, x[start + i]!, i);
      });
    }
    return mean(targets, results);
  },
};

function mean(targets: Int32Array, results: number): Kernel {
  const size = targets.length;
  const share = results / size;
  const sums = new Float64Array(results);
  return linearKernel({
    apply(x, rows, out) {
      for (let row = 0; row < rows; row++) {
        sums.fill(0);
        for (let i = 0, at = row * size; i < size; i++, at++) sums[targets[i]!]! += x[at]!;
        for (let o = 0; o < results; o++) out[row * results + o] = sums[o]! * share;
      }
    },
    applyTransposed(y, rows, into) {
      for (let row = 0, at = 0; row < rows; row++) {
        for (let i = 0; i < size; i++, at++) into[at]! += y[row * results + targets[i]!]! * share;
      }
    },
  });
}

/** Which result each value of a sample is part of. */
function targetsOf(input: readonly number[], axes: readonly number[]): Int32Array {
  const kept = input.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return stridedIndices(input, broadcastStrides(kept, input));
}
