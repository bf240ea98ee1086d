import type { Checkpoint } from '../checkpoint/checkpoint';
import { InputError } from '../error';
import { stripWrappers } from './names';
import type { Dense } from './operations/dense';

export interface DenseLayer {
  readonly operation: Dense;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * The dense layer whose tensors are `<prefix>.weight` and, where there is one, `<prefix>.bias`, the prefix
 * written with or without wrappers such as "module.".
 * @throws InputError when there is no such weight or the bias does not fit it
 */
export function denseLayer(checkpoint: Checkpoint, prefix: string): DenseLayer {
  const weights = [...checkpoint.tensors.values()].filter((tensor) => tensor.role === 'weight');
  const short = stripWrappers(weights.map((tensor) => tensor.name));
  const find = (name: string) =>
    weights.find((tensor) => tensor.name === name) ??
    weights.find((tensor) => short.get(tensor.name) === name);

  const weight = find(`${prefix}.weight`);
  const [outputs, inputs, ...rest] = weight?.shape ?? [];
  if (weight === undefined || outputs === undefined || inputs === undefined || rest.length > 0) {
    throw new InputError(
      checkpoint.path,
      `no two-dimensional tensor ${prefix}.weight for the dense layer ${prefix}`,
      `Its weights are ${[...short.values()].slice(0, 8).join(', ')}`,
    );
  }
  const bias = find(`${prefix}.bias`);
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== outputs)) {
    throw new InputError(
      checkpoint.path,
      `${bias.name} has shape [${bias.shape.join(', ')}], not [${outputs}]`,
    );
  }
  const operation = {
    kind: 'dense',
    weight: weight.name,
    bias: bias?.name ?? null,
    layout: 'out_in',
  } as const;
  return { operation, inputs, outputs };
}

/** @throws InputError when a dense layer does not take what the layer before it gives */
export function checkInputs(checkpoint: Checkpoint, name: string, layer: DenseLayer, given: number): void {
  if (layer.inputs === given) return;
  throw new InputError(
    checkpoint.path,
    `dense layer ${name} takes ${layer.inputs} inputs and is given ${given}`,
  );
}
