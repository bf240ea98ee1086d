import { crc32, inflateSync } from 'node:zlib';
import { InputError } from '../base/error';
import type { PngHeader, PngPass } from './png-header';

// Why not fast-png: it unpacks without bound (0.8 MB of 8 × 8 pixels took 2.3 GB) and takes cut-off pixels for black.

/**
 * The pixels of a PNG file as Pillow gives them for "L" and "RGB": uint8, [channels, rows, columns]. Alpha is dropped;
 * palettes are looked up; of 16 bits the higher 8 are taken, fewer than 8 are spread over 0 to 255.
 * @param bytes the whole file
 * @throws InputError for a damaged file; no more is unpacked than the header speaks of
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
  const most = 2 ** depth - 1;
  const factor = colour.name === 'grey' ? 255 / most : 1;
  return (row, i) => {
    const bit = i * depth;
    return ((row[bit >> 3]! >> (8 - depth - (bit & 7))) & most) * factor;
  };
}

/** The palette and the compressed pixels, their sums checked; everything else is left alone. */
function readChunks(path: string, bytes: Uint8Array): { palette: Uint8Array; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data: Uint8Array[] = [];
  let palette: Uint8Array = new Uint8Array();
  for (let offset = 8; ;) {
    const body = offset + 8;
    const end = body <= bytes.length ? body + view.getUint32(offset) : Infinity;
    if (end + 4 > bytes.length) throw new InputError(path, 'is truncated', 'Copy or download it again');
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

/** Undoes a row's filter in place. @param above the row before it, unfiltered @see https://www.w3.org/TR/png-3/#9Filters */
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

function damaged(path: string, problem: string): InputError {
  return new InputError(path, `is a damaged PNG: ${problem}`, 'Copy or download it again');
}
