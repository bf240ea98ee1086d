import type { TensorStatistics } from '../../src/protocol';
import { t } from '../l10n';
import { element, svg, terms } from './dom';
import { formatCount, formatValue } from './tensor';

const [WIDTH, HEIGHT] = [320, 96];

/** The numbers of a tensor and the histogram of its values. */
export function statisticsView(name: string, statistics: TensorStatistics): HTMLElement {
  const { count, zeros, nonFinite, histogram } = statistics;
  const share = (part: number): string =>
    part === 0 || count === 0
      ? formatCount(part)
      : `${formatCount(part)} (${formatValue((100 * part) / count)} %)`;
  const numbers = terms([
    [t('Values'), formatCount(count)],
    [t('Minimum'), formatValue(statistics.min)],
    [t('Maximum'), formatValue(statistics.max)],
    [t('Mean'), formatValue(statistics.mean)],
    [t('Standard deviation'), formatValue(statistics.sd)],
    [t('Zeros'), share(zeros)],
    [t('Not finite'), share(nonFinite)],
  ]);
  const view = element('div', { class: 'statistics' }, numbers);
  if (histogram.length > 0) view.append(histogramView(name, statistics));
  return view;
}

function histogramView(name: string, { histogram, min, max }: TensorStatistics): HTMLElement {
  const highest = Math.max(...histogram);
  const width = WIDTH / histogram.length;
  const bars = histogram.map((count, bin) => {
    const height = (HEIGHT * count) / highest;
    return svg('rect', { x: bin * width, y: HEIGHT - height, width: width * 0.9, height });
  });
  const label = t(
    'Histogram of {0}: {1} bins from {2} to {3}, at most {4} values in one',
    ...[name, histogram.length, formatValue(min), formatValue(max), formatCount(highest)],
  );
  return element(
    'figure',
    {},
    svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label }, ...bars),
    element(
      'figcaption',
      { 'aria-hidden': 'true' }, // the picture's label says it
      element('span', {}, formatValue(min)),
      element('span', {}, formatValue(max)),
    ),
  );
}
