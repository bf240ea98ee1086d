import { scaleLinear } from 'd3-scale';
import { line, MUTED, rectangle, RULE, text, textWidth } from '../svg';
import type { PlotAxis, PlotTick } from './plot-axis';

/** Where a panel's values are in the picture. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** A plot of its own axes among others. */
export interface Panel {
  readonly title: string;
  /** Beside the title; that of a family of measures, for instance. */
  readonly colour?: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly marks: (frame: Frame) => readonly string[];
}

export interface PanelGrid {
  /** Row by row; null leaves a place free. */
  readonly panels: readonly (Panel | null)[];
  readonly columns: number;
  /** Of a panel without its labels. */
  readonly size: { readonly width: number; readonly height: number };
}

const TITLE_HEIGHT = 20;
const TICK_HEIGHT = 17;
const AXIS_TITLE_HEIGHT = 16;
const GAP = 16;
/** Between panels of different axes, whose labels at the ends would meet. */
const WIDE_GAP = 24;
/** Room for the ticks and the title of an axis at the left. */
const LEAST_LABELS = 48;
/** Degrees by which names turn that would overlap. */
const TURN = 32;
/** Baseline of a title above its panel. */
const TITLE_RISE = 6;
const TICK_SIZE = 10;

/** How high and wide panels and their labels are. */
export interface Drawn {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Panels in rows and columns, as small multiples: an axis that neighbours share is labelled once, at the left of a row and below
 * a column.
 */
export function panelGrid({ panels, columns, size }: PanelGrid, left: number, top: number): Drawn {
  const rows = Math.ceil(panels.length / columns);
  const at = (row: number, column: number): Panel | null =>
    column < columns ? (panels[row * columns + column] ?? null) : null;
  const present = panels.filter((panel) => panel !== null);
  const isOneX = new Set(present.map(({ x }) => x)).size === 1;
  const isOneY = new Set(present.map(({ y }) => y)).size === 1;

  const gap = isOneX ? GAP : WIDE_GAP;

  /** Whether the y axis of a panel is that of its left neighbour. */
  const sharesY = (row: number, column: number): boolean =>
    column > 0 && at(row, column - 1)?.y === at(row, column)?.y;
  const sharesX = (row: number, column: number): boolean => at(row + 1, column)?.x === at(row, column)?.x;

  const tickWidth = (panel: Panel): number =>
    Math.max(...panel.y.ticks.map(({ label }) => textWidth(label, TICK_SIZE)), 0) + 8;
  const rowOf = (column: number): number[] =>
    Array.from({ length: rows }, (_, row) => row).filter((row) => at(row, column) !== null);
  const columnWidths = Array.from({ length: columns }, (_, column) =>
    Math.max(
      0,
      ...rowOf(column).map((row) => {
        const panel = at(row, column);
        if (panel === null || sharesY(row, column)) return 0;
        // Grids one below the other begin at the same place.
        return column === 0
          ? Math.max(LEAST_LABELS, tickWidth(panel) + 18)
          : tickWidth(panel) + (isOneY ? 0 : 18);
      }),
    ),
  );
  const turned = (panel: Panel): number => turnedHeight(panel.x, size.width);
  const rowHeights = Array.from({ length: rows }, (_, row) => {
    const labelled = Array.from({ length: columns }, (_, column) => column).filter(
      (column) => at(row, column) !== null && !sharesX(row, column),
    );
    if (labelled.length === 0) return 0;
    const ticks = Math.max(TICK_HEIGHT, ...labelled.map((column) => turned(at(row, column) ?? present[0]!)));
    return ticks + (isOneX && row < rows - 1 ? 0 : AXIS_TITLE_HEIGHT);
  });

  const lefts: number[] = [];
  let x = left;
  for (const width of columnWidths) {
    x += width;
    lefts.push(x);
    x += size.width + gap;
  }
  const parts: string[] = [];
  let y = top;
  for (let row = 0; row < rows; row++) {
    y += TITLE_HEIGHT;
    for (let column = 0; column < columns; column++) {
      const panel = at(row, column);
      if (panel === null) continue;
      const frame = frameOf(panel, lefts[column]!, y, size);
      parts.push(
        drawFrame(panel, frame, { x: !sharesX(row, column), y: !sharesY(row, column) }),
        ...panel.marks(frame),
      );
      const below = frame.top + size.height + Math.max(TICK_HEIGHT, turned(panel)) + 10;
      if (!isOneX && !sharesX(row, column)) {
        parts.push(axisTitle(panel.x.title, frame.left + size.width / 2, below));
      }
      if (!isOneY && !sharesY(row, column)) {
        parts.push(axisTitle(panel.y.title, frame.left - tickWidth(panel) - 7, y + size.height / 2, true));
      }
    }
    y += size.height + rowHeights[row]! + 6;
  }
  const width = x - gap - left;
  const [first] = present;
  if (first !== undefined) {
    const inner = lefts[0]!;
    if (isOneX) parts.push(axisTitle(first.x.title, (inner + left + width) / 2, y - 6));
    if (isOneY)
      parts.push(
        axisTitle(first.y.title, inner - tickWidth(first) - 7, (top + TITLE_HEIGHT + y - 24) / 2, true),
      );
  }
  return { svg: parts.join(''), width, height: y - top };
}

function axisTitle(words: string, x: number, y: number, isVertical = false): string {
  const transform = isVertical ? `rotate(-90 ${x.toFixed(1)} ${y.toFixed(1)})` : undefined;
  return text(x, y, words, { 'text-anchor': 'middle', transform });
}

function frameOf({ x, y }: Panel, left: number, top: number, size: PanelGrid['size']): Frame {
  return {
    left,
    top,
    ...size,
    x: scaleLinear(x.domain, [left, left + size.width]),
    y: scaleLinear(y.domain, [top + size.height, top]),
  };
}

function drawFrame(panel: Panel, frame: Frame, labelled: { x: boolean; y: boolean }): string {
  const { left, top, width, height } = frame;
  const bottom = top + height;
  const { breakAt } = panel.x;
  return [
    // Its own colour would be too faint for text, on a light page or on a dark one.
    panel.colour === undefined ? '' : rectangle(left, top - TITLE_RISE - 9, 4, 11, { fill: panel.colour }),
    text(left + (panel.colour === undefined ? 0 : 8), top - TITLE_RISE, panel.title, { 'font-weight': 600 }),
    rectangle(left, top, width, height, { fill: 'none', stroke: RULE }),
    ...panel.x.ticks.map(({ at }) => line(frame.x(at), bottom, frame.x(at), bottom + 4, { stroke: MUTED })),
    ...panel.x.minor.map((at) => line(frame.x(at), bottom, frame.x(at), bottom + 2)),
    ...panel.y.ticks.map(({ at }) => line(left - 4, frame.y(at), left, frame.y(at), { stroke: MUTED })),
    ...(breakAt === null ? [] : [axisBreak(frame.x(breakAt), bottom)]),
    ...(labelled.x ? xLabels(panel.x, frame) : []),
    ...(labelled.y
      ? panel.y.ticks.map(({ at, label }) =>
          text(left - 6, frame.y(at) + 3.5, label, { 'text-anchor': 'end', 'font-size': TICK_SIZE }),
        )
      : []),
  ].join('');
}

/** Two strokes across an axis. */
function axisBreak(x: number, y: number): string {
  return [-2.5, 1.5]
    .map((shift) => line(x + shift - 1.5, y + 4, x + shift + 2.5, y - 4, { stroke: MUTED }))
    .join('');
}

function xLabels(axis: PlotAxis, frame: Frame): string[] {
  const y = frame.top + frame.height + 14;
  if (turnedHeight(axis, frame.width) > 0) {
    return axis.ticks.map(({ at, label }) => {
      const x = frame.x(at);
      const transform = `rotate(${-TURN} ${x.toFixed(1)} ${y.toFixed(1)})`;
      return text(x + 3, y, label, { 'text-anchor': 'end', 'font-size': TICK_SIZE, transform });
    });
  }
  return readableTicks(axis.ticks, frame.x).map(({ at, label }) =>
    text(frame.x(at), y, label, { 'text-anchor': 'middle', 'font-size': TICK_SIZE }),
  );
}

/** The ticks whose labels have room: the first, and every one that does not touch that before it. */
function readableTicks(ticks: readonly PlotTick[], x: (value: number) => number): PlotTick[] {
  const half = ({ label }: PlotTick): number => textWidth(label, TICK_SIZE) / 2;
  const shown: PlotTick[] = [];
  let end = -Infinity;
  for (const tick of [...ticks].sort((a, b) => a.at - b.at)) {
    if (x(tick.at) - half(tick) < end + 4) continue;
    shown.push(tick);
    end = x(tick.at) + half(tick);
  }
  return shown;
}

/** Pixels that turned names need below an axis; 0 where they have room as they are. */
function turnedHeight({ isNamed, ticks, domain }: PlotAxis, width: number): number {
  if (!isNamed) return 0;
  const room = width / Math.max(1, domain[1] - domain[0]);
  const widest = Math.max(0, ...ticks.map(({ label }) => textWidth(label, TICK_SIZE)));
  return widest <= room - 4 ? 0 : widest * Math.sin((TURN * Math.PI) / 180) + 14;
}
