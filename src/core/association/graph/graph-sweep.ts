import { classesOf, type GraphModel, hiddenLayers, type Layer } from '../../network/model';
import { type ForwardValues, Program } from '../../network/program';
import type { Engine } from '../../tensor/engine';
import { addBlocks } from '../sums/blocks';
import { UnitRows } from '../sums/products';
import type { CollectedMeasures, Derivatives, Passes, SweepOptions, Tile } from '../sums/sums';
import { GraphCurvature, smoothAfter } from './graph-curvature';
import { GraphDownstream } from './graph-downstream';
import { GraphUpstream } from './graph-upstream';
import { type Plan, plan } from './plan';
import { type Probes, randomProbes, suitableProbes, unitProbes } from './probes';

/** Floats that rows of the largest node may take, and the values of all nodes in a forward pass. */
const ROW_FLOATS = 1 << 22;
const STATE_FLOATS = 1 << 24;
const TILE_SAMPLES = 256;

/** Any graph: tangents are pushed forwards, cotangents pulled back. */
export class GraphPasses implements Passes<ForwardValues> {
  readonly tile: number;
  readonly inputs: number;
  readonly #program: Program;
  readonly #layers: readonly Layer[];
  readonly #rows: UnitRows;
  readonly #mostRows: number;

  constructor(
    readonly engine: Engine,
    readonly graph: GraphModel,
    readonly options: SweepOptions,
  ) {
    this.#program = new Program(graph, engine);
    this.#layers = hiddenLayers(graph);
    this.#rows = new UnitRows(this.#layers, true);
    this.#mostRows = Math.max(1, Math.floor(ROW_FLOATS / Math.max(...this.#program.sizes)));
    this.inputs = this.#program.sizes[0]!;
    this.tile = tileSamples(this.#program, this.#mostRows, classesOf(graph));
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

  derivatives(samples: number): Derivatives<ForwardValues> {
    return new GraphDerivatives(
      this.engine,
      this.#program,
      this.#layers,
      this.options,
      samples,
      this.#mostRows,
    );
  }
}

class GraphDerivatives implements Derivatives<ForwardValues> {
  readonly #way: Plan;
  readonly #upstream: GraphUpstream | null;
  readonly #downstream: GraphDownstream | null;
  readonly #bend: GraphCurvature | null;

  /**
   * @param samples in the whole data set
   * @param mostRows of the largest node that are held at a time
   */
  constructor(
    engine: Engine,
    readonly program: Program,
    readonly layers: readonly Layer[],
    readonly options: SweepOptions,
    samples: number,
    mostRows: number,
  ) {
    const { measures, combined, probes: probing } = options;
    const hessian = measures.has('backward_hess');
    const smooth = program.graph.hidden.map((node) => (hessian ? smoothAfter(program, node) : []));
    const bends = smooth.map((nodes) => nodes.length > 0);
    const { affordable, seed, perSample: wanted } = probing;
    const most = wanted ?? suitableProbes(samples);
    const way = plan(program, layers, samples, bends, { combined, affordable, directions: most });
    const directions = this.#directions(way, most, seed);
    this.#way = way;
    this.#upstream = measures.has('forward_jac')
      ? new GraphUpstream(engine, program, layers, combined, directions.pushed, way.pulled, mostRows)
      : null;
    this.#downstream =
      measures.has('backward_jac') || hessian
        ? new GraphDownstream(engine, program, layers, combined, mostRows)
        : null;
    this.#bend = bends.includes(true)
      ? new GraphCurvature(
          engine,
          program,
          layers,
          combined,
          smooth,
          directions.bent,
          bentRows(program, mostRows),
        )
      : null;
  }

  add(state: ForwardValues, { first, labels, probabilities }: Tile): void {
    this.#downstream?.add(state, probabilities);
    this.#bend?.add(state, first, probabilities, labels);
    this.#upstream?.add(state, first);
  }

  finish(): CollectedMeasures {
    const { measures } = this.options;
    const [way, upstream, downstream, bend] = [this.#way, this.#upstream, this.#downstream, this.#bend];
    if (downstream !== null && bend !== null) addBlocks(downstream.hessian, bend.estimate.sum);
    const pushed = way.pushed === 'random' ? upstream?.estimate.variance : null;
    const bent = way.bent.includes('random') ? bend?.estimate.variance : null;
    return {
      ...(upstream && { forward_jac: { products: upstream.estimate.sum, variance: pushed ?? null } }),
      ...(downstream &&
        measures.has('backward_jac') && {
          backward_jac: { products: downstream.jacobian, variance: null },
        }),
      ...(downstream &&
        measures.has('backward_hess') && {
          backward_hess: { products: downstream.hessian, variance: bent ?? null },
        }),
    };
  }

  #directions(
    way: Plan,
    most: number,
    seed: number,
  ): { readonly pushed: Probes | null; readonly bent: readonly (Probes | null)[] } {
    const layers = this.layers;
    const inputs = this.program.roots.reduce((sum, root) => sum + this.program.sizes[root]!, 0);
    /** @param stream keeps the directions of one measure and layer apart from those of another */
    const directions = (how: Plan['pushed'], size: number, stream: number): Probes | null => {
      if (how === 'no') return null;
      return how === 'all'
        ? unitProbes(size)
        : randomProbes(most, Math.imul(seed, layers.length + 1) + stream);
    };
    return {
      pushed: directions(way.pushed, inputs, 0),
      bent: layers.map(({ units, positions }, layer) =>
        directions(way.bent[layer] ?? 'no', units * positions, layer + 1),
      ),
    };
  }
}

/** Rows whose values at the inputs of all smooth operations are held at a time. */
function bentRows({ graph, sizes, smooth }: Program, mostRows: number): number {
  const inputs = new Set(smooth.flatMap((node) => graph.nodes[node]!.inputs));
  const values = [...inputs].reduce((sum, input) => sum + sizes[input]!, 0);
  return Math.min(mostRows, Math.floor(STATE_FLOATS / Math.max(1, values)));
}

function tileSamples({ sizes }: Program, mostRows: number, classes: number): number {
  const values = sizes.reduce((sum, size) => sum + size, 0);
  const most = Math.min(TILE_SAMPLES, Math.floor(mostRows / classes), Math.floor(STATE_FLOATS / values));
  return Math.max(1, most);
}
