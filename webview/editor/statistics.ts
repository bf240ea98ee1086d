import type { TensorStatistics } from '../../src/protocol';
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
    ['Values', formatCount(count)],
    ['Minimum', formatValue(statistics.min)],
    ['Maximum', formatValue(statistics.max)],
    ['Mean', formatValue(statistics.mean)],
    ['Standard deviation', formatValue(statistics.sd)],
    ['Zeros', share(zeros)],
    ['Not finite', share(nonFinite)],
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
  const range = `from ${formatValue(min)} to ${formatValue(max)}`;
  const label = `Histogram of ${name}: ${histogram.length} bins ${range}, at most ${formatCount(highest)} values in one`;
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
