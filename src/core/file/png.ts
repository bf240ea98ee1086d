import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { InputError } from '../base/error';

// PNG: https://www.w3.org/TR/png-3/, big-endian throughout.
// Why not fast-png: it unpacks without bound (0.8 MB of 8 × 8 pixels took 2.3 GB) and takes cut-off pixels for black.

/** What the first chunk says. */
interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per stored value: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly colour: PngColour;
  readonly passes: readonly PngPass[];
}

interface PngColour {
  readonly name: 'grey' | 'RGB' | 'palette' | 'grey and alpha' | 'RGBA';
  /** Values stored per pixel. */
  readonly stored: number;
  /** Channels once the palette is looked up and alpha dropped. */
  readonly channels: number;
  /** Bits per value that it may have. */
  readonly depths: readonly number[];
}

/** A grid of pixels that are stored together: every dx-th from x in every dy-th row from y. */
interface PngPass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes of one row, without its filter. */
  readonly rowBytes: number;
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Bytes that parsePngHeader needs: the signature, and the first chunk up to its CRC. */
export const PNG_HEADER = 29;
/** More than any network looks at; a header of a few bytes can claim 2^62. */
const MAX_PIXELS = 2 ** 24;

/** By their number in the header. */
const COLOURS: Readonly<Record<number, PngColour>> = {
  0: { name: 'grey', stored: 1, channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { name: 'RGB', stored: 3, channels: 3, depths: [8, 16] },
  3: { name: 'palette', stored: 1, channels: 3, depths: [1, 2, 4, 8] },
  4: { name: 'grey and alpha', stored: 2, channels: 1, depths: [8, 16] },
  6: { name: 'RGBA', stored: 4, channels: 3, depths: [8, 16] },
};
/** The passes of an image that is not interlaced, and of one that is: x, y, dx, dy. */
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

/** Whether the first bytes of a file are those of a PNG. */
export function isPng(start: Uint8Array): boolean {
  return SIGNATURE.equals(start.subarray(0, SIGNATURE.length));
}

/**
 * Reads the header alone.
 * @param start the file's first PNG_HEADER bytes or more
 * @throws InputError for anything but PNG, and for sizes that no image for a network has
 */
export function parsePngHeader(path: string, start: Uint8Array): PngHeader {
  const bytes = Buffer.from(start.buffer, start.byteOffset, Math.min(PNG_HEADER, start.length));
  if (!isPng(start)) throw new InputError(path, 'is not a PNG image');
  if (bytes.length < PNG_HEADER) throw truncated(path);
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

/**
 * The pixels of a PNG file as Pillow gives them for "L" and "RGB": uint8, [channels, rows, columns]. Alpha is dropped.
 * Palettes are looked up. Of 16 bits the higher 8 are taken; fewer than 8 are spread over 0 to 255.
 * @param bytes the whole file
 * @throws InputError for a damaged file. No more is unpacked than the header gives
 */
export function decodePng(path: string, bytes: Uint8Array, header: PngHeader): Uint8Array {
  const { width, height, depth, colour } = header;
  const { palette, data } = readChunks(path, bytes);
  const rows = inflate(path, data, header);
  const value = valueReader(header);
  const pixelBytes = Math.max(1, (depth * colour.stored) >> 3);
  const plane = width * height;
  const pixels = new Uint8Array(colour.channels * plane);
  let offset = 0;
  for (const pass of header.passes) {
    let above: Uint8Array = new Uint8Array(pass.rowBytes);
    for (let y = pass.y; y < height; y += pass.dy) {
      const filter = rows[offset]!;
      const row = rows.subarray(offset + 1, offset + 1 + pass.rowBytes);
      offset += 1 + pass.rowBytes;
      if (filter > 4) throw damaged(path, `there is no filter ${filter}`);
      unfilter(filter, row, above, pixelBytes);
      above = row;
      place(row, y * width, pass);
    }
  }
  return pixels;

  function place(row: Uint8Array, start: number, { x, dx, columns }: PngPass): void {
    for (let column = 0; column < columns; column++) {
      const at = start + x + dx * column;
      if (colour.name === 'palette') {
        const entry = 3 * value(row, column);
        if (entry >= palette.length) throw damaged(path, 'a pixel is of a colour that its palette has not');
        for (let channel = 0; channel < 3; channel++)
          pixels[channel * plane + at] = palette[entry + channel]!;
      } else {
        for (let channel = 0; channel < colour.channels; channel++)
          pixels[channel * plane + at] = value(row, column * colour.stored + channel);
      }
    }
  }
}

/** Reads value i of a row as a byte, or as an index of the palette. */
function valueReader({ depth, colour }: PngHeader): (row: Uint8Array, i: number) => number {
  if (depth === 16) return (row, i) => row[2 * i]!;
  if (depth === 8) return (row, i) => row[i]!;
  const maximum = 2 ** depth - 1;
  const factor = colour.name === 'grey' ? 255 / maximum : 1;
  return (row, i) => {
    const bit = i * depth;
    return ((row[bit >> 3]! >> (8 - depth - (bit & 7))) & maximum) * factor;
  };
}

// A chunk is the length of its data (4 bytes), its type (4), the data, and the CRC of type and data (4).

/** The palette and the compressed pixels, their CRCs checked. Other chunks are passed over. */
function readChunks(path: string, bytes: Uint8Array): { palette: Uint8Array; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data: Uint8Array[] = [];
  let palette: Uint8Array = new Uint8Array();
  for (let offset = SIGNATURE.length; ;) {
    const body = offset + 8;
    const end = body <= bytes.length ? body + view.getUint32(offset) : Infinity;
    if (end + 4 > bytes.length) throw truncated(path);
    const type = Buffer.from(bytes.subarray(offset + 4, body)).toString('latin1');
    if (type === 'IEND') return { palette, data: Buffer.concat(data) };
    if (type === 'IHDR' || type === 'PLTE' || type === 'IDAT') {
      if (crc32(bytes.subarray(offset + 4, end)) !== view.getUint32(end))
        throw damaged(path, `the sum of its ${type} is wrong`);
      if (type === 'PLTE') palette = bytes.subarray(body, end);
      if (type === 'IDAT') data.push(bytes.subarray(body, end));
    }
    offset = end + 4;
  }
}

function encodeChunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}

function inflate(path: string, data: Uint8Array, { passes }: PngHeader): Uint8Array {
  const size = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
  let rows: Uint8Array;
  try {
    rows = inflateSync(data, { maxOutputLength: size });
  } catch (error) {
    throw damaged(
      path,
      `its pixels cannot be unpacked (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  if (rows.length !== size) throw damaged(path, `its pixels are ${rows.length} bytes and should be ${size}`);
  return rows;
}

/**
 * Undoes a row's filter in place (section 9).
 * @param above the row before it, unfiltered
 */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  if (filter === 0) return;
  for (let i = 0; i < row.length; i++) {
    const a = i < pixelBytes ? 0 : row[i - pixelBytes]!;
    const b = above[i]!;
    const c = i < pixelBytes ? 0 : above[i - pixelBytes]!;
    row[i]! += filter === 1 ? a : filter === 2 ? b : filter === 3 ? (a + b) >> 1 : paeth(a, b, c);
  }
}

function paeth(a: number, b: number, c: number): number {
  const toA = Math.abs(b - c);
  const toB = Math.abs(a - c);
  const toC = Math.abs(a + b - 2 * c);
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}

/**
 * An indexed PNG (8 bits per pixel), the smallest lossless form of a heatmap.
 * @param pixels colour index per pixel, row-major from the top left: width × height
 * @param colours up to 256 colours, three bytes each; every index must be inside
 */
export function encodePng(width: number, height: number, pixels: Uint8Array, colours: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits, indexed; the only compression, filter and no interlacing

  // Each row starts with its filter; 0, none, is what suits indexed colour.
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);

  return Buffer.concat([
    SIGNATURE,
    encodeChunk('IHDR', header),
    encodeChunk('PLTE', colours),
    encodeChunk('IDAT', deflateSync(rows)),
    encodeChunk('IEND', new Uint8Array()),
  ]);
}

function truncated(path: string): InputError {
  return new InputError(path, 'is truncated', 'Copy or download it again');
}

function damaged(path: string, problem: string): InputError {
  return new InputError(path, `is a damaged PNG: ${problem}`, 'Copy or download it again');
}
