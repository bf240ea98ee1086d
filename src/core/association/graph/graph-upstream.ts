import type { Layer } from '../../network/model';
import type { ForwardValues, Program } from '../../network/program';
import { type Engine, transposeMatrix } from '../../tensor/engine';
import { block, type Blocks } from '../sums/blocks';
import { addProducts, Products, UnitRows } from '../sums/products';
import { Estimate, type Probes } from './probes';

/**
 * Inner products of units' gradients with respect to the input, Σ_k ∂h_i/∂x_k ∂h_j/∂x_k at each position: of directions v pushed
 * through the network, (J v)(J v)ᵀ, or of gradients pulled back unit by unit.
 */
export class GraphUpstream {
  readonly estimate: Estimate;
  readonly #products: Products;
  readonly #rows: UnitRows;
  readonly #pushedTo: ReadonlySet<number>;
  readonly #pulledFrom: readonly number[];
  readonly #roots: ReadonlySet<number>;

  /**
   * @param directions of the input; null where none are pushed
   * @param pulled per hidden layer, whether its units' gradients are pulled back
   */
  constructor(
    engine: Engine,
    readonly program: Program,
    readonly layers: readonly Layer[],
    readonly combined: boolean,
    readonly directions: Probes | null,
    pulled: readonly boolean[],
    readonly mostRows: number,
  ) {
    const positions = layers.map((layer) => layer.positions);
    this.estimate = new Estimate(
      layers.map(({ units }) => units),
      combined,
      positions,
    );
    this.#products = new Products(engine);
    this.#rows = new UnitRows(layers, combined);
    this.#pushedTo = new Set(program.graph.hidden.filter((_, layer) => !pulled[layer]));
    this.#pulledFrom = layers.flatMap((_, layer) => (pulled[layer] ? [layer] : []));
    this.#roots = new Set(program.roots);
  }

  /** @param first number of the tile's first sample in the data set */
  add(state: ForwardValues, first: number): void {
    if (this.directions !== null) this.#push(state, first, this.directions);
    if (this.#pulledFrom.length > 0) this.#pull(state);
  }

  #push(state: ForwardValues, first: number, directions: Probes): void {
    if (!directions.random) {
      this.#addDirections(state, first, directions, 0, directions.count, this.estimate.sum);
      return;
    }
    const half = directions.count / 2;
    const [a, b] = [this.estimate.zeros(), this.estimate.zeros()];
    this.#addDirections(state, first, directions, 0, half, a);
    this.#addDirections(state, first, directions, half, directions.count, b);
    this.estimate.addHalves(a, b, directions.weight);
  }

  /** Adds the products of the directions from … end − 1 to the sums. */
  #addDirections(
    state: ForwardValues,
    first: number,
    directions: Probes,
    from: number,
    end: number,
    sums: Blocks,
  ): void {
    const chunk = Math.max(1, Math.floor(this.mostRows / state.samples));
    for (let at = from; at < end; at += chunk) {
      const perSample = Math.min(chunk, end - at);
      const rows = state.samples * perSample;
      const seeds = this.#seeds(state.samples, first, directions, at, perSample);
      const pushed: (Float32Array | null)[] = this.layers.map(() => null);
      this.program.jvp(state, seeds, perSample, this.#pushedTo, (node, values) => {
        const layer = this.program.graph.hidden.indexOf(node);
        const own = this.#rows.of(layer, values, rows);
        // Lent until the visit ends.
        pushed[layer] = this.combined && own === values ? values.slice() : own;
        if (this.combined) return;
        addProducts(this.#products, sums, pushed, pushed, rows);
        pushed[layer] = null;
      });
      if (this.combined) addProducts(this.#products, sums, pushed, pushed, rows);
    }
  }

  #seeds(
    samples: number,
    first: number,
    directions: Probes,
    from: number,
    perSample: number,
  ): Map<number, Float32Array> {
    let offset = 0;
    const seeds = new Map<number, Float32Array>();
    for (const root of this.program.roots) {
      const size = this.program.sizes[root]!;
      const seed = new Float32Array(samples * perSample * size);
      for (let row = 0; row < samples * perSample; row++) {
        const sample = first + Math.floor(row / perSample);
        directions.fill(
          sample,
          from + (row % perSample),
          offset,
          seed.subarray(row * size, (row + 1) * size),
        );
      }
      seeds.set(root, seed);
      offset += size;
    }
    return seeds;
  }

  /** Per sample, the gradients J [units, inputs] of all such layers, and J Jᵀ. */
  #pull(state: ForwardValues): void {
    const gradients = this.#pulledFrom.map((layer) => this.#gradients(state, layer));
    for (let sample = 0; sample < state.samples; sample++) {
      gradients.forEach((right, b) => {
        gradients.forEach((left, a) => {
          const sum = block(this.estimate.sum, this.#pulledFrom[a]!, this.#pulledFrom[b]!);
          if (a > b || sum === null) return;
          left.forEach(({ units: m, size, values }, root) => {
            const { units: n, values: others } = right[root]!;
            const x = transposeMatrix(values.subarray(sample * m * size, (sample + 1) * m * size), m, size);
            const y = transposeMatrix(others.subarray(sample * n * size, (sample + 1) * n * size), n, size);
            this.#products.add(sum, x, y, size, m, n);
          });
        });
      });
    }
  }

  /** Per root, ∂h/∂x of the units of a layer without positions, [samples, units, values of the root]. */
  #gradients(state: ForwardValues, layer: number): { units: number; size: number; values: Float32Array }[] {
    const { units } = this.layers[layer]!;
    const node = this.program.graph.hidden[layer]!;
    const { samples } = state;
    const { roots, sizes } = this.program;
    const gradients = roots.map((root) => ({
      units,
      size: sizes[root]!,
      values: new Float32Array(samples * units * sizes[root]!),
    }));
    const chunk = Math.max(1, Math.floor(this.mostRows / samples));
    for (let first = 0; first < units; first += chunk) {
      const count = Math.min(chunk, units - first);
      const cotangents = new Float32Array(samples * count * units);
      for (let row = 0; row < samples * count; row++) cotangents[row * units + first + (row % count)] = 1;
      const seeds = new Map([[node, cotangents]]);
      this.program.vjp(state, seeds, count, this.#roots, (reached, rows) => {
        const { size, values } = gradients[roots.indexOf(reached)]!;
        for (let sample = 0; sample < samples; sample++) {
          const from = sample * count * size;
          values.set(rows.subarray(from, from + count * size), (sample * units + first) * size);
        }
      });
    }
    return gradients;
  }
}
