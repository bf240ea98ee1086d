import { plural, shorten } from '../base/text';
import { inOrder, type Measure } from '../measures';
import type { LayerReport, MeasureReport } from '../report';
import { linearScale, niceStep, type PaletteName, type Scale } from './colours';
import {
  BODY_Y,
  COLOUR_BAR_WIDTH,
  colourBar,
  drawCell,
  HEADER_HEIGHT,
  MARGIN,
  measureAxis,
  measureHeader,
  MUTED,
  picture,
  text,
} from './svg';

const CELL_WIDTH = 76;
/** Two lines a layer; one where there are many. */
const TALL = 44;
const FLAT = 24;
const MANY_LAYERS = 16;
/** A bar of one row would have no room for its ticks. */
const LEAST_HEIGHT = 88;

/** What is drawn of layers × measures. */
export interface ModularityCard {
  /** What the large number of a cell is, and the small one below it, which is left out where there are many layers. */
  readonly subtitle: { readonly large: string; readonly small: string };
  /** Above the colour bar, and in full, for those who cannot see it. */
  readonly caption: string;
  readonly description: string;
  /** In canonical order, at least one. */
  readonly methods: readonly Measure[];
  readonly layers: readonly { readonly name: string; readonly size: string }[];
  readonly scale: Scale;
  readonly cellOf: (layer: number, measure: Measure) => ModularityCardCell;
}

interface ModularityCardCell {
  /** null where there is none. */
  readonly value: number | null;
  readonly large: string;
  readonly small: string | null;
  /** Shown on hovering. */
  readonly tip: string;
}

/** A heatmap of layers × measures, the two families set apart. */
export function modularityCard(card: ModularityCard, palette: PaletteName): string {
  const { layers, methods, scale, subtitle } = card;
  const tall = layers.length <= MANY_LAYERS;
  const rowHeight = tall ? TALL : FLAT;
  const names = layers.map(({ name }) => shorten(name, 24));
  const left = MARGIN + Math.max(84, ...names.map((name) => name.length * 7.4)) + 10;
  const top = BODY_Y + HEADER_HEIGHT;
  const axis = measureAxis(methods, CELL_WIDTH);
  const height = Math.max(layers.length * rowHeight, LEAST_HEIGHT);
  const barX = left + axis.length + 22;

  return picture(
    {
      width: barX + COLOUR_BAR_WIDTH + MARGIN - 8,
      height: top + height + MARGIN,
      title: 'Modularity by layer and measure',
      subtitle: tall ? `${subtitle.large}, and ${subtitle.small}` : subtitle.large,
      description: `Heatmap of ${card.description}: ${plural(layers.length, 'layer')} by ${plural(methods.length, 'measure')}.`,
    },
    measureHeader(axis, left, top),
    ...layers.map((layer, row) => {
      const y = top + row * rowHeight;
      const middle = y + rowHeight / 2;
      const size = text(left - 10, middle + 13, layer.size, {
        'text-anchor': 'end',
        'font-size': 10,
        fill: MUTED,
      });
      const cells = axis.slots.map(({ measure, offset }) => {
        const { value, large, small, tip } = card.cellOf(row, measure);
        return drawCell(
          {
            x: left + offset,
            y,
            width: axis.cell,
            height: rowHeight,
            value,
            lines: tall && small !== null ? [large, small] : [large],
            tip: `${layer.name}, ${measure}: ${tip}`,
          },
          scale,
          palette,
        );
      });
      const name = text(left - 10, middle + (tall ? -2 : 4), names[row] ?? '', {
        'text-anchor': 'end',
        'font-weight': 600,
      });
      return name + (tall ? size : '') + cells.join('');
    }),
    colourBar(barX, top, height, scale, palette, card.caption),
  );
}

/** Modularity Q of every layer by every measure; null where no layer has any. */
export function modularityFigure(layers: readonly LayerReport[], palette: PaletteName): string | null {
  const measures = inOrder(layers.flatMap((layer) => Object.keys(layer.methods)));
  if (measures.length === 0) return null;
  const qs = layers.flatMap((layer) => Object.values(layer.methods).flatMap(({ q }) => q ?? []));
  return modularityCard(
    {
      subtitle: { large: 'Q of the best clusters found', small: smallNumber(layers) },
      caption: 'Q',
      description: 'modularity Q',
      methods: measures,
      layers: layers.map(({ name, units }) => ({ name, size: plural(units, 'unit') })),
      scale: qScale(qs),
      cellOf: (layer, measure) => cell(layers[layer]?.methods[measure]),
    },
    palette,
  );
}

/** From 0, or from the least Q where that is negative, to a round number above the greatest. */
function qScale(qs: readonly number[]): Scale {
  const highest = Math.max(0.05, ...qs);
  const step = niceStep(highest / 6);
  const lowest = Math.min(0, ...qs);
  return linearScale(Math.floor(lowest / step) * step, Math.ceil(highest / step) * step);
}

/** Q, then z where there is a null model, which says more than the number of clusters. */
function cell(result: MeasureReport | undefined): ModularityCardCell {
  if (result === undefined) return { value: null, large: '–', small: null, tip: 'not computed' };
  const { q, count } = result;
  if (q === null) return { value: null, large: '–', small: null, tip: 'no live units, nothing to cluster' };
  const z = zOf(result);
  return {
    value: q,
    large: q.toFixed(3),
    small: z === null ? plural(count, 'cluster') : `z ${z.toFixed(1)}`,
    tip: `Q = ${q}, ${plural(count, 'cluster')}`,
  };
}

/** What the small number of a cell is. */
function smallNumber(layers: readonly LayerReport[]): string {
  return layers.some((layer) => Object.values(layer.methods).some((result) => zOf(result) !== null))
    ? 'z, its distance from the null model in standard deviations'
    : 'the number of clusters';
}

const zOf = (result: MeasureReport): number | null => result.null?.z ?? null;
