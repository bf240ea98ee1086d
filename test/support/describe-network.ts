import type { Network } from '../../src/core/network/network';

/** "64 fc1 relu 10 fc2": the sizes with the names, and the nonlinearities between. */
export function describeNetwork({ nodes }: Network): string {
  return nodes
    .map(({ name, operation, shape }) => {
      if (operation.kind === 'input') return shape.join('×');
      if (operation.kind === 'activation') return operation.activation.name;
      return `${name}:${shape.join('×')}`;
    })
    .join(' ');
}
