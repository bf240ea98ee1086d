import { classesOf, type Graph, hiddenLayers, type Layer } from '../../network/model';
import { Program, type State } from '../../network/program';
import type { Engine } from '../../tensor/engine';
import { addBlocks } from '../blocks';
import { Covariance } from '../covariance';
import { predict } from '../softmax';
import type { SampleSource, Sweep, SweepOptions, SweepSums } from '../sweep';
import { Bend, smoothAfter } from './bend';
import { type Directions, enough, randomSigns, unitVectors } from './directions';
import { GraphDownstream } from './downstream';
import { type Plan, plan } from './plan';
import { GraphUpstream } from './upstream';
import { UnitRows } from './unit-rows';

/** Floats that rows of the largest node may take, and the values of all nodes in a forward pass. */
const ROW_FLOATS = 1 << 22;
const STATE_FLOATS = 1 << 24;
const TILE_SAMPLES = 256;

/** The sweep of any graph: tangents pushed forwards, cotangents pulled back. */
export class GraphSweep implements Sweep {
  readonly #program: Program;
  readonly #layers: readonly Layer[];

  constructor(
    readonly engine: Engine,
    readonly graph: Graph,
    readonly options: SweepOptions,
  ) {
    this.#program = new Program(graph, engine);
    this.#layers = hiddenLayers(graph);
  }

  run(source: SampleSource, first: number, end: number): SweepSums {
    const { methods, combined, probing } = this.options;
    const { engine, graph } = this;
    const [program, layers] = [this.#program, this.#layers];
    const mostRows = Math.max(1, Math.floor(ROW_FLOATS / Math.max(...program.sizes)));
    const sizes = layers.map(({ units }) => units);
    const positions = layers.map((layer) => layer.positions);
    const hessian = methods.has('backward_hess');
    const smooth = graph.hidden.map((node) => (hessian ? smoothAfter(program, node) : []));
    const bends = smooth.map((nodes) => nodes.length > 0);
    const { affordable, seed, directions: wanted } = probing;
    const most = wanted ?? enough(source.samples);
    const way = plan(program, layers, source.samples, bends, { combined, affordable, directions: most });

    const covariance = methods.has('forward_cov') ? new Covariance(engine, sizes, combined, positions) : null;
    const unitRows = new UnitRows(layers, true);
    const directions = this.#directions(way, most, seed);
    const upstream = methods.has('forward_jac')
      ? new GraphUpstream(engine, program, layers, combined, directions.pushed, way.pulled, mostRows)
      : null;
    const downstream =
      methods.has('backward_jac') || hessian
        ? new GraphDownstream(engine, program, layers, combined, mostRows)
        : null;
    const bend = bends.includes(true)
      ? new Bend(engine, program, layers, combined, smooth, directions.bent, bentRows(program, mostRows))
      : null;

    const classes = classesOf(graph);
    const tile = tileSamples(program, mostRows, classes);
    const x = new Float32Array(tile * program.sizes[0]!);
    let loss = 0;
    let correct = 0;
    for (let at = first; at < end; at += tile) {
      const count = Math.min(tile, end - at);
      source.fill(at, count, x);
      const state = program.forward(x, count);
      const labels = source.labels.subarray(at, at + count);
      const predictions = predict(logitsOf(state), labels, classes);
      loss += predictions.loss;
      correct += predictions.correct;
      covariance?.add({
        samples: count,
        values: graph.hidden.map((node, layer) => unitRows.of(layer, state.values[node]!, count)),
      });
      downstream?.add(state, predictions.probabilities);
      bend?.add(state, at, predictions.probabilities, labels);
      upstream?.add(state, at);
    }
    if (downstream !== null && bend !== null) addBlocks(downstream.hessian, bend.estimate.sum);
    return {
      samples: end - first,
      loss,
      correct,
      moments: covariance?.moments ?? null,
      forwardJacobian: upstream?.estimate.sum ?? null,
      backwardJacobian: methods.has('backward_jac') ? (downstream?.jacobian ?? null) : null,
      backwardHessian: hessian ? (downstream?.hessian ?? null) : null,
      forwardJacobianVariance: way.pushed === 'random' ? (upstream?.estimate.variance ?? null) : null,
      backwardHessianVariance: way.bent.includes('random') ? (bend?.estimate.variance ?? null) : null,
    };
  }

  #directions(
    way: Plan,
    most: number,
    seed: number,
  ): { readonly pushed: Directions | null; readonly bent: readonly (Directions | null)[] } {
    const layers = this.#layers;
    const inputs = this.#program.roots.reduce((sum, root) => sum + this.#program.sizes[root]!, 0);
    /** @param stream keeps the directions of one measure and layer apart from those of another */
    const directions = (how: Plan['pushed'], size: number, stream: number): Directions | null => {
      if (how === 'no') return null;
      return how === 'all'
        ? unitVectors(size)
        : randomSigns(most, Math.imul(seed, layers.length + 1) + stream);
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

function logitsOf({ values }: State): Float32Array {
  return values[values.length - 1]!;
}
