import type { MatrixPart } from '../../../src/core/render/association-card';

/** What a square view shows of a matrix: `span` × `span` units from column `x` and row `y`, all of them fractional. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly span: number;
}

/** The camera comes no closer than to so many units. */
const CLOSEST = 8;

export const whole = (units: number): Camera => ({ x: 0, y: 0, span: Math.max(1, units) });

/** Keeps the camera inside the matrix, and no closer than `CLOSEST`. */
export function within({ x, y, span }: Camera, units: number): Camera {
  const kept = Math.min(units, Math.max(Math.min(CLOSEST, units), span));
  const clamp = (start: number): number => Math.min(units - kept, Math.max(0, start));
  return { x: clamp(x), y: clamp(y), span: kept };
}

/** The rows and columns that the camera sees, rounded to whole ones; null: all of them. */
export function partOf(camera: Camera | null, units: number): MatrixPart | null {
  if (camera === null) return null;
  const { x, y, span } = within(camera, units);
  const kept = Math.round(span);
  const start = (from: number): number => Math.min(units - kept, Math.round(from));
  return kept === units ? null : { row: start(y), column: start(x), span: kept };
}

/**
 * Zooms about a point of the view, which stays in its place.
 * @param factor below 1 comes closer
 * @param atX 0 left … 1 right
 * @param atY 0 top … 1 bottom
 */
export function zoomed(camera: Camera, units: number, factor: number, atX = 0.5, atY = 0.5): Camera {
  const { span } = within({ ...camera, span: camera.span * factor }, units);
  return within(
    { x: camera.x + atX * (camera.span - span), y: camera.y + atY * (camera.span - span), span },
    units,
  );
}

/** @param x how far, in widths of the view; `y` likewise */
export function panned(camera: Camera, units: number, x: number, y: number): Camera {
  return within({ ...camera, x: camera.x + x * camera.span, y: camera.y + y * camera.span }, units);
}

/** Moves just so far that the position is in view. */
export function revealing(camera: Camera, units: number, row: number, column: number): Camera {
  const reveal = (start: number, position: number): number =>
    Math.min(position, Math.max(start, position + 1 - camera.span));
  return within({ ...camera, x: reveal(camera.x, column), y: reveal(camera.y, row) }, units);
}

/** The position under a point of the view, 0…1; null outside the matrix. */
export function positionAt({ x, y, span }: Camera, units: number, atX: number, atY: number) {
  const [row, column] = [Math.floor(y + atY * span), Math.floor(x + atX * span)];
  const inside = (position: number): boolean => position >= 0 && position < units;
  return inside(row) && inside(column) ? { row, column } : null;
}
