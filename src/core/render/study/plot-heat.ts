import { familyOf, labelOf, type Measure } from '../../measures';
import type { ColourMap, Scale } from '../colours';
import { COLOUR_BAR_WIDTH, colourBar, drawCell, MUTED, text, textWidth } from '../svg';
import type { Drawn } from './plot-panel';

/** One small matrix. */
export interface Heat {
  readonly title: string;
  /** Below the title, e.g. "n = 9 runs". */
  readonly note: string;
  /** null: nothing is known; undefined: nothing is asked, as of a thing with itself. */
  readonly valueOf: (row: number, column: number) => number | null | undefined;
}

/** What rows and columns are, and where a gap sets them apart. */
export interface HeatLabels {
  readonly words: readonly string[];
  /** Indices before which there is a gap. */
  readonly gaps: readonly number[];
}

export interface HeatGrid {
  /** Row by row; null leaves a place free. */
  readonly heats: readonly (Heat | null)[];
  readonly columns: number;
  readonly labels: HeatLabels;
  /** Pixels of a cell. */
  readonly cell: number;
  readonly scale: Scale;
  readonly colours: ColourMap;
  /** Above the colour bar. */
  readonly caption: string;
  /** Whether values are written into the cells. */
  readonly isWritten: boolean;
  /** Above all of them. */
  readonly heading: string | null;
  /** Whether the rows are named at the left; else they are the left neighbour's. */
  readonly hasRowLabels: boolean;
}

const GAP = 4;
const BETWEEN = 14;
const HEAD = 34;
const HEADING = 22;
const LABEL_SIZE = 10;
/** From this size of a cell on, columns' names are slanted; in smaller ones they stand upright. */
const ROOMY = 18;
const SLANT = 40;

/** Measures as rows and columns, the two families set apart. */
export function measureLabels(measures: readonly Measure[]): HeatLabels {
  const first = measures.findIndex((measure) => familyOf(measure) !== familyOf(measures[0] ?? measure));
  return { words: measures.map(labelOf), gaps: first > 0 ? [first] : [] };
}

/** Small matrices with one scale in rows and columns, and their colour bar. */
export function heatGrid(grid: HeatGrid, left: number, above: number): Drawn {
  const top = grid.heading === null ? above : above + HEADING;
  const { heats, columns, labels, cell, scale, colours } = grid;
  const offsets = labels.words.map((_, i) => i * cell + labels.gaps.filter((gap) => gap <= i).length * GAP);
  const side = (offsets.at(-1) ?? 0) + cell;
  const widest = Math.max(0, ...labels.words.map((words) => textWidth(words, LABEL_SIZE)));
  const start = left + (grid.hasRowLabels ? widest + 8 : 0);
  const rows = Math.ceil(heats.length / columns);
  const parts: string[] =
    grid.heading === null
      ? []
      : [text(start, above + 16, grid.heading, { 'font-size': 12, 'font-weight': 600, fill: MUTED })];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const heat = heats[row * columns + column] ?? null;
      if (heat === null) continue;
      const x = start + column * (side + BETWEEN);
      const y = top + HEAD + row * (side + HEAD + 4);
      parts.push(
        text(x, y - 18, heat.title, { 'font-weight': 600 }),
        text(x, y - 6, heat.note, { 'font-size': LABEL_SIZE, fill: MUTED }),
        ...cells(grid, heat, offsets, x, y),
      );
      if (column === 0 && grid.hasRowLabels) {
        parts.push(
          ...labels.words.map((words, i) =>
            text(x - 6, y + offsets[i]! + cell / 2 + 3.5, words, {
              'text-anchor': 'end',
              'font-size': LABEL_SIZE,
            }),
          ),
        );
      }
      const isLowest = (heats[(row + 1) * columns + column] ?? null) === null;
      if (isLowest) parts.push(...columnNames(labels, offsets, cell, x, y + side + 4));
    }
  }
  const height = rows * (side + HEAD + 4);
  const barX = start + columns * (side + BETWEEN) + 4;
  const barTop = top + HEAD;
  const barHeight = Math.min(height - HEAD - 4, 180);
  parts.push(colourBar(barX, barTop, barHeight, scale, colours, grid.caption));
  const captionEnd = barX + textWidth(grid.caption, LABEL_SIZE);
  const isUpright = cell < ROOMY;
  return {
    svg: parts.join(''),
    width: Math.max(barX + COLOUR_BAR_WIDTH, captionEnd) - left,
    height: top - above + height + (isUpright ? widest : widest * Math.sin((SLANT * Math.PI) / 180) + 8) + 8,
  };
}

/** Two digits, as statistics are printed: ".38", "−.10". */
function cellText(value: number): string {
  return value
    .toFixed(2)
    .replace('-', '−')
    .replace(/^(−?)0\./, '$1.');
}

function cells(
  { labels, cell, scale, colours, isWritten }: HeatGrid,
  heat: Heat,
  offsets: readonly number[],
  x: number,
  y: number,
): string[] {
  return labels.words.flatMap((a, i) =>
    labels.words.map((b, j) => {
      const value = heat.valueOf(i, j);
      const shown =
        value === undefined ? '' : value === null ? 'not known' : String(Number(value.toPrecision(4)));
      return drawCell(
        {
          x: x + offsets[j]!,
          y: y + offsets[i]!,
          width: cell,
          height: cell,
          value: value ?? null,
          lines: !isWritten || value === undefined ? [] : [value === null ? '–' : cellText(value)],
          size: 10,
          tip: `${a} and ${b}${shown === '' ? '' : `: ${shown}`}`,
        },
        scale,
        colours,
      );
    }),
  );
}

function columnNames(
  { words }: HeatLabels,
  offsets: readonly number[],
  cell: number,
  left: number,
  top: number,
): string[] {
  const turn = cell < ROOMY ? -90 : -SLANT;
  return words.map((word, i) => {
    const x = left + offsets[i]! + cell / 2 + 3.5;
    const y = top + (cell < ROOMY ? 0 : 6);
    const transform = `rotate(${turn} ${x.toFixed(1)} ${y.toFixed(1)})`;
    return text(x, y, word, { 'text-anchor': 'end', 'font-size': LABEL_SIZE, transform });
  });
}

/** Parts of a figure side by side. */
export function beside(
  parts: readonly ((left: number, top: number) => Drawn)[],
  left: number,
  top: number,
): Drawn {
  let x = left;
  let height = 0;
  const svg = parts.map((draw) => {
    const drawn = draw(x, top);
    x += drawn.width + 18;
    height = Math.max(height, drawn.height);
    return drawn.svg;
  });
  return { svg: svg.join(''), width: x - 18 - left, height };
}
