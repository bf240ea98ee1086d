import { Scratch } from '../../tensor/engine';
import { type Shape, sizeOf } from '../../tensor/shape';
import type { Activation } from './activation';
import { elementwise } from './elementwise';
import { type Kernel, type Rules, ShapeError } from './rules';

/**
 * A gated linear unit of one input: along an axis one half times a nonlinearity of the other, which is the gate. As nn.GLU
 * (Dauphin et al., arXiv:1612.08083), and its kin with other gates (Shazeer, arXiv:2002.05202).
 */
export interface Glu {
  readonly kind: 'glu';
  /** In one sample, from 0. */
  readonly axis: number;
  /** What the gate goes through: the sigmoid of GLU, the SiLU of SwiGLU. */
  readonly activation: Activation;
  /** Which half is the gate: the second in PyTorch, the first where SwiGLU's layers were made one. */
  readonly gate: 'first' | 'second';
}

/**
 * Along a dimension that is counted as PyTorch does: from the samples', which is 0, or from the last.
 * @param shape of a sample
 * @returns null for the samples' own dimension, and one that is not there
 */
export function gluAlong(
  dimension: number,
  shape: Shape,
  activation: Activation,
  gate: Glu['gate'],
): Glu | null {
  const axis = dimension < 0 ? shape.length + dimension : dimension - 1;
  return axis in shape ? { kind: 'glu', axis, activation, gate } : null;
}

export const glu: Rules<Glu> = {
  parameters: () => [],

  shape({ axis }, [input]) {
    const length = input?.[axis];
    if (input === undefined || length === undefined || length % 2 !== 0)
      throw new ShapeError(`halves dimension ${axis} and is given [${String(input)}]`);
    return input.with(axis, length / 2);
  },

  kernel({ axis, activation, gate }, { inputs, output }) {
    return gluKernel(inputs[0]!, output, axis, activation, gate);
  },
};

function gluKernel(
  input: Shape,
  output: Shape,
  axis: number,
  activation: Activation,
  gate: Glu['gate'],
): Kernel {
  const { value, slope, curvature } = elementwise(activation);
  const [size, whole] = [sizeOf(output), sizeOf(input)];
  /** Values of one half, side by side. */
  const run = sizeOf(output.slice(axis));
  const [toValue, toGate] = gate === 'first' ? [run, 0] : [0, run];
  /** Of every value of the output, where its halves begin in the input. */
  const starts = Int32Array.from({ length: size }, (_, i) => i + Math.floor(i / run) * run);
  const scratches = [new Scratch(), new Scratch()] as const;
  /** ∂y/∂value and ∂y/∂gate of a sample. */
  const factorsAt = (x: Float32Array, sample: number): [Float32Array, Float32Array] => {
    const [ofValue, ofGate] = [scratches[0].take(size), scratches[1].take(size)];
    for (let i = 0; i < size; i++) {
      const at = sample * whole + starts[i]!;
      ofValue[i] = value(x[at + toGate]!);
      ofGate[i] = x[at + toValue]! * slope(x[at + toGate]!);
    }
    return [ofValue, ofGate];
  };
  return {
    forward(inputs, samples, out) {
      const x = inputs[0]!;
      for (let s = 0, to = 0; s < samples; s++) {
        for (let i = 0; i < size; i++, to++) {
          const at = s * whole + starts[i]!;
          out[to] = x[at + toValue]! * value(x[at + toGate]!);
        }
      }
    },
    jvp({ inputs, samples }, [tangent], perSample, out) {
      if (!tangent) return;
      for (let s = 0, row = 0, to = 0; s < samples; s++) {
        const [ofValue, ofGate] = factorsAt(inputs[0]!, s);
        for (const end = row + perSample; row < end; row++) {
          for (let i = 0; i < size; i++, to++) {
            const at = row * whole + starts[i]!;
            out[to] = ofValue[i]! * tangent[at + toValue]! + ofGate[i]! * tangent[at + toGate]!;
          }
        }
      }
    },
    vjp({ inputs, samples }, cotangent, perSample, [into]) {
      if (!into) return;
      for (let s = 0, row = 0, from = 0; s < samples; s++) {
        const [ofValue, ofGate] = factorsAt(inputs[0]!, s);
        for (const end = row + perSample; row < end; row++) {
          for (let i = 0; i < size; i++, from++) {
            const at = row * whole + starts[i]!;
            into[at + toValue]! += ofValue[i]! * cotangent[from]!;
            into[at + toGate]! += ofGate[i]! * cotangent[from]!;
          }
        }
      }
    },
    hvp({ inputs, samples }, delta, [tangent], perSample, [into]) {
      if (!tangent || !into) return;
      const x = inputs[0]!;
      const [mixed, ofGates] = [scratches[0].take(size), scratches[1].take(size)];
      for (let s = 0, row = 0; s < samples; s++) {
        for (let i = 0; i < size; i++) {
          const at = s * whole + starts[i]!;
          const d = delta[s * size + i]!;
          mixed[i] = d * slope(x[at + toGate]!);
          ofGates[i] = curvature === null ? 0 : d * x[at + toValue]! * curvature(x[at + toGate]!);
        }
        for (const end = row + perSample; row < end; row++) {
          for (let i = 0; i < size; i++) {
            const at = row * whole + starts[i]!;
            into[at + toValue]! += mixed[i]! * tangent[at + toGate]!;
            into[at + toGate]! += mixed[i]! * tangent[at + toValue]! + ofGates[i]! * tangent[at + toGate]!;
          }
        }
      }
    },
  };
}
