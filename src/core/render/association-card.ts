import { plural, shorten } from '../base/text';
import type { PaletteName, Scale } from './colours';
import type { Segment } from './order';
import {
  BODY_Y,
  COLOUR_BAR_WIDTH,
  colourBar,
  element,
  line,
  MARGIN,
  MUTED,
  picture,
  rectangle,
  RULE,
  text,
  tooltip,
} from './svg';

const SIDE = 320;
const LABELS = 78;

export interface MatrixPart {
  readonly row: number;
  readonly column: number;
  /** Of rows and of columns. */
  readonly span: number;
}

/** What is drawn of an association matrix. */
export interface AssociationCard {
  readonly layer: string;
  readonly method: string;
  readonly q: number | null;
  readonly units: number;
  readonly segments: readonly Segment[];
  /** The part that is drawn, a square of positions in the order of the segments; null: all of it. */
  readonly part: MatrixPart | null;
  /** Address of the part's picture. */
  readonly image: string;
  readonly scale: Scale;
}

/** One association matrix, its units in the order of their clusters, which are outlined and named. */
export function associationCard(card: AssociationCard, palette: PaletteName): string {
  const { units, segments } = card;
  const left = MARGIN + LABELS;
  const top = BODY_Y + 14;
  const barX = left + SIDE + 20;
  const part = card.part ?? { row: 0, column: 0, span: units };
  const live = segments.filter(({ label }) => label >= 0);
  const dead = segments.find(({ label }) => label < 0)?.size ?? 0;

  return picture(
    {
      width: barX + COLOUR_BAR_WIDTH + MARGIN - 8,
      height: top + SIDE + 20 + MARGIN,
      title: `${shorten(card.layer, 24)} · ${card.method}`,
      subtitle: [
        card.q === null ? 'no clusters' : `Q ${card.q.toFixed(3)}`,
        plural(units, 'unit'),
        ...(live.length === 0 ? [] : [plural(live.length, 'cluster')]),
        ...(dead === 0 ? [] : [`${dead} dead`]),
        ...(card.part === null
          ? []
          : [`rows ${range(part.row, part.span)}, columns ${range(part.column, part.span)}`]),
      ].join(' · '),
      description: `Association matrix of ${plural(units, 'unit')} ordered by cluster, sizes ${live.map(({ size }) => size).join(', ')}.`,
    },
    element('image', {
      x: left,
      y: top,
      width: SIDE,
      height: SIDE,
      href: card.image,
      // Cells, not a blur.
      'image-rendering': 'pixelated',
    }),
    ...segments.map((segment) => nameSegment(segment, left, top, part)),
    // Those of a part may lie beyond it: a picture in the picture ends at its edges.
    card.part === null
      ? outlines(live, part, left, top)
      : element('svg', { x: left, y: top, width: SIDE, height: SIDE }, outlines(live, part, 0, 0)),
    rectangle(left, top, SIDE, SIDE, { fill: 'none', stroke: RULE }),
    text(left + SIDE / 2, top + SIDE + 20, 'units by cluster, most strongly tied first', {
      'text-anchor': 'middle',
      'font-size': 10,
      fill: MUTED,
    }),
    colourBar(barX, top, SIDE, card.scale, palette, '|S|'),
  );
}

const range = (from: number, count: number): string => `${from + 1}–${from + count}`;

/** The clusters' outlines on the diagonal. */
function outlines(live: readonly Segment[], part: MatrixPart, left: number, top: number): string {
  const perUnit = SIDE / part.span;
  const style = { fill: 'none', stroke: '#ffffff', 'stroke-width': 1.5 };
  return live
    .map(({ start, size }) => {
      const [x, y] = [left + (start - part.column) * perUnit, top + (start - part.row) * perUnit];
      return rectangle(x, y, size * perUnit, size * perUnit, style);
    })
    .join('');
}

/** A cluster's bracket, and its name where there is room, on the left of the rows of it that are drawn. */
function nameSegment({ label, start, size }: Segment, left: number, top: number, part: MatrixPart): string {
  const perUnit = SIDE / part.span;
  const from = Math.max(0, start - part.row) * perUnit;
  const height = Math.min(part.span, start + size - part.row) * perUnit - from;
  if (height <= 0) return '';
  const y = top + from;
  const name = label < 0 ? 'dead' : `cluster ${label}`;
  const middle = y + height / 2;
  const end = { 'text-anchor': 'end', 'font-size': 10 };
  const names =
    height >= 30
      ? text(left - 12, middle - 2, name, { ...end, 'font-weight': 600 }) +
        text(left - 12, middle + 11, plural(size, 'unit'), { ...end, fill: MUTED })
      : height >= 12
        ? text(left - 12, middle + 3.5, `${label < 0 ? 'dead' : label}: ${plural(size, 'unit')}`, end)
        : '';
  return element(
    'g',
    {},
    tooltip(`${name}, ${plural(size, 'unit')}`),
    line(left - 6, y + 1.5, left - 6, y + height - 1.5, { stroke: MUTED, 'stroke-width': 2 }),
    names,
  );
}
