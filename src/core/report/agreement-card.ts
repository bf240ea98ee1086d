import type { Method } from '../analysis/report';
import { drawCell } from './cell';
import { COLOUR_BAR_WIDTH, colourBar } from './colour-bar';
import { HEADER_HEIGHT, methodAxis, methodHeader } from './methods';
import type { PaletteName } from './palette';
import type { Scale } from './scale';
import { BODY_Y, MARGIN, picture, text } from './svg';

const CELL = 48;
const LABELS = 128;

/** What is drawn of the agreement of a layer's methods. */
export interface AgreementCard {
  readonly title: string;
  readonly subtitle: string;
  readonly metric: string;
  /** Above the colour bar. */
  readonly caption: string;
  /** In canonical order, at least one. */
  readonly methods: readonly Method[];
  readonly scale: Scale;
  /** null where undefined; not asked for a method with itself. */
  readonly valueOf: (a: Method, b: Method) => number | null;
}

/** Methods × methods, the two families set apart. */
export function agreementCard(card: AgreementCard, palette: PaletteName): string {
  const { methods, scale } = card;
  const axis = methodAxis(methods, CELL);
  // As tall as without the widening that headers may need.
  const rows = methodAxis(methods, CELL);
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
    methodHeader(axis, left, top),
    ...rows.slots.map(({ method: a, offset }) => {
      const y = top + offset;
      const cells = axis.slots.map((column) => {
        const value = a === column.method ? null : card.valueOf(a, column.method);
        return drawCell(
          {
            x: left + column.offset,
            y,
            width: axis.cell,
            height: rows.cell,
            value,
            lines: a === column.method ? [] : [value?.toFixed(2) ?? '–'],
            tip: `${a} and ${column.method}: ${value ?? (a === column.method ? 'the same measure' : 'not defined')}`,
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
