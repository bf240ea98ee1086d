import { readable } from '../base/text';
import type { LossName } from '../choices';
import type { Report, SplitStatistics } from '../report';

// What reports say of the loss and of how well a network does, whatever they are written in.

/** What the losses are called. */
export const LOSS_NAMES: Readonly<Record<LossName, string>> = {
  cross_entropy: 'cross-entropy',
  binary_cross_entropy: 'binary cross-entropy',
  multi_label: 'binary cross-entropy of several labels',
  mean_squared_error: 'mean squared error',
};

/** "0.7148 nats"; of squares, which have the unit of the targets, the number alone. */
export function lossValue({ loss }: Pick<SplitStatistics, 'loss'>, name: LossName): string {
  return `${readable(loss, 4)}${name === 'mean_squared_error' ? '' : ' nats'}`;
}

/** What stands beside the loss: "accuracy" or, of a regression, "R²". @param decimals of the share, not in percent */
export function scoreOf(
  { accuracy, r2 }: SplitStatistics,
  decimals: number,
): { readonly name: 'accuracy' | 'R²'; readonly share: string; readonly percent: string } {
  if (accuracy === undefined) {
    const share = r2 === undefined || r2 === null ? '–' : r2.toFixed(decimals);
    return { name: 'R²', share, percent: share };
  }
  const percent = `${(100 * accuracy).toFixed(Math.max(0, decimals - 2))} %`;
  return { name: 'accuracy', share: accuracy.toFixed(decimals), percent };
}

/** "10 classes"; where labels are no class numbers, what they are. */
export function labelWords({ classes, loss }: Report['data']): string {
  if (classes !== null) return `${classes} classes`;
  if (loss === 'mean_squared_error') return 'targets of a regression';
  return loss === 'multi_label' ? 'several labels a sample' : '2 classes';
}
