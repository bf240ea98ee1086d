import { sizeOf } from '../../tensor/shape';
import { rowMajorStrides, stridedIndices } from '../../tensor/strides';
import { linearKernel, type Rules, ShapeError } from './rules';
import { selection } from './selection';

// Operations that move values about and compute nothing. Axes count from 0, without the samples' one.

/** The same values in the node's shape. Flattening is this too. */
export interface Reshape {
  readonly kind: 'reshape';
  readonly shape: readonly number[];
}

/** Dimension i of the result is dimension permutation[i] of the input. */
export interface Transpose {
  readonly kind: 'transpose';
  readonly permutation: readonly number[];
}

/** Indices `start`, start + step, … before `end` of an axis. */
export interface Slice {
  readonly kind: 'slice';
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** A constant around the values. */
export interface Pad {
  readonly kind: 'pad';
  /** Per dimension, before and after it. */
  readonly pads: readonly (readonly [before: number, after: number])[];
  readonly value: number;
}

/** The inputs one after the other along an axis. */
export interface Concat {
  readonly kind: 'concat';
  readonly axis: number;
}

export const reshape: Rules<Reshape> = {
  parameters: () => [],

  shape({ shape }, [input]) {
    if (input === undefined || sizeOf(input) !== sizeOf(shape))
      throw new ShapeError(`gives [${String(shape)}] and is given [${String(input)}]`);
    return shape;
  },

  kernel(_operation, { output }) {
    const size = sizeOf(output);
    return linearKernel({
      apply(x, rows, out) {
        out.set(x.subarray(0, rows * size));
      },
      applyTransposed(y, rows, into) {
        for (let i = 0; i < rows * size; i++) into[i]! += y[i]!;
      },
    });
  },
};

export const transpose: Rules<Transpose> = {
  parameters: () => [],

  shape({ permutation }, [input]) {
    const sorted = [...permutation].sort((a, b) => a - b);
    if (input?.length !== permutation.length || !sorted.every((axis, i) => axis === i))
      throw new ShapeError(`orders dimensions ${permutation.join(', ')} and is given [${String(input)}]`);
    return permutation.map((axis) => input[axis]!);
  },

  kernel({ permutation }, { inputs, output }) {
    const strides = rowMajorStrides(inputs[0]!);
    const permuted = permutation.map((axis) => strides[axis]!);
    return selection(sizeOf(inputs[0]!), stridedIndices(output, permuted));
  },
};

export const slice: Rules<Slice> = {
  parameters: () => [],

  shape({ axis, start, end, step }, [input]) {
    const length = input?.[axis];
    if (input === undefined || length === undefined)
      throw new ShapeError(`is of dimension ${axis} and is given [${String(input)}]`);
    if (!(step >= 1 && start >= 0 && start < end && end <= length))
      throw new ShapeError(`takes ${start} to ${end} by ${step} of ${length}`);
    return input.with(axis, Math.ceil((end - start) / step));
  },

  kernel({ axis, start, step }, { inputs, output }) {
    const input = inputs[0]!;
    const strides = rowMajorStrides(input);
    const stride = strides[axis]!;
    return selection(
      sizeOf(input),
      stridedIndices(output, strides.with(axis, stride * step), start * stride),
    );
  },
};

export const pad: Rules<Pad> = {
  parameters: () => [],

  shape({ pads }, [input]) {
    if (input?.length !== pads.length || pads.some(([before, after]) => before < 0 || after < 0))
      throw new ShapeError(`pads by ${JSON.stringify(pads)} and is given [${String(input)}]`);
    return input.map((length, axis) => length + pads[axis]![0] + pads[axis]![1]);
  },

  kernel({ pads, value }, { inputs, output }) {
    const strides = rowMajorStrides(output);
    const first = pads.reduce((sum, [before], axis) => sum + before * strides[axis]!, 0);
    /** Of every value of the input, its index in the output. */
    const targets = stridedIndices(inputs[0]!, strides, first);
    const size = sizeOf(output);
    const around = new Float32Array(size).fill(value);
    for (const target of targets) around[target] = 0;
    return linearKernel({
      apply(x, rows, out) {
        out.fill(0, 0, rows * size);
        for (let row = 0, at = 0; row < rows; row++) {
          for (let i = 0; i < targets.length; i++, at++) out[row * size + targets[i]!] = x[at]!;
        }
      },
      applyTransposed(y, rows, into) {
        for (let row = 0, at = 0; row < rows; row++) {
          for (let i = 0; i < targets.length; i++, at++) into[at]! += y[row * size + targets[i]!]!;
        }
      },
      offset(y, rows) {
        for (let row = 0, at = 0; row < rows; row++) {
          for (let i = 0; i < size; i++, at++) y[at]! += around[i]!;
        }
      },
    });
  },
};

export const concat: Rules<Concat> = {
  parameters: () => [],

  shape({ axis }, inputs) {
    const [first] = inputs;
    const fits = inputs.every(
      (input) => input.length === first?.length && input.every((size, i) => i === axis || size === first[i]),
    );
    if (first === undefined || !(axis in first) || !fits)
      throw new ShapeError(
        `joins dimension ${axis} of ${inputs.map((input) => `[${String(input)}]`).join(', ')}`,
      );
    return first.with(
      axis,
      inputs.reduce((sum, input) => sum + input[axis]!, 0),
    );
  },

  kernel({ axis }, { inputs, output }) {
    /** Values of the output from one index before the axis to the next. */
    const whole = sizeOf(output.slice(axis));
    let start = 0;
    /** Per input, which of those are its own. */
    const pieces = inputs.map((input) => {
      const piece = { start, length: sizeOf(input.slice(axis)) };
      start += piece.length;
      return piece;
    });
    const outer = sizeOf(output) / whole;
    const join = (values: readonly (Float32Array | null)[], rows: number, out: Float32Array): void => {
      pieces.forEach(({ start, length }, i) => {
        const x = values[i];
        for (let k = 0; k < rows * outer; k++) {
          const at = k * whole + start;
          if (x) out.set(x.subarray(k * length, (k + 1) * length), at);
          else out.fill(0, at, at + length);
        }
      });
    };
    return {
      forward(inputs, samples, out) {
        join(inputs, samples, out);
      },
      jvp({ samples }, tangents, perSample, out) {
        join(tangents, samples * perSample, out);
      },
      vjp({ samples }, cotangent, perSample, into) {
        pieces.forEach(({ start, length }, i) => {
          const target = into[i];
          if (!target) return;
          for (let k = 0, at = 0; k < samples * perSample * outer; k++) {
            const from = k * whole + start;
            for (let j = from; j < from + length; j++, at++) target[at]! += cotangent[j]!;
          }
        });
      },
      hvp: null,
    };
  },
};
