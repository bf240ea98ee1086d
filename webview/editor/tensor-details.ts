import { html, nothing, svg, type TemplateResult } from 'lit';
import { until } from 'lit/directives/until.js';
import type { EditorMethods, TensorStatistics } from '../../src/protocol';
import type { Connection } from '../../src/rpc';
import { messageOf } from '../format';
import { t } from '../l10n';
import { terms } from './named-values';
import { formatCount, formatValue } from './tensor-columns';

/** The details of the tensors that are open. The extension reads a tensor's part of the file only when it is opened. */
export class TensorDetails {
  readonly #views = new Map<string, Promise<TemplateResult>>();

  constructor(readonly extension: Connection<EditorMethods>) {}

  view(name: string): TemplateResult {
    const view = this.#views.get(name) ?? this.#read(name);
    this.#views.set(name, view);
    return html`<div class="details" aria-live="polite">${until(view, t('Reading the values…'))}</div>`;
  }

  /** Reads the tensor again when it is opened next. */
  forget(name: string): void {
    this.#views.delete(name);
  }

  #read(name: string): Promise<TemplateResult> {
    return this.extension
      .call('tensorStatistics', { tensor: name })
      .then((statistics) => statisticsView(name, statistics), problemView);
  }
}

/** What went wrong, in the words of the extension. */
export const problemView = (error: unknown): TemplateResult =>
  html`<p role="alert" class="problem">${messageOf(error)}</p>`;

/** The numbers of a tensor and the histogram of its values. */
function statisticsView(name: string, statistics: TensorStatistics): TemplateResult {
  const { count, zeros, nonFinite, histogram } = statistics;
  const share = (part: number): string =>
    part === 0 || count === 0
      ? formatCount(part)
      : `${formatCount(part)} (${formatValue((100 * part) / count)} %)`;
  return html`<div class="statistics">
    ${terms([
      [t('Values'), formatCount(count)],
      [t('Minimum'), formatValue(statistics.min)],
      [t('Maximum'), formatValue(statistics.max)],
      [t('Mean'), formatValue(statistics.mean)],
      [t('Standard deviation'), formatValue(statistics.sd)],
      [t('Zeros'), share(zeros)],
      [t('Not finite'), share(nonFinite)],
    ])}
    ${histogram.length === 0 ? nothing : histogramView(name, statistics)}
  </div>`;
}

const [WIDTH, HEIGHT] = [320, 96];

function histogramView(name: string, { histogram, min, max }: TensorStatistics): TemplateResult {
  const highest = Math.max(...histogram);
  const width = WIDTH / histogram.length;
  const label = t(
    'Histogram of {0}: {1} bins from {2} to {3}, at most {4} values in one',
    ...[name, histogram.length, formatValue(min), formatValue(max), formatCount(highest)],
  );
  const bars = histogram.map((count, bin) => {
    const height = (HEIGHT * count) / highest;
    return svg`<rect x=${bin * width} y=${HEIGHT - height} width=${width * 0.9} height=${height} />`;
  });
  // The label says what the caption shows.
  return html`<figure>
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${label}>${bars}</svg>
    <figcaption aria-hidden="true">
      <span>${formatValue(min)}</span><span>${formatValue(max)}</span>
    </figcaption>
  </figure>`;
}
