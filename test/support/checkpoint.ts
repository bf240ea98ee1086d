import type { PlainValue } from '../../src/core/base/plain-value';
import type { Checkpoint, ModuleNode, TensorInfo } from '../../src/core/checkpoint/checkpoint';
import { findNetwork } from '../../src/core/network/find/find';
import type { NetworkSpec } from '../../src/core/network/find/from-spec';
import type { Network } from '../../src/core/network/network';

/** An opened checkpoint with tensors of these shapes, all zeros: what a network is found from. */
export function checkpointOf(
  shapes: Readonly<Record<string, readonly number[]>>,
  extra: Partial<Pick<Checkpoint, 'hyperParameters' | 'metadata'>> & { modules?: ModuleNode } = {},
): Checkpoint {
  const tensors = new Map<string, TensorInfo>(
    Object.entries(shapes).map(([name, shape]) => [name, { name, shape, dtype: 'f32', role: 'weight' }]),
  );
  return {
    path: 'net.pt',
    files: ['net.pt'],
    format: 'made by a test',
    tensors,
    hyperParameters: extra.hyperParameters ?? {},
    metadata: extra.metadata ?? {},
    stubs: [],
    ...(extra.modules === undefined ? {} : { modules: extra.modules }),
    read: (name) => {
      const shape = tensors.get(name)?.shape ?? [];
      const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
      return Promise.resolve({ shape, data });
    },
    readPart: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

export function moduleOf(
  className: string,
  path = '',
  children: readonly ModuleNode[] = [],
  attributes: Record<string, PlainValue> = {},
): ModuleNode {
  return { className, path, attributes, children };
}

/** The network found in a checkpoint that tells its input's shape. */
export function networkOf(checkpoint: Checkpoint, spec?: NetworkSpec): Network {
  const network = findNetwork(checkpoint, spec);
  if (network === null) throw new Error('the shape of a sample is needed');
  return network;
}
