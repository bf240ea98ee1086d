import { shorten } from '../base/text';
import { inOrder, type Measure } from '../measures';
import type { Agreement, LayerReport } from '../report';
import { linearScale, type PaletteName, type Scale } from './colours';
import {
  BODY_Y,
  COLOUR_BAR_WIDTH,
  colourBar,
  drawCell,
  HEADER_HEIGHT,
  MARGIN,
  measureAxis,
  measureHeader,
  picture,
  text,
} from './svg';

const CELL = 48;
const LABELS = 128;

/** What is drawn of the agreement of a layer's measures. */
interface AgreementCard {
  readonly title: string;
  readonly subtitle: string;
  readonly metric: string;
  /** Above the colour bar. */
  readonly caption: string;
  /** In canonical order, at least one. */
  readonly methods: readonly Measure[];
  readonly scale: Scale;
  /** null where undefined; not asked for a measure with itself. */
  readonly valueOf: (a: Measure, b: Measure) => number | null;
}

/** Measures × measures, the two families set apart. */
export function agreementCard(card: AgreementCard, palette: PaletteName): string {
  const { methods, scale } = card;
  const axis = measureAxis(methods, CELL);
  // As tall as without the widening that headers may need.
  const rows = measureAxis(methods, CELL);
  const left = MARGIN + LABELS;
  const top = BODY_Y + HEADER_HEIGHT;
  const barX = left + axis.length + 20;

  return picture(
    {
      width: barX + COLOUR_BAR_WIDTH + MARGIN - 8,
      height: top + rows.length + MARGIN,
      title: card.title,
      subtitle: card.subtitle,
      description: `Agreement (${card.metric}) of ${methods.length} measures with each other.`,
    },
    measureHeader(axis, left, top),
    ...rows.slots.map(({ measure: a, offset }) => {
      const y = top + offset;
      const cells = axis.slots.map((column) => {
        const value = a === column.measure ? null : card.valueOf(a, column.measure);
        return drawCell(
          {
            x: left + column.offset,
            y,
            width: axis.cell,
            height: rows.cell,
            value,
            lines: a === column.measure ? [] : [value?.toFixed(2) ?? '–'],
            tip: `${a} and ${column.measure}: ${value ?? (a === column.measure ? 'the same measure' : 'not defined')}`,
          },
          scale,
          palette,
        );
      });
      return text(left - 10, y + rows.cell / 2 + 4, a, { 'text-anchor': 'end' }) + cells.join('');
    }),
    colourBar(barX, top, rows.length, scale, palette, card.caption),
  );
}

/** What the report draws of the metrics: how clusters agree, and how matrices do. */
export const AGREEMENT_METRICS = ['element_sim', 'rsa'] as const;
export type AgreementMetric = (typeof AGREEMENT_METRICS)[number];

const EXPLAINED: Readonly<Record<AgreementMetric, string>> = {
  element_sim: 'Do two measures put units in the same clusters? 1: the same',
  rsa: 'Do two measures rank pairs of units alike? 1: the same order',
};

/** Agreement of every measure with every other; null where the metric was not computed. */
export function agreementFigure(
  layer: LayerReport,
  metric: AgreementMetric,
  palette: PaletteName,
): string | null {
  const known = layer.agreement.filter((pair) => pair[metric] !== null);
  const measures = inOrder(known.flatMap(({ a, b }) => [a, b]));
  if (measures.length === 0) return null;
  const lowest = Math.min(0, ...known.map((pair) => pair[metric] ?? 0));
  return agreementCard(
    {
      title: `${shorten(layer.name, 36)} · ${metric}`,
      subtitle: EXPLAINED[metric],
      metric,
      caption: metric === 'rsa' ? 'rsa' : 'similarity',
      methods: measures,
      scale: linearScale(Math.floor(lowest * 5) / 5, 1),
      valueOf: lookup(known, metric),
    },
    palette,
  );
}

/** The metric is symmetric; a pair is listed once, either way round. */
function lookup(
  pairs: readonly Agreement[],
  metric: AgreementMetric,
): (a: Measure, b: Measure) => number | null {
  const values = new Map(
    pairs.flatMap((pair) => [
      [`${pair.a} ${pair.b}`, pair[metric]],
      [`${pair.b} ${pair.a}`, pair[metric]],
    ]),
  );
  return (a, b) => values.get(`${a} ${b}`) ?? null;
}
