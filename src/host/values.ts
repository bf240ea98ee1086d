import { InputError } from '../core/base/error';
import type { StoredMatrix } from './results';

const BYTES = Float64Array.BYTES_PER_ELEMENT;

/**
 * Exact values of a stored matrix, rows × columns of unit numbers, row-major; only the rows asked for are read.
 * @throws InputError for a unit the matrix has not
 */
export async function readValues(
  { file, size, offset }: StoredMatrix,
  rows: readonly number[],
  columns: readonly number[],
): Promise<Float64Array<ArrayBuffer>> {
  const missing = [...rows, ...columns].find((unit) => !Number.isInteger(unit) || unit < 0 || unit >= size);
  if (missing !== undefined)
    throw new InputError(file.path, `has units 0 to ${size - 1}, and not ${missing}`);
  const values = new Float64Array(rows.length * columns.length);
  for (const [r, row] of rows.entries()) {
    const bytes = await file.read(offset + row * size * BYTES, size * BYTES);
    const stored = new Float64Array(bytes.buffer, bytes.byteOffset, size);
    columns.forEach((column, c) => (values[r * columns.length + c] = stored[column]!));
  }
  return values;
}
