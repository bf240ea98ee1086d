import { transposeMatrix } from '../tensor/engine';
import type { Network } from './network';
import type { Activation } from './ops/activation';
import type { Dense } from './ops/dense';
import type { Operation } from './ops/operation';
import type { Parameter } from './ops/rules';

/** A dense layer's parameters in float32, ready to compute with. */
export interface DenseParameters {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, inputs], row-major. */
  readonly weight: Float32Array;
  /** [outputs]; zeros where the layer has none. */
  readonly bias: Float32Array;
}

/** A hidden layer: dense, then a nonlinearity. */
export interface HiddenLayer extends DenseParameters {
  readonly name: string;
  readonly activation: Activation;
}

/**
 * Hidden layers one after the other and the readout that turns the last into logits: the networks whose measures have closed
 * forms. Plain data: workers get a copy.
 */
export interface DenseStack {
  readonly kind: 'stack';
  readonly hidden: readonly HiddenLayer[];
  readonly readout: DenseParameters;
}

/** The stack that a network is; null where its graph is of another kind, or its hidden layers are not its nonlinearities. */
export function asDenseStack(
  { nodes, hidden }: Network,
  parameters: ReadonlyMap<string, Parameter>,
): DenseStack | null {
  const layers: HiddenLayer[] = [];
  let pending: DenseParameters | null = null;
  for (const [index, { name, operation, inputs, shape }] of nodes.entries()) {
    const isNext = index === 0 ? inputs.length === 0 : inputs.length === 1 && inputs[0] === index - 1;
    if (!isNext || (index > 0 && shape.length !== 1)) return null;
    if (operation.kind === 'dense') {
      if (pending !== null) return null;
      pending = denseParameters(operation, parameters);
    } else if (operation.kind === 'activation' || operation.kind === 'prelu') {
      const activation = activationOf(operation, parameters);
      if (pending === null || activation === null || hidden[layers.length] !== index) return null;
      layers.push({ ...pending, name, activation });
      pending = null;
    } else if (operation.kind !== 'input' && (operation.kind !== 'reshape' || index > 1)) return null;
  }
  if (pending === null || layers.length === 0 || layers.length !== hidden.length) return null;
  return { kind: 'stack', hidden: layers, readout: pending };
}

/** Of all units alike: null where each has a slope of its own, which closed forms do not know. */
function activationOf(
  operation: Extract<Operation, { kind: 'activation' | 'prelu' }>,
  parameters: ReadonlyMap<string, Parameter>,
): Activation | null {
  if (operation.kind === 'activation') return operation.activation;
  const [negativeSlope, ...others] = parameters.get(operation.weight)?.data ?? [];
  if (negativeSlope === undefined || others.length > 0) return null;
  return { name: 'leaky_relu', negativeSlope, learned: true };
}

function denseParameters(
  { weight: name, bias, layout }: Dense,
  parameters: ReadonlyMap<string, Parameter>,
): DenseParameters | null {
  const stored = parameters.get(name);
  const [rows, columns] = stored?.shape ?? [];
  if (stored === undefined || rows === undefined || columns === undefined) return null;
  const [outputs, inputs] = layout === 'out_in' ? [rows, columns] : [columns, rows];
  const weight = layout === 'out_in' ? stored.data : transposeMatrix(stored.data, rows, columns);
  const offset = bias === null ? undefined : parameters.get(bias)?.data;
  return { inputs, outputs, weight, bias: offset ?? new Float32Array(outputs) };
}
