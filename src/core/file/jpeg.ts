import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import createDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { InputError } from '../base/error';

// JPEG: ITU-T T.81, big-endian throughout. The pixels are decoded by libjpeg-turbo's code in WebAssembly (@jsquash/jpeg),
// which gives those of Pillow and torchvision bit by bit. Why not jpeg-js: it repeats colours stored at half the size where
// libjpeg interpolates, and differs by up to 35 of 255.

/** What the frame's header says. */
interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** More than any network looks at. */
const MAX_PIXELS = 2 ** 24;
/** A progressive image has about ten; each costs as much time as the whole image. */
const MAX_SCANS = 100;
const REMEDY = 'Convert it to PNG, or to JPEG in grey or RGB: Image.open(path).convert("RGB").save(path)';

const MARKER = 0xff;
const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;
/** Frames that libjpeg decodes: baseline, extended, progressive. */
const FRAMES: readonly number[] = [0xc0, 0xc1, 0xc2];
/** Of 0xc0 to 0xcf those that are no frames: tables of Huffman codes, an extension, arithmetic coding. */
const NO_FRAMES: readonly number[] = [0xc4, 0xc8, 0xcc];

/** Whether the first bytes of a file are those of a JPEG. */
export function isJpeg(start: Uint8Array): boolean {
  return start[0] === MARKER && start[1] === START && start[2] === MARKER;
}

/**
 * The header of the frame, from the file's beginning.
 * @returns null where it is not among these bytes
 * @throws InputError for anything but JPEG in grey or colour, and for sizes that no image for a network has
 */
export function parseJpegHeader(path: string, start: Uint8Array): JpegHeader | null {
  if (!isJpeg(start)) throw new InputError(path, 'is not a JPEG image');
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  for (let at = 2; at + 4 <= start.length;) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== MARKER || marker === SCAN || marker === END)
      throw damaged(path, 'its pixels begin before its header');
    // A marker may be filled up with bytes of its first.
    if (marker === MARKER) {
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (length < 2) throw damaged(path, 'one of its segments has no length');
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker)) {
      if (at + 10 > start.length) return null;
      return frame(path, marker, view, at + 4);
    }
    at += 2 + length;
  }
  return null;
}

function frame(path: string, marker: number, view: DataView, at: number): JpegHeader {
  const [bits, height, width, channels] = [
    view.getUint8(at),
    view.getUint16(at + 1),
    view.getUint16(at + 3),
    view.getUint8(at + 5),
  ];
  if (!FRAMES.includes(marker) || bits !== 8)
    throw new InputError(path, `is a JPEG of ${bits} bits and of a kind that is not read`, REMEDY);
  if (channels !== 1 && channels !== 3)
    throw new InputError(path, `is a JPEG of ${channels} channels; 1 and 3 are read`, REMEDY);
  if (width === 0 || height === 0 || width * height > MAX_PIXELS)
    throw new InputError(
      path,
      `is of ${width} × ${height} pixels; 1 to ${MAX_PIXELS} are read`,
      'Make the images as large as the network takes them',
    );
  return { width, height, channels };
}

/** What the library gives of this module. */
interface Decoder {
  /** RGBA, [rows, columns, 4]. @throws anything, after which the decoder is of no use */
  decode(bytes: Uint8Array, preserveOrientation: boolean): { readonly data: Uint8ClampedArray } | null;
}
type Factory = (options: {
  readonly noInitialRun: boolean;
  readonly wasmBinary: Uint8Array;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}) => Promise<Decoder>;

let decoder: Promise<Decoder> | undefined;
/** What the decoder had to say of the image at hand. */
let complaints: string[] = [];

async function startDecoder(): Promise<Decoder> {
  // The types of the library need those of the DOM, and name only a part of its options.
  return (createDecoder as unknown as Factory)({
    noInitialRun: true,
    wasmBinary: await readCode(),
    print: () => undefined,
    printErr: (line) => complaints.push(line),
  });
}

/** The decoder's code: beside the bundle, or where the package is installed. */
async function readCode(): Promise<Uint8Array> {
  const name = 'mozjpeg_dec.wasm';
  try {
    return await readFile(new URL(name, import.meta.url));
  } catch {
    const require = createRequire(import.meta.url);
    return await readFile(require.resolve(`@jsquash/jpeg/codec/dec/${name}`));
  }
}

/**
 * The pixels of a JPEG file as Pillow gives them: uint8, [channels, rows, columns]. A camera's orientation is left alone, as
 * there.
 * @param header of the same file
 * @throws InputError for a damaged file
 */
export async function decodeJpeg(path: string, bytes: Uint8Array, header: JpegHeader): Promise<Uint8Array> {
  checkScans(path, bytes);
  const ready = await (decoder ??= startDecoder());
  // From here to the end of decoding nothing else runs: the complaints are of this image.
  complaints = [];
  let rgba: Uint8ClampedArray | undefined;
  try {
    rgba = ready.decode(bytes, false)?.data;
  } catch {
    decoder = undefined; // it has ended
  }
  const size = header.width * header.height;
  const grave = complaints.find((line) => !line.includes('extraneous bytes'));
  if (rgba?.length !== 4 * size || grave !== undefined)
    throw damaged(path, grave ?? 'its pixels cannot be decoded');
  const out = new Uint8Array(header.channels * size);
  for (let channel = 0; channel < header.channels; channel++)
    for (let i = 0; i < size; i++) out[channel * size + i] = rgba[4 * i + channel]!;
  return out;
}

/** @throws InputError for so many scans that decoding would take without end */
function checkScans(path: string, bytes: Uint8Array): void {
  let scans = 0;
  for (let at = bytes.indexOf(MARKER); at >= 0; at = bytes.indexOf(MARKER, at + 1)) {
    if (bytes[at + 1] === SCAN && ++scans > MAX_SCANS)
      throw new InputError(path, `has more than ${MAX_SCANS} scans`, REMEDY);
  }
}

function damaged(path: string, problem: string): InputError {
  return new InputError(path, `is a damaged JPEG: ${problem}`, 'Copy or download it again');
}
