import type { Checkpoint, ScriptAttribute } from '../../src/core/checkpoint/checkpoint';
import { networkOf } from '../../src/core/network/find/find';
import type { Network } from '../../src/core/network/network';
import type { Shape } from '../../src/core/tensor/shape';
import { checkpointOf } from './checkpoint';

/** A dense network of 4 → 3 → 2: `fc1` and `fc2` are tensors of the module. */
const SHAPES = { w1: [3, 4], b1: [3], w2: [2, 3], b2: [2] };

/** A module with the forward whose lines these are: x is its input; w1, b1, w2 and b2 are its tensors. */
export function forwardOf(lines: string, others = ''): string {
  const body = lines
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  return `class Net(Module):\n  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n${body}\n${others}`;
}

export function scriptOf(
  code: string,
  attributes: Readonly<Record<string, ScriptAttribute>> = {},
  tracedShape: Shape | null = null,
): Checkpoint {
  const tensors = Object.keys(SHAPES).map((name): [string, ScriptAttribute] => [name, { tensor: name }]);
  return checkpointOf(SHAPES, {
    script: {
      root: {
        className: '__torch__.Net',
        path: '',
        attributes: new Map([...tensors, ...Object.entries(attributes)]),
      },
      constants: [2, [1, -1]],
      tracedShape,
      source: (path) => Promise.resolve(path === '__torch__.py' ? code : undefined),
    },
  });
}

export async function networkOfCode(...given: Parameters<typeof scriptOf>): Promise<Network> {
  const network = await networkOf(scriptOf(...given), {}, [4]);
  if (network === null) throw new Error('the shape of a sample was given');
  return network;
}
