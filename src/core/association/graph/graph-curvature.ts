import type { Layer } from '../../network/model';
import type { ForwardValues, Injection, Program } from '../../network/program';
import type { Engine } from '../../tensor/engine';
import { block, type Blocks } from '../sums/blocks';
import { lossGradient } from '../sums/loss';
import { Products, UnitRows } from '../sums/products';
import { Estimate, type Probes } from './probes';

/**
 * What smooth operations add to the loss Hessian. An operation m with inputs a has the second-order term C_m = Σ_k δ_k ∂²y_k/∂a²,
 * δ = ∂L/∂y, and adds J_mᵀ C_m J_m with J_m = ∂a/∂h. A direction v of a hidden layer is pushed to the inputs of all of them, and
 * C_m J_m v pulled back from there: E[v (Σ_m J_mᵀ C_m J_m v)ᵀ] is that sum. (Directions at the operations' inputs would do for all
 * layers at a time, but the terms of norms and of attention are large and cancel: they took ten times as many and more.)
 */
export class GraphCurvature {
  readonly estimate: Estimate;
  readonly #products: Products;
  readonly #directions: UnitRows;
  readonly #rows: UnitRows;

  /**
   * @param after per hidden layer, the smooth operations after it
   * @param directions per hidden layer; null where nothing bends after it
   * @param mostRows whose values at the inputs of all smooth operations may be held at a time
   */
  constructor(
    engine: Engine,
    readonly program: Program,
    readonly layers: readonly Layer[],
    readonly combined: boolean,
    readonly after: readonly (readonly number[])[],
    readonly directions: readonly (Probes | null)[],
    readonly mostRows: number,
  ) {
    this.estimate = new Estimate(
      layers.map(({ units }) => units),
      combined,
      layers.map(({ positions }) => positions),
    );
    this.#products = new Products(engine);
    this.#directions = new UnitRows(layers, false);
    this.#rows = new UnitRows(layers, false);
  }

  /** @param first number of the tile's first sample in the data set */
  add(state: ForwardValues, first: number, probabilities: Float64Array, labels: Int32Array): void {
    const deltas = this.#deltas(state, probabilities, labels);
    const { estimate } = this;
    this.directions.forEach((directions, layer) => {
      if (directions === null) return;
      const add = (from: number, end: number, sums: Blocks): void => {
        const chunk = Math.max(1, Math.floor(this.mostRows / state.samples));
        for (let at = from; at < end; at += chunk)
          this.#addDirections(state, first, layer, directions, deltas, at, Math.min(chunk, end - at), sums);
      };
      if (!directions.random) {
        add(0, directions.count, estimate.sum);
        return;
      }
      const half = directions.count / 2;
      const [a, b] = [estimate.zeros(), estimate.zeros()];
      add(0, half, a);
      add(half, directions.count, b);
      estimate.addHalves(a, b, directions.weight);
    });
  }

  /** ∂L/∂y of every smooth operation after a hidden layer, one row per sample. */
  #deltas(state: ForwardValues, probabilities: Float64Array, labels: Int32Array): Map<number, Float32Array> {
    const logits = this.program.graph.nodes.length - 1;
    const gradient = lossGradient(probabilities, labels, probabilities.length / state.samples);
    const deltas = new Map<number, Float32Array>();
    const wanted = new Set(this.after.flat());
    this.program.vjp(state, new Map([[logits, gradient]]), 1, wanted, (node, rows) => {
      deltas.set(node, rows.slice());
    });
    return deltas;
  }

  /** Adds v (Σ_m J_mᵀ C_m J_m v)ᵀ of the directions from … from + count − 1 of a layer to its blocks with itself and later ones. */
  #addDirections(
    state: ForwardValues,
    first: number,
    layer: number,
    directions: Probes,
    deltas: ReadonlyMap<number, Float32Array>,
    from: number,
    count: number,
    sums: Blocks,
  ): void {
    const { hidden } = this.program.graph;
    const { units, positions } = this.layers[layer]!;
    const rows = state.samples * count;
    const size = units * positions;
    const pushed = new Float32Array(rows * size);
    for (let row = 0; row < rows; row++) {
      const sample = first + Math.floor(row / count);
      directions.fill(sample, from + (row % count), 0, pushed.subarray(row * size, (row + 1) * size));
    }
    const left = this.#directions.of(layer, pushed, rows);
    const injection = this.#injection(state, layer, pushed, deltas, count);
    const wanted = new Set(this.combined ? hidden.slice(layer) : [hidden[layer]!]);
    this.program.vjp(
      state,
      new Map(),
      count,
      wanted,
      (node, values) => {
        const other = hidden.indexOf(node);
        const sum = block(sums, layer, other);
        if (sum === null) return;
        const right = this.#rows.of(other, values, rows);
        this.#products.add(sum, left, right, rows * positions, units, this.layers[other]!.units);
      },
      injection,
    );
  }

  /** Pushes directions of a layer to the smooth operations after it, and adds C_m J_m v on the way back. */
  #injection(
    state: ForwardValues,
    layer: number,
    directions: Float32Array,
    deltas: ReadonlyMap<number, Float32Array>,
    count: number,
  ): Injection {
    const { program } = this;
    const { nodes, hidden } = program.graph;
    const after = this.after[layer]!;
    const inputs = new Set(after.flatMap((node) => nodes[node]!.inputs));
    const tangents = new Map<number, Float32Array>();
    const seeds = new Map([[hidden[layer]!, directions]]);
    program.jvp(state, seeds, count, inputs, (node, rows) => {
      tangents.set(node, rows.slice(0, state.samples * count * program.sizes[node]!));
    });
    const add: Injection['add'] = (node, into) => {
      const delta = deltas.get(node);
      const given = nodes[node]!.inputs.map((input) => tangents.get(input) ?? null);
      if (delta !== undefined) program.hvp(state, node, delta, given, count, into);
    };
    return { at: new Set(after), add };
  }
}

/** The smooth operations that a node leads to. */
export function smoothAfter(program: Program, node: number): number[] {
  const after: boolean[] = [];
  for (const { inputs } of program.graph.nodes)
    after.push(inputs.some((input) => input === node || after[input] === true));
  return program.smooth.filter((smooth) => after[smooth]);
}
