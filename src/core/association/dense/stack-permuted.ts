import type { Random } from '../../base/random';
import type { DenseStack } from '../../network/dense-stack';
import { type Engine, transposeMatrix } from '../../tensor/engine';
import { block, type Blocks, zeroBlocks } from '../sums/blocks';
import { Products } from '../sums/products';
import { type CollectOptions, NO_PREDICTIONS, type SampleSource, type SweepSums } from '../sums/sums';
import { StackForward } from './stack-forward';
import { gramOfRows } from './stack-upstream';

/** Floats of gradients that are held at once; fewer samples are taken where they would be more. */
const MAX_FLOATS = 1 << 25;
/** Too few samples say nothing. */
const MIN_SAMPLES = 100;

/** Vectors of all units over the samples: per layer [units, samples · width], row-major. */
interface UnitRows {
  readonly layers: readonly Float32Array[];
  readonly samples: number;
  readonly width: number;
}

/** The upstream measures of a dense stack whose units are permuted; see permutedSums. */
export function permutedStackSums(
  engine: Engine,
  stack: DenseStack,
  source: SampleSource,
  options: CollectOptions,
  random: Random,
): SweepSums {
  const { samples } = source;
  const sizes = stack.hidden.map((layer) => layer.outputs);
  const inputs = stack.hidden[0]?.inputs ?? 0;
  const x = new Float32Array(samples * inputs);
  source.fill(0, samples, x);
  const { values, slopes } = new StackForward(stack, engine).run(x, samples);

  const products = (rows: UnitRows): Blocks =>
    gramOfUnits(engine, permute(rows, random), sizes, options.combined);
  const covariance = options.measures.has('forward_cov')
    ? products(centredActivations(values, sizes, samples))
    : null;
  const gradients = options.measures.has('forward_jac') ? gradientRows(engine, stack, slopes, samples) : null;
  const means = sizes.map((size) => new Float64Array(size));
  const jacobian = gradients && scaleBlocks(products(gradients), samples / gradients.samples);
  const measures = {
    ...(covariance && { forward_cov: { count: samples, means, products: covariance, variance: null } }),
    ...(jacobian && { forward_jac: { products: jacobian, variance: null } }),
  };
  return { samples, ...NO_PREDICTIONS, measures };
}

function centredActivations(
  values: readonly Float32Array[],
  sizes: readonly number[],
  samples: number,
): UnitRows {
  const layers = values.map((h, layer) => {
    const rows = transposeMatrix(h, samples, sizes[layer]!);
    for (let i = 0; i < sizes[layer]!; i++) {
      const row = rows.subarray(i * samples, (i + 1) * samples);
      const mean = row.reduce((sum, value) => sum + value, 0) / samples;
      for (let b = 0; b < samples; b++) row[b]! -= mean;
    }
    return rows;
  });
  return { layers, samples, width: 1 };
}

/**
 * ∂h/∂x of every unit and sample, in coordinates of the first layer's row space: with W₁W₁ᵀ = FFᵀ, D₁F has the inner products
 * of D₁W₁, and deeper layers follow from it.
 */
function gradientRows(
  engine: Engine,
  { hidden }: DenseStack,
  slopes: readonly Float32Array[],
  available: number,
): UnitRows | null {
  const [first, ...deeper] = hidden;
  if (first === undefined) return null;
  const width = Math.min(first.outputs, first.inputs);
  const units = hidden.reduce((sum, layer) => sum + layer.outputs, 0);
  const samples = Math.min(available, Math.floor(MAX_FLOATS / (units * width)));
  if (samples < Math.min(MIN_SAMPLES, available)) return null;
  const columns = samples * width;
  const factor = choleskyFactor(gramOfRows(engine, first), first.outputs, width);
  const own = new Float32Array(first.outputs * columns);
  for (let i = 0; i < first.outputs; i++) {
    for (let b = 0; b < samples; b++)
      own.set(factor.subarray(i * width, (i + 1) * width), i * columns + b * width);
  }
  scaleRows(own, slopes[0]!, first.outputs, samples, width);
  const layers = [own];
  for (const [index, layer] of deeper.entries()) {
    const next = new Float32Array(layer.outputs * columns);
    engine.multiply(layer.weight, layers[index]!, layer.outputs, layer.inputs, columns, next);
    scaleRows(next, slopes[index + 1]!, layer.outputs, samples, width);
    layers.push(next);
  }
  return { layers, samples, width };
}

/** rows[i, b, :] *= slopes[b, i] */
function scaleRows(
  rows: Float32Array,
  slopes: Float32Array,
  units: number,
  samples: number,
  width: number,
): void {
  for (let i = 0, at = 0; i < units; i++) {
    for (let b = 0; b < samples; b++) {
      const slope = slopes[b * units + i]!;
      for (let k = 0; k < width; k++, at++) rows[at]! *= slope;
    }
  }
}

/** F [size, width] with FFᵀ = the given positive semidefinite matrix of rank `width` at most; pivots lost to rounding are left out. */
function choleskyFactor(gram: Float32Array, size: number, width: number): Float32Array {
  const factor = new Float64Array(size * width);
  const left = Float64Array.from({ length: size }, (_, i) => gram[i * size + i]!);
  const smallest = 1e-6 * Math.max(...left);
  for (let k = 0; k < width; k++) {
    const pivot = left.indexOf(Math.max(...left));
    if (left[pivot]! <= smallest) break;
    const root = Math.sqrt(left[pivot]!);
    for (let i = 0; i < size; i++) {
      let value = gram[i * size + pivot]!;
      for (let c = 0; c < k; c++) value -= factor[i * width + c]! * factor[pivot * width + c]!;
      factor[i * width + k] = value / root;
      left[i] = left[i]! - (value / root) ** 2;
    }
    left[pivot] = -Infinity;
  }
  return Float32Array.from(factor);
}

function permute({ layers, samples, width }: UnitRows, random: Random): UnitRows {
  const order = Int32Array.from({ length: samples }, (_, b) => b);
  const permuted = layers.map((rows) => {
    const out = new Float32Array(rows.length);
    for (let start = 0; start < rows.length; start += samples * width) {
      random.shuffle(order);
      for (let b = 0; b < samples; b++) {
        const from = start + order[b]! * width;
        out.set(rows.subarray(from, from + width), start + b * width);
      }
    }
    return out;
  });
  return { layers: permuted, samples, width };
}

/** Σ over the columns of the products of every two units' rows. */
function gramOfUnits(
  engine: Engine,
  { layers, samples, width }: UnitRows,
  sizes: readonly number[],
  combined: boolean,
): Blocks {
  const sums = zeroBlocks(sizes, combined);
  const products = new Products(engine);
  layers.forEach((right, b) => {
    for (let a = 0; a <= b; a++) {
      const sum = block(sums, a, b);
      if (sum !== null) products.addOfRows(sum, layers[a]!, right, samples * width, sizes[a]!, sizes[b]!);
    }
  });
  return sums;
}

function scaleBlocks({ data, ...rest }: Blocks, by: number): Blocks {
  return { ...rest, data: data.map((values) => values?.map((value) => value * by) ?? null) };
}
