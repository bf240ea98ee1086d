import type { Shape } from '../../tensor/shape';
import type { Step } from './order-layers';

/** What tensors do not say of a convolution: it has stride 1, and is followed by a nonlinearity. */
export interface ConvPlan {
  readonly padding: number;
  /** Whether a max-pool of 2 × 2 follows. */
  readonly pool: boolean;
}

/** Plans of all convolutions, and whether their last values are averaged over the picture. */
export interface ConvReading {
  readonly convs: readonly ConvPlan[];
  readonly averaged: boolean;
}

/** Convolutions whose plans are tried: there are four for each. */
const MAX_CONVS = 6;

/**
 * The usual plans of a chain of convolutions that give as many values as the dense layer behind them takes: padding 0, or so
 * much that a picture keeps its size, and 2 × 2 pools. The more regular ones come first.
 * @param input of a sample, [channels, height, width]
 * @param inputs of the dense layer
 * @param gaps of each convolution: how many layers without weights follow it, where names tell; a nonlinearity is one
 */
export function convReadings(
  convs: readonly Step[],
  input: Shape,
  inputs: number,
  gaps: readonly (number | null)[],
): ConvReading[] {
  if (convs.length > MAX_CONVS) return [];
  const readings: ConvReading[] = [];
  const channels = convs.at(-1)?.outputs ?? 0;
  const extend = (plans: readonly ConvPlan[], height: number, width: number): void => {
    const conv = convs[plans.length];
    if (conv === undefined) {
      if (channels * height * width === inputs) readings.push({ convs: plans, averaged: false });
      if (channels === inputs && height * width > 1) readings.push({ convs: plans, averaged: true });
      return;
    }
    const [, , kernel = 1] = conv.layer.weight.shape;
    const paddings = kernel % 2 === 1 && kernel > 1 ? [(kernel - 1) / 2, 0] : [0];
    const gap = gaps[plans.length] ?? null;
    for (const padding of paddings) {
      const [rows, columns] = [height, width].map((size) => size + 2 * padding - kernel + 1);
      for (const pool of gap === 1 ? [false] : [true, false]) {
        const [h, w] = [rows, columns].map((size = 0) => (pool ? Math.floor(size / 2) : size));
        if ((h ?? 0) >= 1 && (w ?? 0) >= 1) extend([...plans, { padding, pool }], h ?? 0, w ?? 0);
      }
    }
  };
  extend([], input[1] ?? 0, input[2] ?? 0);
  return readings.sort((a, b) => irregularity(a) - irregularity(b));
}

/** How often neighbours differ, and how many convolutions have no pool. */
function irregularity({ convs }: ConvReading): number {
  const changes = convs.filter(
    ({ padding, pool }, i) =>
      i > 0 && (padding > 0 !== (convs[i - 1]?.padding ?? 0) > 0 || pool !== convs[i - 1]?.pool),
  );
  return changes.length + convs.filter(({ pool }) => !pool).length / 100;
}

/** "padding 2 and a pool after conv1, padding 0 after conv2". */
export function readingText(names: readonly string[], { convs, averaged }: ConvReading): string {
  const each = convs.map(
    ({ padding, pool }, i) =>
      `${names[i] ?? ''} with padding ${padding}${pool ? ' and a 2 × 2 max-pool' : ''}`,
  );
  return each.join(', ') + (averaged ? ', averaged over the picture' : '');
}

/**
 * How many layers without weights follow each convolution, by the numbers that an nn.Sequential gives all its layers.
 * @param chain convolutions and dense layers
 * @param others names of the norms between them
 * @returns null for each where the names do not tell
 */
export function gapsAfter(chain: readonly Step[], others: readonly string[]): (number | null)[] {
  // Of "net.3" the prefix is "net.".
  const numberOf = (name: string): readonly [prefix: string, number: number] | null => {
    const [, prefix, number] = /^((?:.*\.)?)(\d+)$/.exec(name) ?? [];
    return prefix === undefined ? null : [prefix, Number(number)];
  };
  const norms = others.map(numberOf);
  const convs = chain.filter(({ layer }) => layer.weight.shape.length === 4);
  const gaps = convs.map(({ layer }, i): number | null => {
    const own = numberOf(layer.name);
    const next = chain[i + 1];
    const follower = next === undefined ? null : numberOf(next.layer.name);
    if (own === null || follower?.[0] !== own[0]) return null;
    const between = norms.filter((norm) => norm?.[0] === own[0] && norm[1] > own[1] && norm[1] < follower[1]);
    const flattened = next?.layer.weight.shape.length === 2 ? 1 : 0;
    return follower[1] - own[1] - 1 - between.length - flattened;
  });
  // Layers in a list are numbered too, and nothing stands between.
  return gaps.some((gap) => gap !== null && gap < 1) ? gaps.map(() => null) : gaps;
}
