import type { Layer } from '../../network/model';
import type { ForwardValues, Program } from '../../network/program';
import { type Engine, Scratch } from '../../tensor/engine';
import { addBlocks, type Blocks, zeroBlocks } from '../sums/blocks';
import { addProducts, Products, UnitRows } from '../sums/products';
import type { Predictions } from '../sums/loss';
import type { CollectedMeasures, Collector, CollectOptions, Tile } from '../sums/sums';
import type { GraphCurvature } from './graph-curvature';

/**
 * Downstream measures of all hidden layers, from one vector-Jacobian product per logit. Per sample and position, G = ∂z/∂h
 * [outputs, units]: backward_jac is Σ GᵀG and backward_hess is Σ Gᵀ M G with M the Hessian of the loss in the logits, diag(p) − p pᵀ
 * of cross-entropy; where an operation is smooth, GraphCurvature adds the rest.
 */
export class GraphDownstream implements Collector<ForwardValues> {
  readonly #jacobian: Blocks;
  readonly #hessian: Blocks;
  readonly #products: Products;
  readonly #rows: UnitRows;
  readonly #weighted: readonly Scratch[];
  readonly #hidden: ReadonlySet<number>;

  /**
   * @param curvature null where there is none, or the Hessian is not collected
   * @param maxRows of the largest node that are held at a time
   */
  constructor(
    engine: Engine,
    readonly program: Program,
    readonly layers: readonly Layer[],
    readonly options: CollectOptions,
    readonly curvature: GraphCurvature | null,
    readonly maxRows: number,
  ) {
    const { combined } = options;
    const sizes = layers.map(({ units }) => units);
    const positions = layers.map((layer) => layer.positions);
    this.#jacobian = zeroBlocks(sizes, combined, positions);
    this.#hessian = zeroBlocks(sizes, combined, positions);
    this.#products = new Products(engine);
    this.#rows = new UnitRows(layers, combined);
    const shared = new Scratch();
    this.#weighted = layers.map(() => (combined ? new Scratch() : shared));
    this.#hidden = new Set(program.graph.hidden);
  }

  add(state: ForwardValues, tile: Tile): void {
    const { predictions } = tile;
    const outputs = predictions.weights.length / state.samples;
    const chunk = Math.max(1, Math.min(outputs, Math.floor(this.maxRows / state.samples)));
    const means = predictions.coupled && chunk < outputs ? this.#meanGradients(state, predictions) : null;
    for (let first = 0; first < outputs; first += chunk) {
      this.#addLogits(state, predictions, outputs, first, Math.min(chunk, outputs - first), means);
    }
    this.curvature?.add(state, tile);
  }

  finish(): CollectedMeasures {
    const { measures } = this.options;
    const { products, variance } = this.curvature?.sums ?? { products: null, variance: null };
    if (products !== null) addBlocks(this.#hessian, products);
    return {
      ...(measures.has('backward_jac') && { backward_jac: { products: this.#jacobian, variance: null } }),
      ...(measures.has('backward_hess') && { backward_hess: { products: this.#hessian, variance } }),
    };
  }

  #addLogits(
    state: ForwardValues,
    predictions: Predictions,
    outputs: number,
    first: number,
    count: number,
    means: readonly Float32Array[] | null,
  ): void {
    const { combined } = this.options;
    const rows = state.samples * count;
    const cotangents = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++) cotangents[row * outputs + first + (row % count)] = 1;
    const gradients: (Float32Array | null)[] = this.layers.map(() => null);
    const weighted: (Float32Array | null)[] = this.layers.map(() => null);
    this.#vjp(state, cotangents, count, (layer, values) => {
      const gradient = this.#rows.of(layer, values, rows);
      const { units, positions } = this.layers[layer]!;
      const out = this.#weighted[layer]!.take(rows * units * positions);
      const mean = means?.[layer] ?? null;
      weigh(gradient, mean, predictions, outputs, first, count, state.samples, units * positions, out);
      // Lent until the visit ends.
      gradients[layer] = combined && gradient === values ? values.slice(0, rows * units) : gradient;
      weighted[layer] = out;
      if (combined) return;
      this.#addBlocks(gradients, weighted, rows);
      gradients[layer] = null;
      weighted[layer] = null;
    });
    if (combined) this.#addBlocks(gradients, weighted, rows);
  }

  #addBlocks(
    gradients: readonly (Float32Array | null)[],
    weighted: readonly (Float32Array | null)[],
    rows: number,
  ): void {
    addProducts(this.#products, this.#jacobian, gradients, gradients, rows);
    addProducts(this.#products, this.#hessian, weighted, weighted, rows);
  }

  /** Σ_o d_o G_o of every layer, [samples, positions, units]. */
  #meanGradients(state: ForwardValues, { weights }: Predictions): Float32Array[] {
    const means: Float32Array[] = [];
    this.#vjp(state, Float32Array.from(weights), 1, (layer, values) => {
      const { units, positions } = this.layers[layer]!;
      means[layer] = this.#rows.of(layer, values, state.samples).slice(0, state.samples * units * positions);
    });
    return means;
  }

  /** Per hidden layer, what `perSample` cotangents of the logits give there. */
  #vjp(
    state: ForwardValues,
    cotangents: Float32Array,
    perSample: number,
    visit: (layer: number, values: Float32Array) => void,
  ): void {
    const { graph } = this.program;
    const seeds = new Map([[graph.nodes.length - 1, cotangents]]);
    this.program.vjp(state, seeds, perSample, this.#hidden, (node, values) => {
      visit(graph.hidden.indexOf(node), values);
    });
  }
}

/**
 * out = √d_o (G_o − Σ_q d_q G_q), without the sum where the loss is not coupled: its products over the logits are Gᵀ M G.
 * @param gradient rows (sample, logit first … first + count − 1) of `size` values
 * @param means Σ_q d_q G_q per sample; null where the rows are those of all logits, or the loss is not coupled
 */
function weigh(
  gradient: Float32Array,
  means: Float32Array | null,
  { weights, coupled }: Predictions,
  outputs: number,
  first: number,
  count: number,
  samples: number,
  size: number,
  out: Float32Array,
): void {
  const own = new Float32Array(size);
  for (let b = 0; b < samples; b++) {
    const start = b * count * size;
    const mean = means?.subarray(b * size, (b + 1) * size) ?? own.fill(0);
    for (let q = 0; q < count && coupled && means === null; q++) {
      const p = weights[b * outputs + q]!;
      for (let i = 0, at = start + q * size; i < size; i++, at++) mean[i]! += p * gradient[at]!;
    }
    for (let q = 0; q < count; q++) {
      const root = Math.sqrt(weights[b * outputs + first + q]!);
      for (let i = 0, at = start + q * size; i < size; i++, at++) out[at] = root * (gradient[at]! - mean[i]!);
    }
  }
}
