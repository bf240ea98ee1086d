import { InputError } from '../base/error';

/** What the first bytes of a PNG file say. The format: https://www.w3.org/TR/png-3/ (big-endian throughout). */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per stored value: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly colour: PngColour;
  readonly passes: readonly PngPass[];
}

export interface PngColour {
  readonly name: 'grey' | 'RGB' | 'palette' | 'grey and alpha' | 'RGBA';
  /** Values stored per pixel, and channels once the palette is looked up and alpha dropped. */
  readonly stored: number;
  readonly channels: number;
  readonly depths: readonly number[];
}

/** A grid of pixels that are stored together: every dx-th from x in every dy-th row from y. */
export interface PngPass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes of one row, without its filter. */
  readonly rowBytes: number;
}

/** Bytes that parsePngHeader needs. */
export const PNG_HEADER = 29;
/** More than any network looks at; a header of a few bytes can claim 2^62. */
const MAX_PIXELS = 2 ** 24;

export const SIGNATURE = '89504e470d0a1a0a';
const COLOURS: Readonly<Record<number, PngColour>> = {
  0: { name: 'grey', stored: 1, channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { name: 'RGB', stored: 3, channels: 3, depths: [8, 16] },
  3: { name: 'palette', stored: 1, channels: 3, depths: [1, 2, 4, 8] },
  4: { name: 'grey and alpha', stored: 2, channels: 1, depths: [8, 16] },
  6: { name: 'RGBA', stored: 4, channels: 3, depths: [8, 16] },
};
const WHOLE = [[0, 0, 1, 1]] as const;
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Reads the header alone.
 * @param start the file's first PNG_HEADER bytes or more
 * @throws InputError for anything but PNG, and for sizes that no image for a network has
 */
export function parsePngHeader(path: string, start: Uint8Array): PngHeader {
  const bytes = Buffer.from(start.buffer, start.byteOffset, Math.min(PNG_HEADER, start.length));
  if (bytes.toString('hex', 0, 8) !== SIGNATURE) throw new InputError(path, `is not a PNG image`);
  if (bytes.length < PNG_HEADER) throw new InputError(path, 'is truncated', 'Copy or download it again');
  if (bytes.toString('latin1', 12, 16) !== 'IHDR')
    throw new InputError(path, 'is a damaged PNG: it does not begin with its header');
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  if (width === 0 || height === 0 || width * height > MAX_PIXELS)
    throw new InputError(path, `is of ${width} × ${height} pixels; 1 to ${MAX_PIXELS} are read`);
  const [depth = 0, type = 0, compression = 0, filter = 0, interlacing = 0] = bytes.subarray(24);
  const colour = COLOURS[type];
  const grids = [WHOLE, ADAM7][interlacing];
  if (!colour?.depths.includes(depth) || compression !== 0 || filter !== 0 || grids === undefined)
    throw new InputError(
      path,
      `is a damaged PNG: there is no colour type ${type} of ${depth} bits, compression ${compression}, filter ${filter}, interlacing ${interlacing}`,
    );
  const bits = depth * colour.stored;
  const passes = grids
    .map(([x, y, dx, dy]) => {
      const columns = Math.ceil((width - x) / dx);
      return {
        x,
        y,
        dx,
        dy,
        columns,
        rows: Math.ceil((height - y) / dy),
        rowBytes: Math.ceil((columns * bits) / 8),
      };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  return { width, height, depth, colour, passes };
}

/** [channels, rows, columns] */
export function imageShape({ width, height, colour }: PngHeader): number[] {
  return [colour.channels, height, width];
}
