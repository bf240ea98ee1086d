import { byName, type NamedNorm, type NamedParts } from './layer-names';
import type { Step } from './order-layers';

/** A norm in a chain. */
export interface PlacedNorm {
  readonly norm: NamedNorm;
  /** Index of the layer it follows; −1 before the first. */
  readonly after: number;
  /** Whether it stands before the nonlinearity or behind it. */
  readonly side: 'before' | 'behind';
  /** Whether the numbers of the names tell the side. */
  readonly told: boolean;
}

/**
 * Where norms stand in a chain of layers: by the numbers of an nn.Sequential, by the order of registration, or one for each
 * hidden layer in the order of their names; sizes have to fit.
 * @returns null where that leaves a choice
 */
export function placeNorms(chain: readonly Step[], parts: NamedParts): PlacedNorm[] | null {
  const { norms } = parts;
  if (norms.length === 0) return [];
  if (norms.length > chain.length) return null;
  return (
    bySequence(chain, parts) ?? byRegistration(chain, parts) ?? byCount(chain, norms) ?? bySize(chain, norms)
  );
}

/** Whether a norm of this size may follow this layer of the chain. */
function sizeFits(chain: readonly Step[], after: number, size: number): boolean {
  if (after < 0) return chain[0]?.inputs === size;
  // None follows the last layer, which gives the logits.
  return after < chain.length - 1 && chain[after]?.outputs === size;
}

/** Names that are one prefix and a number each, as in an nn.Sequential: the gaps are layers without weights. */
function bySequence(chain: readonly Step[], { norms }: NamedParts): PlacedNorm[] | null {
  const numbers = [...chain.map(({ layer }) => layer.name), ...norms.map(({ name }) => name)].map((name) =>
    /^(.*?)(\d+)$/.exec(name),
  );
  const prefixes = new Set(numbers.map((match) => match?.[1]));
  if (prefixes.size !== 1 || numbers.includes(null)) return null;
  const at = numbers.map((match) => Number(match?.[2]));
  const layers = at.slice(0, chain.length);
  const taken = new Set<number>();
  const placed = norms.map(({ size }, i): PlacedNorm | null => {
    const number = at[chain.length + i]!;
    const after = layers.findLastIndex((layer) => layer < number);
    if (taken.has(after) || !sizeFits(chain, after, size)) return null;
    taken.add(after);
    const gap = after < 0 ? 0 : number - layers[after]! - 1;
    const left = layers[after + 1]! - number - 1;
    // Linear, ReLU, BatchNorm, Linear; Linear, BatchNorm, ReLU, Linear.
    const told = after < 0 || (gap > 0 && left === 0) || (gap === 0 && left > 0);
    return { norm: norms[i]!, after, side: gap > 0 ? 'behind' : 'before', told };
  });
  return complete(placed);
}

/** Each behind the layer that is registered before it, where the file's order is that. */
function byRegistration(
  chain: readonly Step[],
  { norms, order, sorted, nameless }: NamedParts,
): PlacedNorm[] | null {
  if (sorted && !nameless) return null;
  const indices = new Map(chain.map(({ layer }, i) => [layer.name, i]));
  const byName = new Map(norms.map((norm) => [norm.name, norm]));
  const placed: (PlacedNorm | null)[] = [];
  const taken = new Set<number>();
  let after = -1;
  for (const name of order) {
    const index = indices.get(name);
    const norm = byName.get(name);
    if (index !== undefined) {
      if (index !== after + 1) return null;
      after = index;
    } else if (norm !== undefined) {
      const fits = !taken.has(after) && sizeFits(chain, after, norm.size);
      placed.push(fits ? { norm, after, side: 'before', told: after < 0 } : null);
      taken.add(after);
    }
  }
  return complete(placed);
}

/** As many as hidden layers, in the order of their names. */
function byCount(chain: readonly Step[], norms: readonly NamedNorm[]): PlacedNorm[] | null {
  const stems = new Set(norms.map(({ name }) => name.replace(/_?\d+/g, '')));
  if (norms.length !== chain.length - 1 || stems.size !== 1) return null;
  const counted = [...norms].sort((a, b) => byName(a.name, b.name));
  return complete(
    counted.map((norm, after) =>
      sizeFits(chain, after, norm.size) ? { norm, after, side: 'before', told: false } : null,
    ),
  );
}

/** Where each norm's size is that of one hidden layer alone, and no two have one size. */
function bySize(chain: readonly Step[], norms: readonly NamedNorm[]): PlacedNorm[] | null {
  const taken = new Set<number>();
  const placed = norms.map((norm): PlacedNorm | null => {
    const places = [-1, ...chain.keys()].filter((after) => sizeFits(chain, after, norm.size));
    const [after] = places;
    if (after === undefined || places.length > 1 || taken.has(after)) return null;
    taken.add(after);
    return { norm, after, side: 'before', told: after < 0 };
  });
  return complete(placed);
}

function complete(placed: readonly (PlacedNorm | null)[]): PlacedNorm[] | null {
  const all = placed.filter((one) => one !== null);
  return all.length === placed.length ? all : null;
}
