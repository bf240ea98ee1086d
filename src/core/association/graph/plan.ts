import type { GraphModel, Layer } from '../../network/model';
import { incomingWeights } from '../../network/ops/incoming';
import type { Program } from '../../network/program';
import { sizeOf } from '../../tensor/shape';
import type { ProbeKind } from './probes';

/** How the derivatives are taken of which there may be too many to take them all. */
export interface Plan {
  /** Per hidden layer: whether its Jacobian is taken by vector-Jacobian products, one for each unit. */
  readonly vjp: readonly boolean[];
  /** The probes of the input whose Jacobian-vector products tell the Jacobians of the other layers. */
  readonly jvp: ProbeKind;
  /** Per hidden layer, the probes of its curvature: none where no smooth operation comes after it. */
  readonly curvature: readonly ProbeKind[];
}

/**
 * How many times as long as other sums those of dense layers may take to be computed in full: behind convolutions some
 * minutes, and in networks of nothing else as long as a stack of their size would.
 */
const PATIENCE = { layer: 10, network: 1000 };

/** What is asked of a plan. */
export interface PlanOptions {
  readonly combined: boolean;
  /** Operations that a measure may take to be computed in full. */
  readonly affordable: number;
  /** Random probes per sample where it takes more. Where there are no more unit vectors than that, these are the probes. */
  readonly perSample: number;
}

/**
 * Depends on nothing but the network, the number of samples and what was asked for, so that all workers plan alike.
 * @param samples in the whole data set
 * @param curved per hidden layer, whether smooth operations come after it
 */
export function plan(
  program: Program,
  layers: readonly Layer[],
  samples: number,
  curved: readonly boolean[],
  { affordable, combined, perSample }: PlanOptions,
): Plan {
  const cost = samples * operations(program.graph);
  /** As many rows as there would be random probes cost no more than those. */
  const affords = (rows: number, patience = 1): boolean =>
    rows <= perSample || rows * cost <= patience * affordable;
  const inputs = program.rootSize;
  const patience = combined ? PATIENCE.network : 1;
  const curvature = curvatureProbes(layers, curved, perSample, (rows) => affords(rows, patience));
  const isCheap = ({ units, positions }: Layer): boolean => positions === 1 && units < inputs;
  if (combined) {
    // Blocks between layers need them all in one way.
    const units = layers.reduce((sum, layer) => sum + layer.units, 0);
    const byUnit = units < inputs && affords(units, PATIENCE.network);
    const jvp = byUnit ? 'none' : affords(inputs, PATIENCE.network) ? 'unit' : 'random';
    return { vjp: layers.map(() => byUnit), jvp, curvature };
  }
  if (affords(inputs) && !layers.every(isCheap))
    return { vjp: layers.map(() => false), jvp: 'unit', curvature };
  const vjp = layers.map(
    (layer) => isCheap(layer) && affords(layer.units, layer.kind === 'dense' ? PATIENCE.layer : 1),
  );
  return { vjp, jvp: vjp.every(Boolean) ? 'none' : 'random', curvature };
}

/** Unit vectors for small layers first, as long as all of them together are affordable: each takes one product forwards and one back. */
function curvatureProbes(
  layers: readonly Layer[],
  curved: readonly boolean[],
  perSample: number,
  affords: (rows: number) => boolean,
): ProbeKind[] {
  let spent = 0;
  const kinds = layers.map((): ProbeKind => 'none');
  const sized = layers.map(({ units, positions }, layer) => ({ layer, size: units * positions }));
  for (const { layer, size } of sized.sort((a, b) => a.size - b.size)) {
    if (curved[layer] !== true) continue;
    spent += 2 * size;
    kinds[layer] = size <= perSample || affords(spent) ? 'unit' : 'random';
  }
  return kinds;
}

/** Operations of one forward pass of one sample: those of its products, which outweigh all others. */
export function operations({ nodes, parameters }: GraphModel): number {
  let multiplications = 0;
  for (const { operation, shape, inputs } of nodes) {
    if (operation.kind === 'dense' || operation.kind === 'conv') {
      const weight = parameters.get(operation.weight)?.shape ?? [];
      multiplications += sizeOf(shape) * incomingWeights(operation, weight).inputs;
    } else if (operation.kind === 'matmul') {
      multiplications += sizeOf(shape) * (nodes[inputs[0]!]?.shape.at(-1) ?? 1);
    }
  }
  return 2 * multiplications;
}
