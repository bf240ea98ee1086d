import { InputError } from '../../base/error';
import type { Dense } from '../ops/dense';
import { byName, type NamedLayer, type NamedParts } from './layer-names';

/** A layer in a chain. Of a convolution, inputs and outputs are channels. */
export interface Step {
  readonly layer: NamedLayer;
  readonly layout: Dense['layout'];
  readonly inputs: number;
  readonly outputs: number;
}

/** One way in which layers follow on each other, and how far it is told. */
export interface Ordering {
  readonly chain: readonly Step[];
  /** Whether the order is that of registration or of the numbers in names, or the only one that fits. */
  readonly ordered: boolean;
  /** Whether names or sizes tell how the weights lie. */
  readonly laid: boolean;
}

/** What the user says of the order and layout, as `NetworkHints`. */
interface OrderHints {
  readonly order?: readonly string[];
  readonly kernels?: Dense['layout'];
}

/** Orderings given at most. */
const MOST = 8;
/** Layers tried in a search: it is given up beyond. */
const BUDGET = 20_000;

/**
 * The orders in which the sizes of layers fit, the most plausible first, at most eight: the file's own where it is one of
 * registration, else that of the names as people count, else all that fit and keep numbered names in order. A layout that the
 * names tell holds whatever the shapes, unless nothing fits in it.
 * @throws InputError for an order of the user's that does not fit
 */
export function orderings(parts: NamedParts, hints: OrderHints): Ordering[] {
  const { layers } = parts;
  const named = new Set(layers.map(({ layout }) => layout).filter((layout) => layout !== null));
  const [told = null] = named.size === 1 ? named : [];
  const first = hints.kernels ?? told;
  if (first !== null) {
    const found = inLayout(parts, first, hints).map((ordering) => ({ ...ordering, laid: true }));
    if (found.length > 0 || hints.kernels !== undefined) return found.length > 0 ? found : refuseOrder(hints);
    // Written by hand, a `weight` may be [inputs, outputs]: the sizes say so.
    const other = inLayout(parts, first === 'out_in' ? 'in_out' : 'out_in', hints);
    return other.length > 0 ? other.map((ordering) => ({ ...ordering, laid: true })) : refuseOrder(hints);
  }
  // By hand and in Keras's lists x W is the custom.
  const both = (['in_out', 'out_in'] as const).map((layout) => inLayout(parts, layout, hints));
  const laid = both.filter((found) => found.length > 0).length === 1;
  const [some = [], others = []] = both;
  const merged = some.flatMap((ordering, i) => [ordering, ...others.slice(i, i + 1)]);
  const all = [...merged, ...others.slice(some.length)].slice(0, MOST);
  return all.length > 0 ? all.map((ordering) => ({ ...ordering, laid })) : refuseOrder(hints);
}

function refuseOrder({ order }: OrderHints): never[] {
  if (order === undefined) return [];
  throw new InputError('model.order', 'the sizes of the layers do not fit one another in this order');
}

function inLayout(
  { layers, sorted, nameless }: NamedParts,
  layout: Dense['layout'],
  { order }: OrderHints,
): Omit<Ordering, 'laid'>[] {
  const steps = layers.map((layer) => stepOf(layer, layout)).filter((step) => step !== null);
  if (steps.length < layers.length) return [];
  if (order !== undefined) {
    const chain = inNamedOrder(steps, order);
    return fits(chain) ? [{ chain, ordered: true }] : [];
  }
  if (nameless && fits(steps)) return [{ chain: steps, ordered: new Search(false).all(steps).length === 1 }];
  const counted = [...steps].sort(byPlace);
  if (!sorted && fits(steps)) {
    // Registered in this order; layers of equal sizes may be used in another.
    const others = new Search(true)
      .all(counted)
      .filter((chain) => !chain.every((step, i) => step === steps[i]));
    return [steps, ...others].slice(0, MOST).map((chain) => ({ chain, ordered: others.length === 0 }));
  }
  if (counted.every(({ layer }) => /\d/.test(layer.name)) && oneStem(counted) && fits(counted))
    return [{ chain: counted, ordered: true }];
  const numbered = new Search(true).all(counted);
  // Numbers may say something else, e.g. widths.
  const found = numbered.length > 0 ? numbered : new Search(false).all(counted);
  return found.map((chain) => ({ chain, ordered: found.length === 1 }));
}

/** Keras calls its layers dense, dense_1, …: the first has no number. Others go by the names as people count. */
function byPlace(a: Step, b: Step): number {
  return placeOf(a) - placeOf(b) || byName(a.layer.name, b.layer.name);
}

/** Names of first and last layers, where the sizes leave them a choice. */
function placeOf({ layer: { name } }: Step): number {
  const word =
    /(?:^|[._/])([a-z]+)(?:[._/]?(?:proj|layer|fc|linear))?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (/^(?:inp|input|stem|first|embed|encoder)$/.test(word)) return -1;
  return /^(?:out|output|head|classifier|readout|logits|final|last)$/.test(word) ? 1 : 0;
}

/** Whether names differ by one number alone, so that it counts them. */
function oneStem(steps: readonly Step[]): boolean {
  return new Set(steps.map(({ layer }) => stemOf(layer.name))).size === 1;
}

/** "fc12" → "fc", "layers.3.linear" → "layers..linear", "dense" and "dense_2" → "dense". */
function stemOf(name: string): string {
  return name.replace(/_?\d+/g, '');
}

/** @returns null for a layer that is none in this layout: its bias has another size, or it is of another kind */
function stepOf(layer: NamedLayer, layout: Dense['layout']): Step | null {
  const { shape } = layer.weight;
  const [rows = 0, columns = 0] = shape;
  const isConv = shape.length === 4;
  // Keras and Flax keep filters as [height, width, inputs, outputs].
  if (isConv ? layer.layout === 'in_out' : shape.length !== 2) return null;
  const [outputs, inputs] = isConv || layout === 'out_in' ? [rows, columns] : [columns, rows];
  const biased = layer.bias === null || layer.bias.shape[0] === outputs;
  return biased ? { layer, layout, inputs, outputs } : null;
}

function fits(chain: readonly Step[]): boolean {
  return chain.every((step, i) => i === 0 || follows(chain[i - 1]!, step));
}

/** A dense layer may follow a convolution where it takes all values of so many channels. */
function follows(before: Step, next: Step): boolean {
  const [convBefore, convNext] = [before, next].map(({ layer }) => layer.weight.shape.length === 4);
  if (convNext === convBefore) return before.outputs === next.inputs;
  return convBefore === true && next.inputs % before.outputs === 0 && before.outputs > 0;
}

/** Every order whose sizes fit. */
class Search {
  #left = BUDGET;
  readonly #found: Step[][] = [];

  /** @param counted whether names that differ by a number alone stay in the order of their numbers */
  constructor(private readonly counted: boolean) {}

  /** @param steps in the order in which they are preferred */
  all(steps: readonly Step[]): Step[][] {
    if (steps.length > MAX_SEARCHED) return [];
    this.#extend([], steps);
    // Where the search was given up, it is not known whether there are others.
    return this.#left > 0 || this.#found.length > 1 ? this.#found : [];
  }

  #extend(chain: readonly Step[], rest: readonly Step[]): void {
    if (rest.length === 0) this.#found.push([...chain]);
    const end = chain.at(-1);
    const stems = new Set<string>();
    for (const next of rest) {
      if (this.#found.length >= MOST || this.#left <= 0) return;
      this.#left--;
      // Of those of one stem the first alone: `rest` has them in order.
      const stem = stemOf(next.layer.name);
      if (this.counted && stems.has(stem)) continue;
      stems.add(stem);
      if (end !== undefined && !follows(end, next)) continue;
      this.#extend(
        [...chain, next],
        rest.filter((other) => other !== next),
      );
    }
  }
}

/** Layers of a network whose order is searched for. */
const MAX_SEARCHED = 200;

function inNamedOrder(steps: readonly Step[], names: readonly string[]): Step[] {
  const ordered = names.map((name) => {
    const found = steps.find(({ layer }) => layer.name === name);
    if (found !== undefined) return found;
    throw new InputError(
      'model.order',
      `there is no layer ${name}`,
      `There are ${steps.map(({ layer }) => layer.name).join(', ')}`,
    );
  });
  const left = steps.find((step) => !ordered.includes(step));
  if (left !== undefined || ordered.length > steps.length)
    throw new InputError(
      'model.order',
      left === undefined ? 'names a layer twice' : `leaves out the layer ${left.layer.name}`,
    );
  return ordered;
}
