import type { Measure } from '../measures';
import { drawCell } from './cell';
import { COLOUR_BAR_WIDTH, colourBar } from './colour-bar';
import { HEADER_HEIGHT, measureAxis, measureHeader } from './methods';
import type { PaletteName } from './palette';
import type { Scale } from './scale';
import { BODY_Y, MARGIN, picture, text } from './svg';

const CELL = 48;
const LABELS = 128;

/** What is drawn of the agreement of a layer's measures. */
export interface AgreementCard {
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
