import type { Segment } from '../../../src/core/report/order';
import { words } from '../strings';
import type { Camera } from './camera';
import type { Theme } from './colours';

/** Room for the clusters' names and bars, in CSS pixels. */
export const GUTTER = { left: 76, top: 14 } as const;
const BAR = 4;
const NAME_HEIGHT = 13;

interface Overlay {
  readonly segments: readonly Segment[];
  readonly camera: Camera;
  /** Of the matrix' view, in CSS pixels. */
  readonly side: number;
  readonly selected: number | null;
  readonly theme: Theme;
}

/** The outlines of the clusters, and their bars and names in the gutters. The context is in CSS pixels. */
export function drawOverlay(context: CanvasRenderingContext2D, overlay: Overlay): void {
  const { segments, camera, side, selected, theme } = overlay;
  const perUnit = side / camera.span;
  const at = (position: number, start: number): number => (position - start) * perUnit;

  context.save();
  context.translate(GUTTER.left, GUTTER.top);
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const { label, start, size } of segments) {
    const strong = label === selected;
    const colour = strong ? theme.accent : theme.muted;
    const rows = clipped(at(start, camera.y), at(start + size, camera.y), side);
    const columns = clipped(at(start, camera.x), at(start + size, camera.x), side);
    context.fillStyle = colour;
    if (columns !== null) context.fillRect(columns.from, -8, columns.length, BAR);
    if (rows === null) continue;
    context.fillRect(-8, rows.from, BAR, rows.length);
    if (rows.length < NAME_HEIGHT) continue;
    context.fillStyle = strong ? theme.foreground : theme.muted;
    const middle = rows.from + rows.length / 2;
    const name = words.clusterName(label);
    if (rows.length < 2 * NAME_HEIGHT + 2) context.fillText(name, -13, middle);
    else {
      context.fillText(name, -13, middle - 7);
      context.fillText(words.units(size), -13, middle + 7);
    }
  }

  context.beginPath();
  context.rect(0, 0, side, side);
  context.clip();
  for (const { label, start, size } of segments) {
    const length = size * perUnit;
    if (label < 0 || length < 3) continue;
    const strong = label === selected;
    // Light on dark: seen on both ends of the palettes.
    for (const [colour, width] of [
      ['rgba(0, 0, 0, 0.55)', strong ? 5 : 3.5],
      ['#ffffff', strong ? 2.5 : 1.5],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.strokeRect(at(start, camera.x), at(start, camera.y), length, length);
    }
  }
  context.restore();
}

/** The part of a run that is in view, less a hair at its end to tell it from the next. */
function clipped(from: number, to: number, side: number): { from: number; length: number } | null {
  const start = Math.max(0, from);
  const length = Math.min(side, to) - start - 1;
  return length <= 0 ? null : { from: start, length };
}
