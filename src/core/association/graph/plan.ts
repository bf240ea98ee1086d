import type { GraphModel, Layer } from '../../network/model';
import type { Program } from '../../network/program';
import { sizeOf } from '../../tensor/shape';

/** How each of the measures that may need random directions is taken. */
export interface Plan {
  /** Per hidden layer: whether its Jacobian is pulled back unit by unit. */
  readonly pulled: readonly boolean[];
  /** Whether directions of the input are pushed to the other layers, and if so whether all of them, one by one. */
  readonly pushed: 'no' | 'random' | 'all';
  /** Per hidden layer, its second-order terms: none to add, estimated, or all directions one by one. */
  readonly bent: readonly ('no' | 'random' | 'all')[];
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
  /** Random directions per sample where it takes more. Where there are no more of them than that, all are taken. */
  readonly directions: number;
}

/**
 * Depends on nothing but the network, the number of samples and what was asked for, so that all workers plan alike.
 * @param samples in the whole data set
 * @param bends per hidden layer, whether smooth operations come after it
 */
export function plan(
  program: Program,
  layers: readonly Layer[],
  samples: number,
  bends: readonly boolean[],
  { affordable, combined, directions }: PlanOptions,
): Plan {
  const cost = samples * operations(program.graph);
  /** As many rows as there would be random ones cost no more than those. */
  const affords = (rows: number, patience = 1): boolean =>
    rows <= directions || rows * cost <= patience * affordable;
  const inputs = program.roots.reduce((sum, root) => sum + program.sizes[root]!, 0);
  const bent = bendings(layers, bends, directions, (rows) => affords(rows, combined ? PATIENCE.network : 1));
  const cheap = ({ units, positions }: Layer): boolean => positions === 1 && units < inputs;
  if (combined) {
    // Blocks between layers need them all in one way.
    const units = layers.reduce((sum, layer) => sum + layer.units, 0);
    const all = units < inputs && affords(units, PATIENCE.network);
    const pushed = all ? 'no' : affords(inputs, PATIENCE.network) ? 'all' : 'random';
    return { pulled: layers.map(() => all), pushed, bent };
  }
  if (affords(inputs) && !layers.every(cheap))
    return { pulled: layers.map(() => false), pushed: 'all', bent };
  const pulled = layers.map(
    (layer) => cheap(layer) && affords(layer.units, layer.kind === 'dense' ? PATIENCE.layer : 1),
  );
  return { pulled, pushed: pulled.every(Boolean) ? 'no' : 'random', bent };
}

/** Small layers first, as long as all of them together are affordable: every direction is pushed and pulled back. */
function bendings(
  layers: readonly Layer[],
  bends: readonly boolean[],
  directions: number,
  affords: (rows: number) => boolean,
): Plan['bent'] {
  let spent = 0;
  const bent: Plan['bent'][number][] = layers.map(() => 'no');
  const sized = layers.map(({ units, positions }, layer) => ({ layer, size: units * positions }));
  for (const { layer, size } of sized.sort((a, b) => a.size - b.size)) {
    if (bends[layer] !== true) continue;
    spent += 2 * size;
    bent[layer] = size <= directions || affords(spent) ? 'all' : 'random';
  }
  return bent;
}

/** Operations of one forward pass of one sample: those of its products, which outweigh all others. */
export function operations({ nodes, parameters }: GraphModel): number {
  let multiplications = 0;
  for (const { operation, shape, inputs } of nodes) {
    if (operation.kind === 'dense' || operation.kind === 'conv') {
      const [rows = 1, ...rest] = parameters.get(operation.weight)?.shape ?? [];
      const transposed = operation.kind === 'dense' && operation.layout === 'in_out';
      multiplications += sizeOf(shape) * (transposed ? rows : sizeOf(rest));
    } else if (operation.kind === 'matmul') {
      multiplications += sizeOf(shape) * (nodes[inputs[0]!]?.shape.at(-1) ?? 1);
    }
  }
  return 2 * multiplications;
}
