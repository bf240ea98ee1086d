import type { DenseParameters, DenseStack, HiddenLayer } from '../../network/dense-stack';
import { elementwise, isSmooth } from '../../network/ops/elementwise';
import { type Engine, Scratch, transposeMatrix } from '../../tensor/engine';

/** What one forward pass leaves behind; the arrays are reused by the next one. */
export interface Activations {
  readonly samples: number;
  /** Per hidden layer, [samples, units]: after the nonlinearity. */
  readonly values: readonly Float32Array[];
  /** Per hidden layer, [samples, units]: the nonlinearity's slope. */
  readonly slopes: readonly Float32Array[];
  /** Per hidden layer, [samples, units]: the slope's slope; null where the nonlinearity is piecewise linear. */
  readonly curvatures: readonly (Float32Array | null)[];
  /** [samples, classes]. */
  readonly logits: Float32Array;
}

/**
 * Relative error that a float32 dot product is trusted to; a pre-activation closer to a kink than this times
 * ‖w‖‖x‖ may be on the wrong side of it, and with it have the wrong slope.
 */
const DOT_PRODUCT_ERROR = 4e-6;

/** The forward pass of a dense stack, in float32 where that cannot change a slope and in float64 where it could. */
export class StackForward {
  readonly #layers: readonly { readonly parameters: DenseParameters; readonly transposed: Float32Array }[];
  readonly #norms: readonly Float64Array[];
  readonly #values: readonly Scratch[];
  readonly #slopes: readonly Scratch[];
  readonly #curvatures: readonly (Scratch | null)[];
  readonly #logits = new Scratch();

  constructor(
    readonly stack: DenseStack,
    readonly engine: Engine,
  ) {
    this.#layers = [...stack.hidden, stack.readout].map((parameters) => ({
      parameters,
      transposed: transposeMatrix(parameters.weight, parameters.outputs, parameters.inputs),
    }));
    this.#norms = stack.hidden.map((layer) => rowNorms(layer.weight, layer.outputs, layer.inputs));
    this.#values = stack.hidden.map(() => new Scratch());
    this.#slopes = stack.hidden.map(() => new Scratch());
    this.#curvatures = stack.hidden.map(({ activation }) => (isSmooth(activation) ? new Scratch() : null));
  }

  /** @param inputs [samples, inputs] */
  run(inputs: Float32Array, samples: number): Activations {
    const values: Float32Array[] = [];
    const slopes: Float32Array[] = [];
    const curvatures: (Float32Array | null)[] = [];
    const doubtful = new Set<number>();
    let x = inputs;
    this.stack.hidden.forEach((layer, l) => {
      const h = this.#values[l]!.take(samples * layer.outputs);
      const slope = this.#slopes[l]!.take(samples * layer.outputs);
      this.engine.multiply(x, this.#layers[l]!.transposed, samples, layer.inputs, layer.outputs, h);
      const curvature = this.#curvatures[l]?.take(samples * layer.outputs) ?? null;
      const { activation } = layer;
      if (activation.name === 'relu' || activation.name === 'leaky_relu')
        rectify(layer, this.#norms[l]!, rowNorms(x, samples, layer.inputs), h, slope, doubtful);
      else {
        const { kinks } = elementwise(activation);
        if (kinks.length > 0)
          findDoubtful(layer, kinks, this.#norms[l]!, rowNorms(x, samples, layer.inputs), h, doubtful);
        activate(layer, samples, h, slope, curvature);
      }
      curvatures.push(curvature);
      values.push(h);
      slopes.push(slope);
      x = h;
    });
    const { inputs: width, outputs: classes, bias } = this.stack.readout;
    const logits = this.#logits.take(samples * classes);
    this.engine.multiply(x, this.#layers[values.length]!.transposed, samples, width, classes, logits);
    for (let i = 0; i < samples * classes; i++) logits[i]! += bias[i % classes]!;
    const exact = { samples, values, slopes, curvatures, logits };
    for (const sample of doubtful) this.#runExactly(inputs, sample, exact);
    return exact;
  }

  /** Runs one sample again in float64 and puts it in its place. */
  #runExactly(
    inputs: Float32Array,
    sample: number,
    { values, slopes, curvatures, logits }: Activations,
  ): void {
    const width = this.#layers[0]!.parameters.inputs;
    let x = Float64Array.from(inputs.subarray(sample * width, (sample + 1) * width));
    this.stack.hidden.forEach((layer, l) => {
      const next = affine(layer, x);
      const at = sample * layer.outputs;
      const { value, slope, curvature } = elementwise(layer.activation);
      next.forEach((a, i) => {
        next[i] = value(a);
        slopes[l]![at + i] = slope(a);
        if (curvature !== null) curvatures[l]![at + i] = curvature(a);
      });
      values[l]!.set(next, at);
      x = next;
    });
    logits.set(affine(this.stack.readout, x), sample * this.stack.readout.outputs);
  }
}

/** Turns the products W·x in `h` into activations, and writes the slopes and their slopes. */
function activate(
  { outputs, bias, activation }: HiddenLayer,
  samples: number,
  h: Float32Array,
  slopes: Float32Array,
  curvatures: Float32Array | null,
): void {
  const { value, slope, curvature } = elementwise(activation);
  for (let b = 0, at = 0; b < samples; b++) {
    for (let i = 0; i < outputs; i++, at++) {
      const a = h[at]! + bias[i]!;
      h[at] = value(a);
      slopes[at] = slope(a);
      if (curvatures !== null && curvature !== null) curvatures[at] = curvature(a);
    }
  }
}

/** Notes the samples with a product W·x in `h` that is too near to a kink. */
function findDoubtful(
  { outputs, bias }: HiddenLayer,
  kinks: readonly number[],
  weightNorms: Float64Array,
  inputNorms: Float64Array,
  h: Float32Array,
  doubtful: Set<number>,
): void {
  for (let b = 0, at = 0; b < inputNorms.length; b++) {
    const error = DOT_PRODUCT_ERROR * inputNorms[b]!;
    for (let i = 0; i < outputs; i++, at++) {
      const a = h[at]! + bias[i]!;
      for (const kink of kinks) if (Math.abs(a - kink) < error * weightNorms[i]!) doubtful.add(b);
    }
  }
}

/** The same as `activate` for ReLU and leaky ReLU; notes the samples with a doubtful slope. */
function rectify(
  { outputs, bias, activation }: HiddenLayer,
  weightNorms: Float64Array,
  inputNorms: Float64Array,
  h: Float32Array,
  slopes: Float32Array,
  doubtful: Set<number>,
): void {
  const negativeSlope = activation.name === 'leaky_relu' ? activation.negativeSlope : 0;
  for (let b = 0, at = 0; b < inputNorms.length; b++) {
    const error = DOT_PRODUCT_ERROR * inputNorms[b]!;
    for (let i = 0; i < outputs; i++, at++) {
      const a = h[at]! + bias[i]!;
      const slope = a > 0 ? 1 : negativeSlope;
      h[at] = a * slope;
      slopes[at] = slope;
      if (Math.abs(a) < error * weightNorms[i]!) doubtful.add(b);
    }
  }
}

function affine(
  { weight, bias, inputs, outputs }: DenseParameters,
  x: Float64Array,
): Float64Array<ArrayBuffer> {
  const out = Float64Array.from(bias);
  for (let i = 0; i < outputs; i++) {
    let sum = 0;
    for (let k = 0; k < inputs; k++) sum += weight[i * inputs + k]! * x[k]!;
    out[i]! += sum;
  }
  return out;
}

function rowNorms(matrix: Float32Array, rows: number, columns: number): Float64Array {
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = i * columns; k < (i + 1) * columns; k++) sum += matrix[k]! * matrix[k]!;
    norms[i] = Math.sqrt(sum);
  }
  return norms;
}
