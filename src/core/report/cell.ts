import { colourAt, inkAt, type PaletteName } from './palette';
import type { Scale } from './scale';
import { CARD, element, INK, MISSING, rectangle, text, tooltip } from './svg';

export interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** null where there is none: drawn grey. */
  readonly value: number | null;
  /** Written into the cell, the first line larger. */
  readonly lines: readonly string[];
  /** Exact value, shown on hovering. */
  readonly tip: string;
}

/** A cell of a small grid: coloured by its value, with the value written in it. */
export function drawCell(cell: Cell, scale: Scale, palette: PaletteName): string {
  const { x, y, width, height, value, lines, tip } = cell;
  const position = value === null ? null : scale.position(value);
  const fill = position === null ? MISSING : colourAt(palette, position);
  const ink = position === null ? INK : inkAt(palette, position);
  // Baselines that set one or two lines in the middle of the cell.
  const first = y + height / 2 + (lines.length > 1 ? -2 : 4);
  return element(
    'g',
    {},
    tooltip(tip),
    rectangle(x, y, width, height, { fill, stroke: CARD }),
    ...lines.map((content, i) =>
      text(x + width / 2, first + 15 * i, content, {
        'text-anchor': 'middle',
        'font-size': i === 0 ? 12 : 10,
        'font-weight': i === 0 ? 600 : undefined,
        fill: ink,
      }),
    ),
  );
}
