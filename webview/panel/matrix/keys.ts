export interface Position {
  readonly row: number;
  readonly column: number;
}

/** Where a key moves the cursor of a matrix, or null where it is none of those keys. */
export function moved(
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
