import { type Engine, Scratch } from '../tensor/engine';
import { sizeOf } from '../tensor/shape';
import type { GraphModel } from './model';
import { rulesOf } from './ops/operation';
import type { Kernel, Point } from './ops/rules';

/** What a forward pass leaves behind: the values of every node, [samples, ...shape]. The next one reuses the arrays. */
export interface ForwardValues {
  readonly samples: number;
  readonly values: readonly Float32Array[];
}

/** Told of what reached a node: `perSample` rows per sample. The array is lent until the call returns. */
type Visit = (node: number, rows: Float32Array) => void;

/** Cotangents that are added on the way. */
export interface Injection {
  readonly at: ReadonlySet<number>;
  /** Adds to the cotangents of a node's inputs; null are those that are not asked for. */
  readonly add: (node: number, into: readonly (Float32Array | null)[]) => void;
}

/** A graph ready to run: its values, and the products of its Jacobians with tangents and cotangents. */
export class Program {
  /** Values per sample of every node. */
  readonly sizes: readonly number[];
  /** The nodes inputs enter by as real numbers: the input, or the embeddings that read it. */
  readonly roots: readonly number[];
  readonly #kernels: readonly (Kernel | null)[];
  readonly #values: readonly Scratch[];
  readonly #pool = new ArrayPool();

  constructor(
    readonly graph: GraphModel,
    engine: Engine,
  ) {
    const { nodes, parameters } = graph;
    this.sizes = nodes.map(({ shape }) => sizeOf(shape));
    this.#values = nodes.map(() => new Scratch());
    const embeddings = nodes.flatMap(({ operation }, i) => (operation.kind === 'embedding' ? [i] : []));
    this.roots = embeddings.length > 0 ? embeddings : [0];
    this.#kernels = nodes.map(({ operation, inputs, shape }) => {
      if (operation.kind === 'input') return null;
      return rulesOf(operation).kernel(operation, {
        inputs: inputs.map((i) => nodes[i]!.shape),
        output: shape,
        engine,
        parameter: (name) => {
          const found = parameters.get(name);
          if (found === undefined) throw new Error(`parameter ${name} was not loaded`);
          return found;
        },
      });
    });
  }

  /** Values per sample of all roots. */
  get rootSize(): number {
    return this.roots.reduce((sum, root) => sum + this.sizes[root]!, 0);
  }

  /** Nodes with a second-order term. */
  get smooth(): number[] {
    return this.#kernels.flatMap((kernel, i) => (kernel?.hvp ? [i] : []));
  }

  /** @param x the samples, [samples, ...shape]; kept, not copied */
  forward(x: Float32Array, samples: number): ForwardValues {
    const values: Float32Array[] = [];
    for (const [i, kernel] of this.#kernels.entries()) {
      const out = kernel === null ? x : this.#values[i]!.take(samples * this.sizes[i]!);
      const inputs = this.graph.nodes[i]!.inputs.map((input) => values[input]!);
      kernel?.forward(inputs, samples, out);
      values.push(out);
    }
    return { samples, values };
  }

  /**
   * Jacobian-vector products: what tangents of some nodes come to at the targets.
   * @param seeds tangents by node, `perSample` rows per sample
   */
  jvp(
    state: ForwardValues,
    seeds: ReadonlyMap<number, Float32Array>,
    perSample: number,
    targets: ReadonlySet<number>,
    visit: Visit,
  ): void {
    const { nodes } = this.graph;
    const rows = state.samples * perSample;
    const lastUse = this.#lastUse(targets);
    const tangents = nodes.map((_, i): Float32Array | null => seeds.get(i) ?? null);
    for (const [i, kernel] of this.#kernels.entries()) {
      const { inputs } = nodes[i]!;
      if (tangents[i] === null && lastUse[i]! >= 0 && inputs.some((input) => tangents[input] !== null)) {
        const out = this.#pool.take(rows * this.sizes[i]!);
        const given = inputs.map((input) => tangents[input] ?? null);
        kernel?.jvp(this.#point(state, i), given, perSample, out);
        tangents[i] = out;
      }
      const reached = tangents[i];
      if (reached && targets.has(i)) visit(i, reached);
      for (const from of [i, ...inputs]) {
        const done = tangents[from];
        if (!done || lastUse[from]! > i || seeds.has(from)) continue;
        this.#pool.give(done);
        tangents[from] = null;
      }
    }
  }

  /**
   * Vector-Jacobian products: what cotangents of some nodes come to at the targets.
   * @param seeds cotangents by node, `perSample` rows per sample; no node leads to another
   */
  vjp(
    state: ForwardValues,
    seeds: ReadonlyMap<number, Float32Array>,
    perSample: number,
    targets: ReadonlySet<number>,
    visit: Visit,
    injection?: Injection,
  ): void {
    const { nodes } = this.graph;
    const rows = state.samples * perSample;
    const leads = this.#leadsFrom(targets);
    const cotangents = nodes.map((_, i): Float32Array | null => seeds.get(i) ?? null);
    for (let i = nodes.length - 1; i >= 0; i--) {
      const cotangent = cotangents[i] ?? null;
      const { inputs } = nodes[i]!;
      const injects = injection?.at.has(i) ?? false;
      if (cotangent === null && !injects) continue;
      if (cotangent !== null && targets.has(i)) visit(i, cotangent);
      const into = inputs.map((input) => {
        if (!leads[input]) return null;
        return (cotangents[input] ??= this.#pool.zeros(rows * this.sizes[input]!));
      });
      if (into.some((target) => target !== null)) {
        if (cotangent !== null) this.#kernels[i]?.vjp(this.#point(state, i), cotangent, perSample, into);
        if (injects) injection?.add(i, into);
      }
      if (cotangent !== null && !seeds.has(i)) this.#pool.give(cotangent);
    }
  }

  /**
   * The second-order term of one node; see Kernel.hvp.
   * @param delta the loss's derivative with respect to the node's values, one row per sample
   */
  hvp(
    state: ForwardValues,
    node: number,
    delta: Float32Array,
    tangents: readonly (Float32Array | null)[],
    perSample: number,
    into: readonly (Float32Array | null)[],
  ): void {
    this.#kernels[node]?.hvp?.(this.#point(state, node), delta, tangents, perSample, into);
  }

  #point({ samples, values }: ForwardValues, node: number): Point {
    const inputs = this.graph.nodes[node]!.inputs.map((input) => values[input]!);
    return { samples, inputs, output: values[node]! };
  }

  /** Per node, the last node on the way to a target that reads it; −1 where there is none and it is no target. */
  #lastUse(targets: ReadonlySet<number>): number[] {
    const { nodes } = this.graph;
    const last = nodes.map((_, i) => (targets.has(i) ? i : -1));
    for (let i = nodes.length - 1; i >= 0; i--) {
      if (last[i]! < 0) continue;
      for (const input of nodes[i]!.inputs) last[input] = Math.max(last[input]!, i);
    }
    return last;
  }

  /** Per node, whether it is a target or one comes before it. */
  #leadsFrom(targets: ReadonlySet<number>): boolean[] {
    const leads: boolean[] = [];
    for (const [i, { inputs }] of this.graph.nodes.entries())
      leads.push(targets.has(i) || inputs.some((input) => leads[input]));
    return leads;
  }
}

/** Float32 arrays that are used again: by length, as those of a tile's nodes are the same from tile to tile. */
class ArrayPool {
  readonly #free = new Map<number, Float32Array[]>();

  /** Contents are undefined. */
  take(length: number): Float32Array {
    return this.#free.get(length)?.pop() ?? new Float32Array(length);
  }

  zeros(length: number): Float32Array {
    return this.take(length).fill(0);
  }

  give(array: Float32Array): void {
    const free = this.#free.get(array.length);
    if (free === undefined) this.#free.set(array.length, [array]);
    else free.push(array);
  }
}
