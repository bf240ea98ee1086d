import { type GraphModel, hiddenLayers, type Layer, outputsOf } from '../../network/model';
import { type ForwardValues, Program } from '../../network/program';
import type { Engine } from '../../tensor/engine';
import { UnitRows } from '../sums/products';
import type { Collector, Passes, SweepOptions } from '../sums/sums';
import { GraphCurvature, smoothAfter } from './graph-curvature';
import { GraphDownstream } from './graph-downstream';
import { GraphUpstream } from './graph-upstream';
import { plan } from './plan';
import { createProbes, type ProbeKind, type Probes, suitableProbes } from './probes';

/** Floats that rows of the largest node may take, and the values of all nodes in a forward pass. */
const ROW_FLOATS = 1 << 22;
const STATE_FLOATS = 1 << 24;
const TILE_SAMPLES = 256;

/** Any graph: its derivatives are Jacobian-vector and vector-Jacobian products. */
export class GraphPasses implements Passes<ForwardValues> {
  readonly tile: number;
  readonly inputs: number;
  readonly #program: Program;
  readonly #layers: readonly Layer[];
  readonly #rows: UnitRows;
  readonly #maxRows: number;

  constructor(
    readonly engine: Engine,
    readonly graph: GraphModel,
    readonly options: SweepOptions,
  ) {
    this.#program = new Program(graph, engine);
    this.#layers = hiddenLayers(graph);
    this.#rows = new UnitRows(this.#layers, true);
    this.#maxRows = Math.max(1, Math.floor(ROW_FLOATS / Math.max(...this.#program.sizes)));
    this.inputs = this.#program.sizes[0]!;
    this.tile = tileSamples(this.#program, this.#maxRows, outputsOf(graph));
  }

  forward(x: Float32Array, samples: number): ForwardValues {
    return this.#program.forward(x, samples);
  }

  logits({ values }: ForwardValues): Float32Array {
    return values[values.length - 1]!;
  }

  values({ values, samples }: ForwardValues): readonly Float32Array[] {
    return this.graph.hidden.map((node, layer) => this.#rows.of(layer, values[node]!, samples));
  }

  collectors(samples: number): readonly Collector<ForwardValues>[] {
    const { engine, options } = this;
    const { measures, combined } = options;
    const [program, layers, maxRows] = [this.#program, this.#layers, this.#maxRows];
    const hessian = measures.has('backward_hess');
    const smooth = this.graph.hidden.map((node) => (hessian ? smoothAfter(program, node) : []));
    const curved = smooth.map((nodes) => nodes.length > 0);
    const { affordable, seed } = options.probes;
    const perSample = options.probes.perSample ?? suitableProbes(samples);
    const { vjp, jvp, curvature } = plan(program, layers, samples, curved, {
      combined,
      affordable,
      perSample,
    });
    /** @param stream keeps the probes of one measure and layer apart from those of another */
    const probesOf = (kind: ProbeKind, size: number, stream: number): Probes | null =>
      createProbes(kind, size, perSample, Math.imul(seed, layers.length + 1) + stream);

    const collectors: Collector<ForwardValues>[] = [];
    if (measures.has('forward_jac')) {
      const probes = probesOf(jvp, program.rootSize, 0);
      collectors.push(new GraphUpstream(engine, program, layers, combined, probes, vjp, maxRows));
    }
    if (measures.has('backward_jac') || hessian) {
      const probes = layers.map(({ units, positions }, layer) =>
        probesOf(curvature[layer] ?? 'none', units * positions, layer + 1),
      );
      const rows = curvatureRows(program, maxRows);
      const added = curved.includes(true)
        ? new GraphCurvature(engine, program, layers, combined, smooth, probes, rows)
        : null;
      collectors.push(new GraphDownstream(engine, program, layers, options, added, maxRows));
    }
    return collectors;
  }
}

/** Rows whose values at the inputs of all smooth operations are held at a time. */
function curvatureRows({ graph, sizes, smooth }: Program, maxRows: number): number {
  const inputs = new Set(smooth.flatMap((node) => graph.nodes[node]!.inputs));
  const values = [...inputs].reduce((sum, input) => sum + sizes[input]!, 0);
  return Math.min(maxRows, Math.floor(STATE_FLOATS / Math.max(1, values)));
}

function tileSamples({ sizes }: Program, maxRows: number, classes: number): number {
  const values = sizes.reduce((sum, size) => sum + size, 0);
  return Math.max(
    1,
    Math.min(TILE_SAMPLES, Math.floor(maxRows / classes), Math.floor(STATE_FLOATS / values)),
  );
}
