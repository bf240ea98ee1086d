import { InputError } from '../base/error';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { Tensor } from '../tensor/dtype';
import type { Network } from './network';
import { rulesOf } from './operations/rules-of';
import type { Parameter } from './operations/rules';

/**
 * The parameters of a network in float32, by name: those of its graph, then those of the checkpoint.
 * @throws InputError where one is not finite
 */
export async function loadParameters(
  checkpoint: Checkpoint,
  { nodes, constants }: Network,
): Promise<Map<string, Parameter>> {
  const parameters = new Map<string, Parameter>();
  const names = nodes.flatMap(({ operation }) =>
    operation.kind === 'input' ? [] : rulesOf(operation).parameters(operation),
  );
  for (const name of names) {
    if (parameters.has(name)) continue;
    const tensor = constants.get(name) ?? (await checkpoint.read(name));
    parameters.set(name, { shape: tensor.shape, data: toFloat32(checkpoint.path, name, tensor) });
  }
  return parameters;
}

/**
 * Weight decay leaves weights of 1e-20 and less in units it has switched off. Below this their products fall under the
 * smallest normal float32, where processors are up to a hundred times slower; as zeros they change no result.
 */
const NEGLIGIBLE = 2 ** -63;

function toFloat32(path: string, name: string, { data }: Tensor): Float32Array {
  return Float32Array.from(data, (value, index) => {
    const rounded = Math.fround(value);
    if (!Number.isFinite(rounded)) {
      throw new InputError(
        path,
        `${name} holds ${value} at element ${index}`,
        'Training diverged before this checkpoint was written; choose an earlier one',
      );
    }
    return Math.abs(rounded) < NEGLIGIBLE ? 0 : rounded;
  });
}
