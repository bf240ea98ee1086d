import type { Layer } from '../../network/model';
import type { ForwardValues, Program } from '../../network/program';
import { type Engine, Scratch } from '../../tensor/engine';
import { type Blocks, zeroBlocks } from '../sums/blocks';
import { addProducts, Products, UnitRows } from '../sums/products';

/**
 * Downstream measures of all hidden layers, from one vector-Jacobian product per logit. Per sample and position, G = ∂z/∂h
 * [classes, units]: `jacobian` is Σ GᵀG and `hessian` is Σ Gᵀ M G with M = diag(p) − p pᵀ, the Hessian of the cross-entropy in
 * the logits. What smooth operations add to it is Bend's.
 */
export class GraphDownstream {
  readonly jacobian: Blocks;
  readonly hessian: Blocks;
  readonly #products: Products;
  readonly #rows: UnitRows;
  readonly #weighted: readonly Scratch[];
  readonly #wanted: ReadonlySet<number>;

  constructor(
    engine: Engine,
    readonly program: Program,
    readonly layers: readonly Layer[],
    readonly combined: boolean,
    /** Rows of the largest node that are held at a time. */
    readonly mostRows: number,
  ) {
    const sizes = layers.map(({ units }) => units);
    const positions = layers.map((layer) => layer.positions);
    this.jacobian = zeroBlocks(sizes, combined, positions);
    this.hessian = zeroBlocks(sizes, combined, positions);
    this.#products = new Products(engine);
    this.#rows = new UnitRows(layers, combined);
    const shared = new Scratch();
    this.#weighted = layers.map(() => (combined ? new Scratch() : shared));
    this.#wanted = new Set(program.graph.hidden);
  }

  /** @param probabilities softmax of the logits, [samples, classes] */
  add(state: ForwardValues, probabilities: Float64Array): void {
    const classes = probabilities.length / state.samples;
    const chunk = Math.max(1, Math.min(classes, Math.floor(this.mostRows / state.samples)));
    const means = chunk < classes ? this.#meanGradients(state, probabilities) : null;
    for (let first = 0; first < classes; first += chunk) {
      this.#addLogits(state, probabilities, classes, first, Math.min(chunk, classes - first), means);
    }
  }

  #addLogits(
    state: ForwardValues,
    probabilities: Float64Array,
    classes: number,
    first: number,
    count: number,
    means: readonly Float32Array[] | null,
  ): void {
    const rows = state.samples * count;
    const cotangents = new Float32Array(rows * classes);
    for (let row = 0; row < rows; row++) cotangents[row * classes + first + (row % count)] = 1;
    const gradients: (Float32Array | null)[] = this.layers.map(() => null);
    const weighted: (Float32Array | null)[] = this.layers.map(() => null);
    this.#pull(state, cotangents, count, (layer, values) => {
      const gradient = this.#rows.of(layer, values, rows);
      const { units, positions } = this.layers[layer]!;
      const out = this.#weighted[layer]!.take(rows * units * positions);
      const mean = means?.[layer] ?? null;
      weigh(gradient, mean, probabilities, classes, first, count, state.samples, units * positions, out);
      // Lent until the visit ends.
      gradients[layer] = this.combined && gradient === values ? values.slice(0, rows * units) : gradient;
      weighted[layer] = out;
      if (this.combined) return;
      this.#addBlocks(gradients, weighted, rows);
      gradients[layer] = null;
      weighted[layer] = null;
    });
    if (this.combined) this.#addBlocks(gradients, weighted, rows);
  }

  #addBlocks(
    gradients: readonly (Float32Array | null)[],
    weighted: readonly (Float32Array | null)[],
    rows: number,
  ): void {
    addProducts(this.#products, this.jacobian, gradients, gradients, rows);
    addProducts(this.#products, this.hessian, weighted, weighted, rows);
  }

  /** Σ_o p_o G_o of every layer, [samples, positions, units]. */
  #meanGradients(state: ForwardValues, probabilities: Float64Array): Float32Array[] {
    const means: Float32Array[] = [];
    this.#pull(state, Float32Array.from(probabilities), 1, (layer, values) => {
      const { units, positions } = this.layers[layer]!;
      means[layer] = this.#rows.of(layer, values, state.samples).slice(0, state.samples * units * positions);
    });
    return means;
  }

  #pull(
    state: ForwardValues,
    cotangents: Float32Array,
    perSample: number,
    visit: (layer: number, values: Float32Array) => void,
  ): void {
    const { graph } = this.program;
    const seeds = new Map([[graph.nodes.length - 1, cotangents]]);
    this.program.vjp(state, seeds, perSample, this.#wanted, (node, values) => {
      visit(graph.hidden.indexOf(node), values);
    });
  }
}

/**
 * out = √p_o (G_o − Σ_q p_q G_q), whose products over the logits are Gᵀ M G.
 * @param gradient rows (sample, logit first … first + count − 1) of `size` values
 * @param means Σ_q p_q G_q per sample; null where the rows are those of all logits
 */
function weigh(
  gradient: Float32Array,
  means: Float32Array | null,
  probabilities: Float64Array,
  classes: number,
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
    for (let q = 0; q < count && means === null; q++) {
      const p = probabilities[b * classes + q]!;
      for (let i = 0, at = start + q * size; i < size; i++, at++) mean[i]! += p * gradient[at]!;
    }
    for (let q = 0; q < count; q++) {
      const root = Math.sqrt(probabilities[b * classes + first + q]!);
      for (let i = 0, at = start + q * size; i < size; i++, at++) out[at] = root * (gradient[at]! - mean[i]!);
    }
  }
}
