import type { Engine } from '../../engine';
import type { Layer } from '../../network/model';
import type { Injection, Program, State } from '../../network/program';
import type { Blocks } from '../blocks';
import { Products } from '../products';
import { lossGradient } from '../softmax';
import type { Directions } from './directions';
import { Estimate } from './estimate';
import { addProducts, UnitRows } from './unit-rows';

/**
 * What smooth operations add to the loss Hessian. An operation m with inputs a has the second-order term C = Σ_k δ_k ∂²y_k/∂a²,
 * δ = ∂L/∂y, and adds Σ_m J_mᵀ C_m J_m with J_m = ∂a/∂h. Directions r at the inputs of all of them are pulled back
 * together, beside C r: with independent random ones, E[(Σ J_mᵀ r_m)(Σ J_mᵀ C_m r_m)ᵀ] is that sum.
 */
export class Bend {
  readonly estimate: Estimate;
  readonly #products: Products;
  readonly #rows: UnitRows;
  readonly #hidden: ReadonlySet<number>;

  /** @param nodes the smooth operations that come after a hidden layer */
  constructor(
    engine: Engine,
    readonly program: Program,
    readonly layers: readonly Layer[],
    readonly combined: boolean,
    readonly nodes: readonly number[],
    readonly directions: Directions,
    readonly mostRows: number,
  ) {
    this.estimate = new Estimate(
      layers.map(({ units }) => units),
      combined,
      layers.map(({ positions }) => positions),
    );
    this.#products = new Products(engine);
    this.#rows = new UnitRows(layers, false);
    this.#hidden = new Set(program.graph.hidden);
  }

  /** @param first number of the tile's first sample in the data set */
  add(state: State, first: number, probabilities: Float64Array, labels: Int32Array): void {
    const deltas = this.#deltas(state, probabilities, labels);
    const { directions, estimate } = this;
    if (!directions.random) {
      this.#addDirections(state, first, deltas, 0, directions.count, estimate.sum);
      return;
    }
    const half = directions.count / 2;
    const [a, b] = [estimate.zeros(), estimate.zeros()];
    this.#addDirections(state, first, deltas, 0, half, a);
    this.#addDirections(state, first, deltas, half, directions.count, b);
    estimate.addHalves(a, b, directions.weight);
  }

  /** ∂L/∂y of every smooth operation, one row per sample. */
  #deltas(state: State, probabilities: Float64Array, labels: Int32Array): Map<number, Float32Array> {
    const logits = this.program.graph.nodes.length - 1;
    const gradient = lossGradient(probabilities, labels, probabilities.length / state.samples);
    const deltas = new Map<number, Float32Array>();
    this.program.pull(state, new Map([[logits, gradient]]), 1, new Set(this.nodes), (node, rows) => {
      deltas.set(node, rows.slice());
    });
    return deltas;
  }

  #addDirections(
    state: State,
    first: number,
    deltas: ReadonlyMap<number, Float32Array>,
    from: number,
    end: number,
    sums: Blocks,
  ): void {
    const chunk = Math.max(1, Math.floor(this.mostRows / (2 * state.samples)));
    for (let at = from; at < end; at += chunk) {
      const count = Math.min(chunk, end - at);
      const injection = this.#injection(state, first, deltas, at, count);
      const left: (Float32Array | null)[] = this.layers.map(() => null);
      const right: (Float32Array | null)[] = this.layers.map(() => null);
      this.program.pull(
        state,
        new Map(),
        2 * count,
        this.#hidden,
        (node, rows) => {
          const layer = this.program.graph.hidden.indexOf(node);
          const { units, positions } = this.layers[layer]!;
          const own = this.#rows.of(layer, rows, 2 * state.samples * count);
          [left[layer], right[layer]] = split(own, state.samples, count * units * positions);
          if (this.combined) return;
          addProducts(this.#products, sums, left, right, state.samples * count);
          left[layer] = right[layer] = null;
        },
        injection,
      );
      if (this.combined) addProducts(this.#products, sums, left, right, state.samples * count);
    }
  }

  /** Adds directions r to the first `count` rows of every sample, and C r to the others. */
  #injection(
    state: State,
    first: number,
    deltas: ReadonlyMap<number, Float32Array>,
    from: number,
    count: number,
  ): Injection {
    const { samples } = state;
    const { nodes } = this.program.graph;
    const offsets = inputOffsets(this.program, this.nodes);
    const add: Injection['add'] = (node, into) => {
      const delta = deltas.get(node);
      const offset = offsets.get(node);
      if (delta === undefined || offset === undefined) return;
      const sizes = nodes[node]!.inputs.map((input) => this.program.sizes[input]!);
      const directions = into.map((target, slot) => {
        if (target === null) return null;
        const size = sizes[slot]!;
        const out = new Float32Array(samples * count * size);
        for (let row = 0; row < samples * count; row++) {
          const sample = first + Math.floor(row / count);
          const part = out.subarray(row * size, (row + 1) * size);
          this.directions.fill(sample, from + (row % count), offset[slot]!, part);
        }
        return out;
      });
      const bent = directions.map((rows) => (rows === null ? null : new Float32Array(rows.length)));
      this.program.bend(state, node, delta, directions, count, bent);
      into.forEach((target, slot) => {
        const [r, c] = [directions[slot], bent[slot]];
        if (target !== null && r && c) addRows(target, r, c, samples, count * sizes[slot]!);
      });
    };
    return { at: new Set(deltas.keys()), add };
  }
}

/** Where the inputs of smooth operations stand in a direction over all of them. */
function inputOffsets(program: Program, nodes: readonly number[]): Map<number, number[]> {
  let offset = 0;
  return new Map(
    nodes.map((node) => {
      const inputs = program.graph.nodes[node]!.inputs.map((input) => {
        const at = offset;
        offset += program.sizes[input]!;
        return at;
      });
      return [node, inputs];
    }),
  );
}

/** into += per sample, the rows of r, then those of c; `size` values each. */
function addRows(into: Float32Array, r: Float32Array, c: Float32Array, samples: number, size: number): void {
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0, at = 2 * sample * size; i < size; i++, at++) {
      into[at]! += r[sample * size + i]!;
      into[at + size]! += c[sample * size + i]!;
    }
  }
}

/** The two halves of every sample's rows, `size` values each. */
function split(rows: Float32Array, samples: number, size: number): [Float32Array, Float32Array] {
  const [first, second] = [new Float32Array(samples * size), new Float32Array(samples * size)];
  for (let sample = 0; sample < samples; sample++) {
    const at = 2 * sample * size;
    first.set(rows.subarray(at, at + size), sample * size);
    second.set(rows.subarray(at + size, at + 2 * size), sample * size);
  }
  return [first, second];
}
