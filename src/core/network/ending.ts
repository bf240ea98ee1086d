import { sizeOf } from '../tensor/shape';
import type { Ending, Network, Node } from './network';
import type { Computed } from './ops/operation';

/** Said of a network whose ending was left off. */
export function endingNote(ending: Ending): string {
  return `The final ${ending} was left off: its inputs are the logits.`;
}

/**
 * The network up to its logits: a softmax or sigmoid at its end is left off and noted as its `ending`, and so is what gives the
 * logits another shape alone. Another nonlinearity at the end is what the network gives, and no hidden layer.
 */
export function withoutEnding(network: Network): Network {
  const nodes = [...network.nodes];
  let { ending } = network;
  for (;;) {
    const last = nodes.at(-1);
    const before = nodes.at(-2);
    const isNext = last?.inputs.length === 1 && last.inputs[0] === nodes.length - 2;
    if (last === undefined || before?.shape.length !== 1 || !isNext) break;
    const found = endingOf(last);
    const isReshape = last.operation.kind === 'reshape' && last.shape.length < 2;
    if (!isReshape && (found === null || ending !== undefined)) break;
    ending ??= found ?? undefined;
    nodes.pop();
  }
  const hidden = network.hidden.filter((index) => index < nodes.length - 1);
  if (ending === undefined || ending === network.ending) return { ...network, nodes, hidden };
  return { ...network, nodes, hidden, ending, notes: [...network.notes, endingNote(ending)] };
}

/** The same with its ending, which is part of what a regression gives. */
export function withEnding(network: Network): Network {
  const { ending, nodes } = network;
  const last = nodes.at(-1);
  if (ending === undefined || last === undefined) return network;
  const operation = OPERATIONS[ending];
  if (operation === null) return network;
  const node: Node = { name: ending.toLowerCase(), operation, inputs: [nodes.length - 1], shape: last.shape };
  const notes = network.notes.filter((note) => note !== endingNote(ending));
  return { ...network, nodes: [...nodes, node], notes };
}

const OPERATIONS: Readonly<Record<Ending, Computed | null>> = {
  Softmax: { kind: 'softmax', axis: 0 },
  LogSoftmax: null,
  Sigmoid: { kind: 'activation', activation: { name: 'sigmoid' } },
};

function endingOf({ operation, shape }: Node): Ending | null {
  if (operation.kind === 'softmax' && shape.length === 1 && sizeOf(shape) > 1) return 'Softmax';
  return operation.kind === 'activation' && operation.activation.name === 'sigmoid' ? 'Sigmoid' : null;
}
