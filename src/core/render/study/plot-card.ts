import { printable } from '../../base/text';
import {
  BODY_Y,
  element,
  INK,
  line,
  MARGIN,
  MUTED,
  picture,
  rectangle,
  text,
  textWidth,
  wrapText,
} from '../svg';
import type { Drawn } from './plot-panel';
import { marker, type SeriesStyle } from './plot-style';

/** What a legend explains. */
export type LegendEntry =
  | { readonly kind: 'series'; readonly label: string; readonly style: SeriesStyle }
  | { readonly kind: 'runs'; readonly label: string; readonly as: 'lines' | 'points' }
  | { readonly kind: 'swatch'; readonly label: string; readonly colour: string }
  | { readonly kind: 'untrained'; readonly label: string; readonly as: 'bands' | 'bars' };

/** A part of a figure, drawn where it is told to be. */
export interface PlotBlock {
  readonly heading: string | null;
  readonly draw: (left: number, top: number) => Drawn;
}

export interface PlotCard {
  readonly title: string;
  readonly subtitle: string;
  /** For those who cannot see it. */
  readonly description: string;
  readonly legend: readonly LegendEntry[];
  readonly blocks: readonly PlotBlock[];
  /** What the marks are and how many runs they stand for; below the figure. */
  readonly caption: string;
}

const LEGEND_ROW = 20;
const SWATCH = 26;
const CAPTION_LINE = 15;
const CAPTION_SIZE = 11;
/** Longer lines are hard to read. */
const WIDEST_LINE = 900;
/** Narrower, titles and captions would be a column of words. */
const LEAST_WIDTH = 460;

/** A figure: titles, legend, blocks one below the other, caption. */
export function plotCard(card: PlotCard): string {
  // The blocks tell how wide the figure is, and the legend, which stands above them, wraps to that: they are measured first.
  const width = Math.max(LEAST_WIDTH, ...card.blocks.map(({ draw }) => draw(MARGIN, 0).width));
  const legend = drawLegend(card.legend, MARGIN, BODY_Y + 6, width);
  let y = BODY_Y + legend.height;
  const blocks = card.blocks.map(({ heading, draw }) => {
    const head =
      heading === null
        ? ''
        : text(MARGIN, y + 22, printable(heading), { 'font-size': 13, 'font-weight': 600 });
    y += heading === null ? 0 : 26;
    const { svg, height } = draw(MARGIN, y);
    y += height + 10;
    return head + svg;
  });
  const caption = wrapText(card.caption, Math.min(width, WIDEST_LINE), CAPTION_SIZE).map((words) => {
    y += CAPTION_LINE;
    return text(MARGIN, y, words, { 'font-size': CAPTION_SIZE, fill: MUTED });
  });
  return picture(
    {
      width: width + 2 * MARGIN,
      height: y + MARGIN,
      title: card.title,
      subtitle: card.subtitle,
      description: `${card.description} ${card.caption}`,
    },
    legend.svg,
    ...blocks,
    ...caption,
  );
}

function drawLegend(entries: readonly LegendEntry[], left: number, top: number, width: number): Drawn {
  if (entries.length === 0) return { svg: '', width: 0, height: 0 };
  let [x, y] = [left, top];
  const parts = entries.map((entry) => {
    const needed = SWATCH + 6 + textWidth(entry.label) + 16;
    if (x > left && x + needed > left + width) [x, y] = [left, y + LEGEND_ROW];
    const drawn = sample(entry, x, y) + text(x + SWATCH + 6, y + 4, entry.label);
    x += needed;
    return drawn;
  });
  return { svg: parts.join(''), width, height: y - top + LEGEND_ROW + 2 };
}

/** What an entry's marks look like, around a height. */
function sample(entry: LegendEntry, x: number, y: number): string {
  const right = x + SWATCH;
  const middle = x + SWATCH / 2;
  switch (entry.kind) {
    case 'series': {
      const { colour, dash } = entry.style;
      const stroke = { stroke: colour, 'stroke-width': 1.6, 'stroke-dasharray': dash };
      return line(x, y, right, y, stroke) + marker(entry.style, middle, y);
    }
    case 'runs':
      return entry.as === 'lines'
        ? line(x, y, right, y, { stroke: MUTED, 'stroke-width': 0.8 })
        : [-7, 0, 7]
            .map((shift) =>
              element('circle', { cx: middle + shift, cy: y, r: 1.9, fill: MUTED, 'fill-opacity': 0.6 }),
            )
            .join('');
    case 'swatch':
      return rectangle(x + 4, y - 5, SWATCH - 8, 10, { fill: entry.colour, 'fill-opacity': 0.8 });
    case 'untrained':
      if (entry.as === 'bars') {
        return (
          line(middle, y - 8, middle, y + 8, { stroke: MUTED }) +
          line(middle, y - 4, middle, y + 4, { stroke: MUTED, 'stroke-width': 3 }) +
          line(middle - 3, y, middle + 3, y, { stroke: MUTED, 'stroke-width': 1.5 })
        );
      }
      return (
        [7.5, 5, 2.5]
          .map((half) => rectangle(x, y - half, SWATCH, 2 * half, { fill: INK, 'fill-opacity': 0.09 }))
          .join('') + line(x, y, right, y, { stroke: INK, 'stroke-opacity': 0.45 })
      );
  }
}
