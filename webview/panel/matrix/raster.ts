import type { MatrixPicture } from '../../../src/protocol';
import type { Camera } from './camera';
import type { ColourTables } from './colours';

/**
 * Draws what the camera sees, pixel by pixel: the time depends on the view's size, never on the matrix'. A pixel takes the
 * cell of the level whose cells are the smallest that are no smaller than it, so nothing is skipped.
 *
 * @param pixels side × side, row-major, as ImageData has them
 * @param mask position → 1 for what is highlighted; null: nothing is
 */
export function drawCells(
  pixels: Uint32Array,
  side: number,
  { levels, units }: Pick<MatrixPicture, 'levels' | 'units'>,
  camera: Camera,
  tables: ColourTables,
  mask: Uint8Array | null,
): void {
  const perPixel = camera.span / side;
  const finest = Math.max(0, Math.ceil(Math.log2(perPixel) - 1e-9));
  // Levels may begin with a coarse one, where the fine ones were not kept.
  const level = levels.find(({ size }) => size <= Math.ceil(units / 2 ** finest)) ?? levels.at(-1);
  if (level === undefined) return;
  const perCell = 2 ** Math.round(Math.log2(units / level.size));

  const positions = new Int32Array(side);
  const columns = new Int32Array(side);
  const marked = new Uint8Array(side);
  for (let i = 0; i < side; i++) {
    positions[i] = Math.min(units - 1, Math.floor(camera.x + (i + 0.5) * perPixel));
    columns[i] = Math.min(level.size - 1, Math.floor(positions[i]! / perCell));
    marked[i] = mask?.[positions[i]!] ?? 0;
  }
  let above = -1;
  for (let y = 0; y < side; y++) {
    const position = Math.min(units - 1, Math.floor(camera.y + (y + 0.5) * perPixel));
    const to = y * side;
    if (position === above) {
      pixels.copyWithin(to, to - side, to);
      continue;
    }
    above = position;
    const from = Math.min(level.size - 1, Math.floor(position / perCell)) * level.size;
    const { bytes } = level;
    if (mask === null) {
      for (let x = 0; x < side; x++) pixels[to + x] = tables.full[bytes[from + columns[x]!]!]!;
    } else {
      const inRow = mask[position] === 1;
      const [other, both] = inRow ? [tables.half, tables.full] : [tables.faint, tables.half];
      for (let x = 0; x < side; x++)
        pixels[to + x] = (marked[x] === 1 ? both : other)[bytes[from + columns[x]!]!]!;
    }
  }
}
