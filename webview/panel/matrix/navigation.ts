import { type Camera, panned, zoomed } from './camera';
import { GUTTER } from './painter';

/** How the user moves in a matrix: a cursor for the keyboard, gestures for the pointer. */

/** An entry of the matrix in the order of its clusters, not of its units. */
export interface Position {
  readonly row: number;
  readonly column: number;
}

/**
 * Where a key moves the cursor; null: it is no key of the cursor.
 * @param page how far Page Up and Page Down go, and arrows with Ctrl
 */
export function cursorAfterKey(
  { key, ctrlKey, metaKey }: KeyboardEvent,
  { row, column }: Position,
  units: number,
  page: number,
): Position | null {
  const last = units - 1;
  const far = ctrlKey || metaKey;
  const to = (newRow: number, newColumn: number): Position => ({
    row: Math.min(last, Math.max(0, newRow)),
    column: Math.min(last, Math.max(0, newColumn)),
  });
  const step = far ? Math.max(1, page) : 1;
  switch (key) {
    case 'ArrowLeft':
      return to(row, column - step);
    case 'ArrowRight':
      return to(row, column + step);
    case 'ArrowUp':
      return to(row - step, column);
    case 'ArrowDown':
      return to(row + step, column);
    case 'PageUp':
      return to(row - page, column);
    case 'PageDown':
      return to(row + page, column);
    case 'Home':
      return to(far ? 0 : row, 0);
    case 'End':
      return to(far ? last : row, last);
    default:
      return null;
  }
}

/** The only cell of a matrix that assistive technology and the keyboard see, and its row. */
export class Cursor {
  readonly row = document.createElement('div');
  readonly cell = document.createElement('div');
  position: Position = { row: 0, column: 0 };

  constructor() {
    this.row.role = 'row';
    this.cell.role = 'gridcell';
    this.cell.tabIndex = 0;
    this.cell.className = 'cursor';
    this.row.append(this.cell);
  }

  /** Keeps the cursor inside a matrix of so many units. */
  keepWithin(units: number): void {
    const { row, column } = this.position;
    this.position = { row: Math.min(units - 1, row), column: Math.min(units - 1, column) };
  }

  say(description: string): void {
    this.row.ariaRowIndex = String(this.position.row + 1);
    this.cell.ariaColIndex = String(this.position.column + 1);
    this.cell.ariaLabel = description;
  }

  /**
   * Puts the cell over its entry.
   * @param side of the matrix on the screen, in pixels
   */
  place(side: number, { x, y, span }: Camera): void {
    const size = side / span;
    const { row, column } = this.position;
    const { style } = this.cell;
    style.transform = `translate(${GUTTER.left + (column - x) * size}px, ${GUTTER.top + (row - y) * size}px)`;
    style.width = style.height = `${size}px`;
  }
}

/** What gestures read and change. */
interface GestureTarget {
  /** Where the matrix is on the screen. */
  bounds(): DOMRect;
  readonly units: () => number;
  readonly camera: () => Camera;
  look(camera: Camera): void;
  /** Whether the matrix has the focus. Scrolling zooms only then: otherwise the user could not scroll past the matrix. */
  active(): boolean;
  hover(at: { readonly x: number; readonly y: number } | null): void;
  press(at: { readonly x: number; readonly y: number }): void;
}

/** A pointer that moves less than this clicks, in pixels. */
const SLACK = 4;
const WHEEL_STEP = 0.0018;
/** Pixels of a line: some mice count lines. */
const LINE = 20;

/** The wheel zooms, dragging pans, and a press without movement selects. */
export function listenForGestures(element: HTMLElement, target: GestureTarget): void {
  let drag: { x: number; y: number; moved: boolean } | null = null;
  const shares = ({ clientX, clientY }: MouseEvent): { x: number; y: number } => {
    const { left, top, width, height } = target.bounds();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  };

  element.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey && !target.active()) return;
      event.preventDefault();
      const delta = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
      // A pinch arrives as a wheel with Ctrl, in small steps.
      const speed = event.ctrlKey && Math.abs(delta) < 50 ? 5 * WHEEL_STEP : WHEEL_STEP;
      const { x, y } = shares(event);
      target.look(zoomed(target.camera(), target.units(), Math.exp(delta * speed), x, y));
      target.hover({ x, y });
    },
    { passive: false },
  );
  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, moved: false };
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener('pointermove', (event) => {
    if (drag === null) {
      target.hover(shares(event));
      return;
    }
    const [x, y] = [drag.x - event.clientX, drag.y - event.clientY];
    if (!drag.moved && Math.hypot(x, y) < SLACK) return;
    const { width, height } = target.bounds();
    target.look(panned(target.camera(), target.units(), x / width, y / height));
    drag = { x: event.clientX, y: event.clientY, moved: true };
  });
  const end = (event: PointerEvent): void => {
    if (drag !== null && !drag.moved && event.type === 'pointerup') target.press(shares(event));
    drag = null;
  };
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
  element.addEventListener('pointerleave', () => {
    target.hover(null);
  });
}
