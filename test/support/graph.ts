import type { DenseStack } from '../../src/core/network/dense-stack';
import type { GraphModel } from '../../src/core/network/model';
import type { Node } from '../../src/core/network/network';
import { type Computed, rulesOf } from '../../src/core/network/ops/operation';
import type { Parameter } from '../../src/core/network/ops/rules';
import type { Shape } from '../../src/core/tensor/shape';

/** A graph of nodes given one after the other; each reads the one before unless it names others. */
export function graphOf(
  input: Shape,
  steps: readonly { operation: Computed; inputs?: readonly number[]; hidden?: boolean }[],
  parameters: ReadonlyMap<string, Parameter>,
): GraphModel {
  const nodes: Node[] = [{ name: 'input', operation: { kind: 'input' }, inputs: [], shape: input }];
  steps.forEach(({ operation, inputs = [nodes.length - 1] }) => {
    const shapes = inputs.map((i) => nodes[i]!.shape);
    const shape = rulesOf(operation).shape(operation, shapes, (name) => parameters.get(name)?.shape ?? []);
    nodes.push({ name: `${operation.kind}${nodes.length}`, operation, inputs, shape });
  });
  const hidden = steps.flatMap((step, i) => (step.hidden === true ? [i + 1] : []));
  return { kind: 'graph', nodes, hidden, parameters };
}

/** The same network as a graph. */
export function asGraph({ hidden, readout }: DenseStack): GraphModel {
  const parameters = new Map<string, Parameter>();
  const dense = (layer: DenseStack['readout'], name: string): Computed => {
    parameters.set(`${name}.weight`, { shape: [layer.outputs, layer.inputs], data: layer.weight });
    parameters.set(`${name}.bias`, { shape: [layer.outputs], data: layer.bias });
    return { kind: 'dense', weight: `${name}.weight`, bias: `${name}.bias`, layout: 'out_in' };
  };
  const steps = hidden.flatMap((layer) => [
    { operation: dense(layer, layer.name) },
    { operation: { kind: 'activation', activation: layer.activation } as const, hidden: true },
  ]);
  return graphOf([hidden[0]!.inputs], [...steps, { operation: dense(readout, 'readout') }], parameters);
}
