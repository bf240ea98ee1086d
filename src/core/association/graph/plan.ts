import type { Graph, Layer } from '../../network/model';
import { sizeOf } from '../../network/operations/rules';
import type { Program } from '../../network/program';

/** How each of the measures that may need random directions is taken. */
export interface Plan {
  /** Per hidden layer: whether its Jacobian is pulled back unit by unit. */
  readonly pulled: readonly boolean[];
  /** Whether directions of the input are pushed to the other layers, and if so whether all of them, one by one. */
  readonly pushed: 'no' | 'random' | 'all';
  /** Second-order terms: none to add, estimated, or all directions one by one. */
  readonly bent: 'no' | 'random' | 'all';
}

/**
 * Depends on nothing but the network, the number of samples and what was asked for, so that all workers plan alike.
 * @param samples in the whole data set
 * @param bends values per sample that enter smooth operations after a hidden layer
 */
export function plan(
  program: Program,
  layers: readonly Layer[],
  samples: number,
  bends: number,
  { affordable, combined }: { readonly affordable: number; readonly combined: boolean },
): Plan {
  const cost = samples * operations(program.graph);
  const affords = (rows: number): boolean => rows * cost <= affordable;
  const inputs = program.roots.reduce((sum, root) => sum + program.sizes[root]!, 0);
  const bent = bends === 0 ? 'no' : affords(2 * bends) ? 'all' : 'random';
  const cheap = ({ units, positions }: Layer): boolean => positions === 1 && units < inputs;
  if (combined) {
    // Blocks between layers need them all in one way.
    const units = layers.reduce((sum, layer) => sum + layer.units, 0);
    const all = units < inputs && affords(units);
    const pushed = all ? 'no' : affords(inputs) ? 'all' : 'random';
    return { pulled: layers.map(() => all), pushed, bent };
  }
  if (affords(inputs) && !layers.every(cheap))
    return { pulled: layers.map(() => false), pushed: 'all', bent };
  const pulled = layers.map((layer) => cheap(layer) && affords(layer.units));
  return { pulled, pushed: pulled.every(Boolean) ? 'no' : 'random', bent };
}

/** Operations of one forward pass of one sample: those of its products, which outweigh all others. */
export function operations({ nodes, parameters }: Graph): number {
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
