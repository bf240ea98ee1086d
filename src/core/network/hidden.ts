import { InputError } from '../base/error';
import { nearestName } from '../base/text';
import type { Network } from './network';

/**
 * The same network with the hidden layers chosen by name: any node but the input and the logits. Of nodes of one name, it is
 * the nonlinearity, or else the last.
 * @throws InputError when there is no such node
 */
export function selectHidden(network: Network, names: readonly string[]): Network {
  const indices = new Map<string, number>();
  const hidden = new Set(network.hidden);
  const inner = network.nodes.slice(0, -1);
  for (const [index, { name, operation }] of inner.entries()) {
    if (operation.kind === 'input' || operation.kind === 'constant') continue;
    const before = indices.get(name);
    if (before === undefined || !hidden.has(before)) indices.set(name, index);
  }
  const chosen = names.map((name) => {
    const index = indices.get(name);
    if (index === undefined) throw unknownLayer(name, [...indices.keys()]);
    return index;
  });
  return { ...network, hidden: [...new Set(chosen)].sort((a, b) => a - b) };
}

const LISTED = 20;

function unknownLayer(name: string, known: readonly string[]): InputError {
  const near = nearestName(name, known);
  const more = known.length > LISTED ? ` and ${known.length - LISTED} more` : '';
  return new InputError(
    `layer ${name}`,
    `the network has no node of this name${near === null ? '' : `; ${near} is near`}`,
    `There are ${known.slice(0, LISTED).join(', ')}${more}`,
  );
}
