import type { DenseParameters, DenseStack } from '../../network/dense-stack';
import { accumulate, type Engine, Scratch, transposeMatrix } from '../../tensor/engine';
import { block, type Blocks, zeroBlocks } from '../sums/blocks';
import { Products } from '../sums/products';
import type { CollectedMeasures, Collector } from '../sums/sums';
import type { Activations } from './stack-forward';

/** Floats in the rows of one tile: few enough that two of them stay in the cache. */
const TILE_FLOATS = 1 << 18;

/** K_{a,l} of a tile: rows (sample, unit of layer a), columns the units of the layer reached. */
interface Kernel {
  readonly rows: SampleRows;
  readonly data: Float32Array;
}

/**
 * Inner products of units' gradients with respect to the input, Σ_b Σ_k ∂h_i/∂x_k ∂h_j/∂x_k, without the gradients.
 * Per sample, D the diagonal of slopes: K_{1,1} = D₁ W₁W₁ᵀ D₁, K_{a,l+1} = K_{a,l} W_{l+1}ᵀ D_{l+1}, and
 * K_{l+1,l+1} = K_{l,l+1}ᵀ W_{l+1}ᵀ D_{l+1}.
 */
export class StackUpstream implements Collector<Activations> {
  readonly #sums: Blocks;
  readonly #gram: Float32Array;
  /** W_lᵀ of every hidden layer but the first, [d_{l−1}, d_l]. */
  readonly #weights: readonly Float32Array[];
  /** Σ_b s_i s_j of the first layer. */
  readonly #slopeProducts: Float64Array;
  readonly #tileSamples: number;
  readonly #buffers = new Map<string, Scratch>();

  constructor(
    readonly engine: Engine,
    stack: DenseStack,
    readonly combined: boolean,
  ) {
    const sizes = stack.hidden.map((layer) => layer.outputs);
    const [first, ...deeper] = stack.hidden;
    this.#sums = zeroBlocks(sizes, combined);
    this.#gram = first === undefined ? new Float32Array(0) : gramOfRows(engine, first);
    this.#weights = deeper.map((layer) => transposeMatrix(layer.weight, layer.outputs, layer.inputs));
    this.#slopeProducts = new Float64Array(this.#gram.length);
    this.#tileSamples = Math.max(1, Math.floor(TILE_FLOATS / Math.max(...sizes) ** 2));
  }

  add({ samples, slopes }: Activations): void {
    const units = this.#sums.sizes[0]!;
    const first = slopes[0]!;
    const transposed = transposeMatrix(first, samples, units, this.#take('transposed', samples * units));
    const product = this.#take('product', units * units);
    this.engine.multiply(transposed, first, units, samples, units, product);
    accumulate(this.#slopeProducts, product);
    if (slopes.length === 1) return;
    for (let at = 0; at < samples; at += this.#tileSamples) {
      this.#addTile(slopes, at, Math.min(at + this.#tileSamples, samples));
    }
  }

  finish(): CollectedMeasures {
    const own = block(this.#sums, 0, 0);
    own?.set(this.#slopeProducts.map((products, i) => products * this.#gram[i]!));
    return { forward_jac: { products: this.#sums, variance: null } };
  }

  #addTile(slopes: readonly Float32Array[], first: number, end: number): void {
    const { sizes } = this.#sums;
    let reached = [this.#firstKernel(activeRows(0, slopes[0]!, sizes[0]!, first, end), slopes[0]!)];
    for (let next = 1; next < sizes.length; next++) {
      const units = sizes[next]!;
      const advanced = reached.map((kernel) => this.#advance(kernel, next, slopes[next]!));
      const last = advanced[advanced.length - 1]!;
      const rows = activeRows(next, slopes[next]!, units, first, end);
      const data = this.#take('transposed', rows.count * sizes[next - 1]!);
      transposePerSample(last.rows, last.data, rows, sizes[next - 1]!, units, data);
      const own = this.#advance({ rows, data }, next, slopes[next]!);
      reached = this.combined ? [...advanced, own] : [own];
    }
  }

  #firstKernel(rows: SampleRows, slopes: Float32Array): Kernel {
    const units = this.#sums.sizes[0]!;
    const data = this.#take('first', rows.count * units);
    for (let r = 0, at = 0; r < rows.count; r++) {
      const slopeAt = rows.sample[r]! * units;
      const gramAt = rows.unit[r]! * units;
      const slope = slopes[slopeAt + rows.unit[r]!]!;
      for (let j = 0; j < units; j++, at++) {
        data[at] = slope * this.#gram[gramAt + j]! * slopes[slopeAt + j]!;
      }
    }
    return { rows, data };
  }

  /** Rows times W_lᵀ D_l for layer l = `next`; the result is added to the sums. */
  #advance({ rows, data }: Kernel, next: number, slopes: Float32Array): Kernel {
    const units = this.#sums.sizes[next]!;
    // Two buffers per row layer take turns: one is read while the other is written.
    const out = this.#take(`${rows.layer}/${next % 2}`, rows.count * units);
    this.engine.multiply(data, this.#weights[next - 1]!, rows.count, this.#sums.sizes[next - 1]!, units, out);
    const sum = block(this.#sums, rows.layer, next);
    for (let r = 0, at = 0; r < rows.count; r++) {
      const slopeAt = rows.sample[r]! * units;
      const sumAt = rows.unit[r]! * units;
      for (let j = 0; j < units; j++, at++) {
        const value = out[at]! * slopes[slopeAt + j]!;
        out[at] = value;
        if (sum !== null) sum[sumAt + j]! += value;
      }
    }
    return { rows, data: out };
  }

  #take(name: string, length: number): Float32Array {
    let scratch = this.#buffers.get(name);
    if (scratch === undefined) this.#buffers.set(name, (scratch = new Scratch()));
    return scratch.take(length);
  }
}

/** W Wᵀ, [outputs, outputs]. */
export function gramOfRows(engine: Engine, { weight, outputs, inputs }: DenseParameters): Float32Array {
  const sum = new Float64Array(outputs * outputs);
  new Products(engine).addOfRows(sum, weight, weight, inputs, outputs, outputs);
  return Float32Array.from(sum);
}

/**
 * Which rows of a matrix per sample there are: (sample, unit) pairs whose slope is not zero, by sample, then unit. A ReLU
 * unit that is off makes a row of zeros; leaving it out spares the products about half of their work.
 */
interface SampleRows {
  readonly layer: number;
  readonly count: number;
  readonly sample: Int32Array;
  readonly unit: Int32Array;
  /** First row of each sample of the tile, and the count at the end. */
  readonly starts: Int32Array;
}

/** @param slopes of the layer, [samples, units]; the tile is samples first … end − 1 */
function activeRows(
  layer: number,
  slopes: Float32Array,
  units: number,
  first: number,
  end: number,
): SampleRows {
  const sample = new Int32Array((end - first) * units);
  const unit = new Int32Array((end - first) * units);
  const starts = new Int32Array(end - first + 1);
  let count = 0;
  for (let b = first; b < end; b++) {
    for (let i = 0; i < units; i++) {
      if (slopes[b * units + i] === 0) continue;
      sample[count] = b;
      unit[count] = i;
      count++;
    }
    starts[b - first + 1] = count;
  }
  return { layer, count, sample, unit, starts };
}

/**
 * Transposes every sample's matrix.
 * @param data [from.count, toUnits]: rows (sample, unit i), columns j
 * @param out [to.count, fromUnits]: rows (sample, unit j), columns i; rows left out of `from` become zeros
 */
function transposePerSample(
  from: SampleRows,
  data: Float32Array,
  to: SampleRows,
  fromUnits: number,
  toUnits: number,
  out: Float32Array,
): void {
  out.fill(0, 0, to.count * fromUnits);
  for (let b = 0; b + 1 < to.starts.length; b++) {
    for (let r = to.starts[b]!; r < to.starts[b + 1]!; r++) {
      const j = to.unit[r]!;
      for (let q = from.starts[b]!; q < from.starts[b + 1]!; q++) {
        out[r * fromUnits + from.unit[q]!] = data[q * toUnits + j]!;
      }
    }
  }
}
