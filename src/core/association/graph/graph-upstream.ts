import type { Layer } from '../../network/model';
import type { ForwardValues, Program } from '../../network/program';
import { type Engine, transposeMatrix } from '../../tensor/engine';
import { block, type Blocks } from '../sums/blocks';
import { addProducts, Products, UnitRows } from '../sums/products';
import type { CollectedMeasures, Collector, Tile } from '../sums/sums';
import { type ProbeRange, probeRows, type Probes, ProbeSums } from './probes';

/**
 * Inner products of units' gradients with respect to the input, Σ_k ∂h_i/∂x_k ∂h_j/∂x_k at each position: (J v)(J v)ᵀ of
 * Jacobian-vector products with probes v of the input, or J Jᵀ of vector-Jacobian products, one for each unit.
 */
export class GraphUpstream implements Collector<ForwardValues> {
  readonly #sums: ProbeSums;
  readonly #products: Products;
  readonly #rows: UnitRows;
  /** Nodes of the layers whose gradients are taken by Jacobian-vector products. */
  readonly #jvpNodes: ReadonlySet<number>;
  /** The other layers. */
  readonly #vjpLayers: readonly number[];
  readonly #roots: ReadonlySet<number>;

  /**
   * @param probes of the input; null where no layer needs them
   * @param vjp per hidden layer, whether its gradients are taken by vector-Jacobian products; only of layers without positions
   * @param maxRows of the largest node that are held at a time
   */
  constructor(
    engine: Engine,
    readonly program: Program,
    readonly layers: readonly Layer[],
    readonly combined: boolean,
    readonly probes: Probes | null,
    vjp: readonly boolean[],
    readonly maxRows: number,
  ) {
    this.#sums = new ProbeSums(layers, combined, [probes]);
    this.#products = new Products(engine);
    this.#rows = new UnitRows(layers, combined);
    this.#jvpNodes = new Set(program.graph.hidden.filter((_, layer) => !vjp[layer]));
    this.#vjpLayers = layers.flatMap((_, layer) => (vjp[layer] ? [layer] : []));
    this.#roots = new Set(program.roots);
  }

  add(state: ForwardValues, { first }: Tile): void {
    const { probes } = this;
    const { samples } = state;
    if (probes !== null) {
      const chunk = Math.max(1, Math.floor(this.maxRows / samples));
      this.#sums.add(probes, (start, end, sums) => {
        for (let from = start; from < end; from += chunk)
          this.#addProbes(state, probes, { first, samples, from, count: Math.min(chunk, end - from) }, sums);
      });
    }
    if (this.#vjpLayers.length > 0) this.#addGradients(state);
  }

  finish(): CollectedMeasures {
    const { products, variance } = this.#sums;
    return { forward_jac: { products, variance } };
  }

  #addProbes(state: ForwardValues, probes: Probes, range: ProbeRange, sums: Blocks): void {
    const { count } = range;
    const rows = state.samples * count;
    const reached: (Float32Array | null)[] = this.layers.map(() => null);
    this.program.jvp(state, this.#seeds(probes, range), count, this.#jvpNodes, (node, values) => {
      const layer = this.program.graph.hidden.indexOf(node);
      const own = this.#rows.of(layer, values, rows);
      // Lent until the visit ends.
      reached[layer] = this.combined && own === values ? values.slice() : own;
      if (this.combined) return;
      addProducts(this.#products, sums, reached, reached, rows);
      reached[layer] = null;
    });
    if (this.combined) addProducts(this.#products, sums, reached, reached, rows);
  }

  /** The part of the probes that each root takes. */
  #seeds(probes: Probes, range: ProbeRange): Map<number, Float32Array> {
    let offset = 0;
    const seeds = new Map<number, Float32Array>();
    for (const root of this.program.roots) {
      const size = this.program.sizes[root]!;
      seeds.set(root, probeRows(probes, range, offset, size));
      offset += size;
    }
    return seeds;
  }

  /** Per sample, the gradients J [units, inputs] of all layers without probes, and J Jᵀ. */
  #addGradients(state: ForwardValues): void {
    const gradients = this.#vjpLayers.map((layer) => this.#gradients(state, layer));
    for (let sample = 0; sample < state.samples; sample++) {
      gradients.forEach((right, b) => {
        gradients.forEach((left, a) => {
          const sum = block(this.#sums.products, this.#vjpLayers[a]!, this.#vjpLayers[b]!);
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
    const chunk = Math.max(1, Math.floor(this.maxRows / samples));
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
