import { type PaletteName, resample } from '../../../src/core/render/colours';
import type { MatrixPicture } from '../../../src/matrix-messages';
import type { Camera } from './camera';

/** The pixels of a matrix, in the colours of a palette and of the theme. */

/** A colour of the theme, red, green and blue. */
type Rgb = readonly [number, number, number];

/** Byte of a picture → pixel, in full colour and faded into the background. */
export interface ColourTables {
  readonly full: Uint32Array;
  readonly half: Uint32Array;
  readonly faint: Uint32Array;
}

/** The theme's colours that canvases need. */
export interface Theme {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly accent: string;
  readonly missing: string;
}

export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const read = (...names: readonly string[]): string =>
    names.map((name) => style.getPropertyValue(name).trim()).find((value) => value !== '') ?? '#808080';
  return {
    background: read('--vscode-editor-background'),
    foreground: read('--vscode-foreground', '--vscode-editor-foreground'),
    muted: read('--vscode-descriptionForeground', '--vscode-foreground'),
    accent: read('--vscode-contrastActiveBorder', '--vscode-focusBorder'),
    missing: read('--modscope-missing'),
  };
}

/** A canvas reads a colour however CSS writes it. */
const probe = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

function rgbOf(colour: string): Rgb {
  if (probe === null) return [128, 128, 128];
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [r = 128, g = 128, b = 128] = probe.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}

export function colourTables(palette: PaletteName, theme: Theme): ColourTables {
  const colours = resample(palette, 255);
  const missing = rgbOf(theme.missing);
  const background = rgbOf(theme.background);
  const table = (share: number): Uint32Array => {
    const pixels = new Uint32Array(256);
    const bytes = new Uint8ClampedArray(pixels.buffer);
    for (let i = 0; i < 256; i++) {
      for (let channel = 0; channel < 3; channel++) {
        const colour = colours[3 * i + channel] ?? missing[channel]!;
        bytes[4 * i + channel] = share * colour + (1 - share) * background[channel]!;
      }
      bytes[4 * i + 3] = 255;
    }
    return pixels;
  };
  return { full: table(1), half: table(0.55), faint: table(0.22) };
}

/**
 * Draws what the camera sees, pixel by pixel: the time depends on the size of the view alone. It takes the level with the
 * smallest cells that are no smaller than a pixel, so it skips nothing.
 *
 * @param pixels side × side, row-major, as ImageData has them
 * @param mask position → 1 for the units that are highlighted; null: none are
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
