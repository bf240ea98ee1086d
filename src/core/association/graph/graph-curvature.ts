import type { Layer } from '../../network/model';
import type { ForwardValues, Injection, Program } from '../../network/program';
import type { Engine } from '../../tensor/engine';
import { block, type Blocks } from '../sums/blocks';
import type { Predictions } from '../sums/loss';
import { Products, UnitRows } from '../sums/products';
import type { Tile } from '../sums/sums';
import { type ProbeRange, probeRows, type Probes, ProbeSums } from './probes';

/**
 * The curvature of the operations: what smooth ones add to the loss Hessian. An operation m with inputs a has the second-order term
 * C_m = Σ_k δ_k ∂²y_k/∂a², δ = ∂L/∂y, and adds J_mᵀ C_m J_m with J_m = ∂a/∂h. For a probe v of a hidden layer, one
 * Jacobian-vector product gives J_m v for all of them, and one vector-Jacobian product takes C_m J_m v back:
 * E[v (Σ_m J_mᵀ C_m J_m v)ᵀ] is that sum. (Probes of the operations' inputs would do for all layers at a time, but the terms of
 * norms and of attention are large and cancel: they took ten times as many and more.)
 */
export class GraphCurvature {
  readonly sums: ProbeSums;
  readonly #products: Products;
  readonly #probeRows: UnitRows;
  readonly #rows: UnitRows;

  /**
   * @param after per hidden layer, the smooth operations after it
   * @param probes per hidden layer; null where there are no such operations
   * @param maxRows whose values at the inputs of all smooth operations may be held at a time
   */
  constructor(
    engine: Engine,
    readonly program: Program,
    readonly layers: readonly Layer[],
    readonly combined: boolean,
    readonly after: readonly (readonly number[])[],
    readonly probes: readonly (Probes | null)[],
    readonly maxRows: number,
  ) {
    this.sums = new ProbeSums(layers, combined, probes);
    this.#products = new Products(engine);
    this.#probeRows = new UnitRows(layers, false);
    this.#rows = new UnitRows(layers, false);
  }

  add(state: ForwardValues, { first, predictions }: Tile): void {
    const { samples } = state;
    const deltas = this.#deltas(state, predictions);
    const chunk = Math.max(1, Math.floor(this.maxRows / samples));
    this.probes.forEach((probes, layer) => {
      if (probes === null) return;
      this.sums.add(probes, (start, end, sums) => {
        for (let from = start; from < end; from += chunk) {
          const range = { first, samples, from, count: Math.min(chunk, end - from) };
          this.#addProbes(state, layer, probes, range, deltas, sums);
        }
      });
    });
  }

  /** ∂L/∂y of every smooth operation after a hidden layer, one row per sample. */
  #deltas(state: ForwardValues, predictions: Predictions): Map<number, Float32Array> {
    const logits = this.program.graph.nodes.length - 1;
    const deltas = new Map<number, Float32Array>();
    const targets = new Set(this.after.flat());
    this.program.vjp(state, new Map([[logits, predictions.gradient()]]), 1, targets, (node, rows) => {
      deltas.set(node, rows.slice());
    });
    return deltas;
  }

  /** Adds v (Σ_m J_mᵀ C_m J_m v)ᵀ of probes v of a layer to its blocks with itself and later ones. */
  #addProbes(
    state: ForwardValues,
    layer: number,
    probes: Probes,
    range: ProbeRange,
    deltas: ReadonlyMap<number, Float32Array>,
    sums: Blocks,
  ): void {
    const { hidden } = this.program.graph;
    const { units, positions } = this.layers[layer]!;
    const { count } = range;
    const rows = state.samples * count;
    const tangents = probeRows(probes, range, 0, units * positions);
    const left = this.#probeRows.of(layer, tangents, rows);
    const injection = this.#injection(state, layer, tangents, deltas, count);
    const targets = new Set(this.combined ? hidden.slice(layer) : [hidden[layer]!]);
    this.program.vjp(
      state,
      new Map(),
      count,
      targets,
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

  /** C_m J_m v of the smooth operations after a layer, as cotangents of their inputs. @param probes v, `perSample` rows per sample */
  #injection(
    state: ForwardValues,
    layer: number,
    probes: Float32Array,
    deltas: ReadonlyMap<number, Float32Array>,
    perSample: number,
  ): Injection {
    const { program } = this;
    const { nodes, hidden } = program.graph;
    const after = this.after[layer]!;
    const inputs = new Set(after.flatMap((node) => nodes[node]!.inputs));
    const tangents = new Map<number, Float32Array>();
    const seeds = new Map([[hidden[layer]!, probes]]);
    program.jvp(state, seeds, perSample, inputs, (node, rows) => {
      tangents.set(node, rows.slice(0, state.samples * perSample * program.sizes[node]!));
    });
    const add: Injection['add'] = (node, into) => {
      const delta = deltas.get(node);
      const given = nodes[node]!.inputs.map((input) => tangents.get(input) ?? null);
      if (delta !== undefined) program.hvp(state, node, delta, given, perSample, into);
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
