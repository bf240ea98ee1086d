import type { Checkpoint } from '../checkpoint/checkpoint';
import { transpose } from '../engine';
import { InputError } from '../error';
import type { Network } from './network';
import { negativeSlope } from './operations/activation';
import type { Dense } from './operations/dense';

/** A dense layer's parameters in float32, ready to compute with. */
export interface DenseParameters {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, inputs], row-major. */
  readonly weight: Float32Array;
  /** [outputs]; zeros where the layer has none. */
  readonly bias: Float32Array;
}

/** A hidden layer: dense, then a piecewise linear nonlinearity. */
export interface HiddenLayer extends DenseParameters {
  readonly name: string;
  /** Slope of the nonlinearity left of zero; right of it, it is 1. */
  readonly negativeSlope: number;
}

/** Hidden layers one after the other and the readout that turns the last into logits. Plain data: workers get a copy. */
export interface DenseStack {
  readonly hidden: readonly HiddenLayer[];
  readonly readout: DenseParameters;
}

/**
 * Reads the weights of a network that is a stack of dense layers with nonlinearities between them.
 * @throws InputError where it is not one, or a weight is not finite
 */
export async function loadDenseStack(checkpoint: Checkpoint, network: Network): Promise<DenseStack> {
  const hidden: HiddenLayer[] = [];
  let pending: DenseParameters | null = null;
  for (const { name, operation } of network.nodes) {
    if (operation.kind === 'dense') {
      if (pending !== null) {
        throw new InputError(
          checkpoint.path,
          `no nonlinearity before the dense layer ${name}`,
          'Name the nonlinearities in "model" of modscope.json',
        );
      }
      pending = await loadDense(checkpoint, operation);
    } else if (operation.kind === 'activation') {
      if (pending === null) throw new InputError(checkpoint.path, `two nonlinearities after ${name}`);
      hidden.push({ ...pending, name, negativeSlope: negativeSlope(operation.activation) });
      pending = null;
    }
  }
  if (pending === null || hidden.length === 0) {
    throw new InputError(
      checkpoint.path,
      'there are no hidden layers, or no logits after them',
      'A network needs at least one hidden layer, and a dense layer without a nonlinearity at its end',
    );
  }
  return { hidden, readout: pending };
}

async function loadDense(checkpoint: Checkpoint, operation: Dense): Promise<DenseParameters> {
  const stored = await checkpoint.read(operation.weight);
  const [rows = 0, columns = 0] = stored.shape;
  const [outputs, inputs] = operation.layout === 'out_in' ? [rows, columns] : [columns, rows];
  const values = toFloat32(checkpoint, operation.weight, stored.data);
  const weight = operation.layout === 'out_in' ? values : transpose(values, rows, columns);
  const bias =
    operation.bias === null
      ? new Float32Array(outputs)
      : toFloat32(checkpoint, operation.bias, (await checkpoint.read(operation.bias)).data);
  return { inputs, outputs, weight, bias };
}

/**
 * Weight decay leaves weights of 1e-20 and less in units it has switched off. Below this their products fall under the
 * smallest normal float32, where processors are up to a hundred times slower; as zeros they change no result.
 */
const NEGLIGIBLE = 2 ** -63;

function toFloat32(checkpoint: Checkpoint, name: string, data: Float32Array | Float64Array): Float32Array {
  return Float32Array.from(data, (value, index) => {
    const rounded = Math.fround(value);
    if (!Number.isFinite(rounded)) {
      throw new InputError(
        checkpoint.path,
        `${name} holds ${value} at element ${index}`,
        'Training diverged before this checkpoint was written; choose an earlier one',
      );
    }
    return Math.abs(rounded) < NEGLIGIBLE ? 0 : rounded;
  });
}
