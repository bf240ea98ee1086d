import type { Camera } from './camera';
import type { Position } from './keys';
import { GUTTER } from './overlay';

/** The one cell of a matrix that assistive technology and the keyboard see, and its row. */
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

  /** @param units the matrix is now of so many */
  keepWithin(units: number): void {
    const { row, column } = this.position;
    this.position = { row: Math.min(units - 1, row), column: Math.min(units - 1, column) };
  }

  say(description: string): void {
    this.row.ariaRowIndex = String(this.position.row + 1);
    this.cell.ariaColIndex = String(this.position.column + 1);
    this.cell.ariaLabel = description;
  }

  /** Over its entry in a view of that side, in pixels. */
  place(side: number, { x, y, span }: Camera): void {
    const size = side / span;
    const { row, column } = this.position;
    const { style } = this.cell;
    style.transform = `translate(${GUTTER.left + (column - x) * size}px, ${GUTTER.top + (row - y) * size}px)`;
    style.width = style.height = `${size}px`;
  }
}
