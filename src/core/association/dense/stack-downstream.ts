import type { DenseStack } from '../../network/dense-stack';
import { isSmooth } from '../../network/ops/elementwise';
import { accumulate, type Engine, Scratch } from '../../tensor/engine';
import { block, type Blocks, zeroBlocks } from '../sums/blocks';
import type { Predictions } from '../sums/loss';
import { Products } from '../sums/products';
import type { CollectedMeasures, Collector, CollectOptions, Tile } from '../sums/sums';
import { StackCurvature } from './stack-curvature';
import type { Activations } from './stack-forward';

/** Rows (sample, logit) per matrix product: its sums stay short enough for float32. */
const TILE_ROWS = 1024;

/**
 * Downstream measures of all hidden layers, from one vector-Jacobian product per logit. Per sample, G_l = ∂z/∂h_l
 * [outputs, units]: backward_jac is Σ_b GᵀG and backward_hess is Σ_b Gᵀ M G with M the Hessian of the loss in the logits, diag(p) − p pᵀ
 * of cross-entropy; where a nonlinearity is smooth, StackCurvature adds the rest. G of the last hidden layer is the readout's weight
 * whatever the sample, so its blocks need only Σ_b G, Σ_b M G and Σ_b M.
 */
export class StackDownstream implements Collector<Activations> {
  readonly #jacobian: Blocks;
  readonly #hessian: Blocks;
  /** Per layer [outputs, units]: Σ_b G and Σ_b M G. */
  readonly #gradientSums: readonly Float64Array[];
  readonly #weightedSums: readonly Float64Array[];
  /** Σ_b M, [outputs, outputs]; where the loss is not coupled, its diagonal alone. */
  #lossCurvature = new Float64Array(0);
  #samples = 0;
  #coupled = false;
  readonly #gradients: readonly Scratch[];
  readonly #weighted: readonly Scratch[];
  readonly #products: Products;
  readonly #scaled = new Scratch();
  readonly #curvature: StackCurvature | null;

  constructor(
    readonly engine: Engine,
    readonly stack: DenseStack,
    readonly options: CollectOptions,
  ) {
    const { measures, combined } = options;
    const sizes = stack.hidden.map((layer) => layer.outputs);
    const outputs = stack.readout.outputs;
    this.#jacobian = zeroBlocks(sizes, combined);
    this.#hessian = zeroBlocks(sizes, combined);
    this.#gradientSums = sizes.map((units) => new Float64Array(outputs * units));
    this.#weightedSums = sizes.map((units) => new Float64Array(outputs * units));
    this.#products = new Products(engine);
    this.#gradients = sizes.map(() => new Scratch());
    this.#weighted = sizes.map(() => new Scratch());
    // The first layer's own nonlinearity comes before its units, not after them.
    const isCurved = stack.hidden.slice(1).some(({ activation }) => isSmooth(activation));
    this.#curvature =
      measures.has('backward_hess') && isCurved ? new StackCurvature(engine, stack, this.#hessian) : null;
  }

  add(activations: Activations, { predictions }: Tile): void {
    const { samples, slopes } = activations;
    const outputs = this.stack.readout.outputs;
    const { weights, coupled } = predictions;
    if (this.#samples === 0) {
      this.#coupled = coupled;
      this.#lossCurvature = new Float64Array(coupled ? outputs * outputs : outputs);
    }
    this.#samples += samples;
    for (let b = 0; b < samples; b++) {
      for (let o = 0; o < outputs; o++) {
        const d = weights[b * outputs + o]!;
        this.#lossCurvature[coupled ? o * outputs + o : o]! += d;
        for (let q = 0; q < outputs && coupled; q++) {
          this.#lossCurvature[o * outputs + q]! -= d * weights[b * outputs + q]!;
        }
      }
    }
    const tile = Math.max(1, Math.floor(TILE_ROWS / outputs));
    for (let first = 0; first < samples; first += tile) {
      this.#addTile(slopes, predictions, first, Math.min(first + tile, samples));
    }
    this.#curvature?.add(activations, predictions);
  }

  finish(): CollectedMeasures {
    this.#addLastLayer();
    const { measures } = this.options;
    return {
      ...(measures.has('backward_jac') && { backward_jac: { products: this.#jacobian, variance: null } }),
      ...(measures.has('backward_hess') && { backward_hess: { products: this.#hessian, variance: null } }),
    };
  }

  /** The blocks with the last hidden layer, from the sums over all samples. */
  #addLastLayer(): void {
    const last = this.stack.hidden.length - 1;
    const { weight, outputs, inputs: units } = this.stack.readout;
    // G of the last layer is one matrix W: Σ_b WᵀW and Σ_b WᵀMW.
    this.#gradientSums[last]!.set(weight.map((value) => value * this.#samples));
    // Where M has rows that sum to zero, a constant may be taken from W's columns; what is left does not cancel.
    const centred = this.#coupled ? centreColumns(weight, outputs, units) : weight;
    const weighted = centred.map((value, at) => value * (this.#lossCurvature[Math.floor(at / units)] ?? 0));
    if (this.#coupled)
      this.engine.multiply(
        Float32Array.from(this.#lossCurvature),
        centred,
        outputs,
        outputs,
        units,
        weighted,
      );
    accumulate(this.#weightedSums[last]!, weighted);
    for (let layer = 0; layer <= last; layer++) {
      const gradients = Float32Array.from(this.#gradientSums[layer]!);
      this.#addProduct(this.#jacobian, layer, last, gradients, weight, outputs);
      const weightedGradients = Float32Array.from(this.#weightedSums[layer]!);
      this.#addProduct(this.#hessian, layer, last, weightedGradients, centred, outputs);
    }
  }

  #addTile(slopes: readonly Float32Array[], predictions: Predictions, first: number, end: number): void {
    const { hidden, readout } = this.stack;
    const outputs = readout.outputs;
    const rows = (end - first) * outputs;
    const gradients: Float32Array[] = [];
    const weighted: Float32Array[] = [];
    for (let layer = hidden.length - 2; layer >= 0; layer--) {
      const above = hidden[layer + 1]!;
      const units = above.inputs;
      const scaled = this.#scaled.take(rows * above.outputs);
      const known = gradients[layer + 1];
      scaleBySlopes(
        known ?? readout.weight,
        known === undefined,
        slopes[layer + 1]!,
        outputs,
        above.outputs,
        first,
        end,
        scaled,
      );
      const gradient = this.#gradients[layer]!.take(rows * units);
      this.engine.multiply(scaled, above.weight, rows, above.outputs, units, gradient);
      gradients[layer] = gradient;
      const root = this.#weighted[layer]!.take(rows * units);
      this.#weigh(layer, gradient, predictions, first, end, root);
      weighted[layer] = root;
    }
    for (let b = 0; b < gradients.length; b++) {
      for (let a = 0; a <= b; a++) {
        this.#addProduct(this.#jacobian, a, b, gradients[a]!, gradients[b]!, rows);
        this.#addProduct(this.#hessian, a, b, weighted[a]!, weighted[b]!, rows);
      }
    }
  }

  /**
   * out = √d_o (G_o − Σ_q d_q G_q), without the sum where the loss is not coupled: its products over the logits are
   * Gᵀ M G. Adds G and M G to their sums.
   * Rows are (sample, logit), columns the layer's units.
   */
  #weigh(
    layer: number,
    gradient: Float32Array,
    { weights, coupled }: Predictions,
    first: number,
    end: number,
    out: Float32Array,
  ): void {
    const sums = this.#gradientSums[layer]!;
    const weightedSums = this.#weightedSums[layer]!;
    const outputs = this.stack.readout.outputs;
    const units = sums.length / outputs;
    const mean = new Float64Array(units);
    for (let b = first, at = 0; b < end; b++) {
      mean.fill(0);
      for (let o = 0, row = at; o < outputs && coupled; o++, row += units) {
        const p = weights[b * outputs + o]!;
        for (let i = 0; i < units; i++) mean[i]! += p * gradient[row + i]!;
      }
      for (let o = 0; o < outputs; o++) {
        const root = Math.sqrt(weights[b * outputs + o]!);
        for (let i = 0; i < units; i++, at++) {
          const value = root * (gradient[at]! - mean[i]!);
          out[at] = value;
          sums[o * units + i]! += gradient[at]!;
          weightedSums[o * units + i]! += root * value;
        }
      }
    }
  }

  /** Block (a, b) += leftᵀ right, over `rows` rows. */
  #addProduct(to: Blocks, a: number, b: number, left: Float32Array, right: Float32Array, rows: number): void {
    const sum = block(to, a, b);
    if (sum === null) return;
    const [m, n] = [to.sizes[a]!, to.sizes[b]!];
    this.#products.add(sum, left, right, rows, m, n);
  }
}

/** out[(b, o), j] = rows[(b, o), j] · s_bj. `rows` is one matrix [outputs, units] for all samples where `shared`. */
function scaleBySlopes(
  rows: Float32Array,
  shared: boolean,
  slopes: Float32Array,
  outputs: number,
  units: number,
  first: number,
  end: number,
  out: Float32Array,
): void {
  for (let b = first, at = 0; b < end; b++) {
    let row = shared ? 0 : at;
    for (let o = 0; o < outputs; o++) {
      for (let j = 0; j < units; j++, at++, row++) out[at] = rows[row]! * slopes[b * units + j]!;
    }
  }
}

/** [rows, columns] less the mean of every column. */
function centreColumns(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const mean = new Float64Array(columns);
  for (let at = 0; at < matrix.length; at++) mean[at % columns]! += matrix[at]! / rows;
  return matrix.map((value, at) => value - mean[at % columns]!);
}
