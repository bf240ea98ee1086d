import { join } from 'node:path';
import { InputError } from '../base/error';
import type { RandomAccessFile } from '../file/file';
import { readStart } from '../file/stream';
import { withFile } from '../file/local';
import {
  type DatasetOptions,
  type DatasetReader,
  type DatasetSource,
  type Identity,
  type Proposal,
  splitOfPath,
} from './dataset';
import { assemble, checkCounts } from './inputs';

/** "train-images-idx3-ubyte", "t10k-labels.idx1-ubyte.gz", "emnist-letters-test-images-idx3-ubyte" */
const NAME =
  /^(?<prefix>.+)[-_.](?<part>images|labels)[-_.]idx\d[-_.](ubyte|byte|short|int|float|double)(\.gz)?$/i;

/** IDX, the format of MNIST: images and labels in two files that share a prefix. Either may be gzip. */
export const idxReader: DatasetReader = {
  propose(folder, { files }, options) {
    const pairs = new Map<string, { images?: string; labels?: string }>();
    for (const name of files) {
      const { prefix, part } = NAME.exec(name)?.groups ?? {};
      if (prefix === undefined) continue;
      const pair = pairs.get(prefix) ?? {};
      pairs.set(prefix, pair);
      if (part?.toLowerCase() === 'images') pair.images ??= join(folder, name);
      else pair.labels ??= join(folder, name);
    }
    return [...pairs].flatMap(([prefix, { images, labels }]) =>
      images === undefined ? [] : [proposal(images, labels, prefix, options)],
    );
  },
};

function proposal(
  images: string,
  labels: string | undefined,
  prefix: string,
  options: DatasetOptions,
): Proposal {
  const identity = splitOfPath(images, options.split, prefix);
  return {
    kind: 'IDX',
    paths: labels === undefined ? [images] : [images, labels],
    set: identity.set,
    certain: true,
    open: async () => {
      if (labels === undefined)
        throw new InputError(
          images,
          `has no labels beside it (${prefix}-labels-idx1-ubyte)`,
          'Name both as "images" and "labels" of "data" in modscope.json',
        );
      return [await openIdxPair(images, labels, identity, options)];
    },
  };
}

/** Images and labels that the user names. @throws InputError where they are not IDX, or do not belong together */
export async function openIdxPair(
  images: string,
  labels: string,
  identity: Identity,
  options: DatasetOptions,
): Promise<DatasetSource> {
  const inputs = await withFile(images, readIdxHeader, options.open);
  const classes = await withFile(labels, readIdxHeader, options.open);
  if (inputs.shape.length < 2)
    throw new InputError(images, 'holds single values, not samples', 'It may be the labels');
  if (classes.shape.length !== 1)
    throw new InputError(labels, `has ${classes.shape.length} dimensions, and labels have one`);
  const samples = checkCounts(images, inputs.shape[0], labels, classes.shape[0]);
  const sampleShape = inputs.shape.slice(1);
  return {
    kind: 'IDX',
    paths: [images, labels],
    ...identity,
    samples,
    sampleShape,
    layout: options.layout ?? null,
    load: async (limit = samples) => {
      const count = Math.min(limit, samples);
      return assemble(
        {
          path: images,
          split: identity.split,
          sampleShape,
          inputs: await withFile(images, (file) => readIdxItems(file, inputs, count), options.open),
          labelsPath: labels,
          labels: await withFile(labels, (file) => readIdxItems(file, classes, count), options.open),
        },
        options,
      );
    },
  };
}

/** What the first bytes of an IDX file say. Source: http://yann.lecun.com/exdb/mnist/; big-endian throughout. */
interface IdxHeader {
  readonly element: IdxElement;
  /** Items first. */
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly offset: number;
}

interface IdxElement {
  readonly bytes: number;
  readonly read: (view: DataView, offset: number) => number;
}

/** The types of values, by the third byte of a file. */
const ELEMENTS: Readonly<Record<number, IdxElement>> = {
  0x08: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  0x09: { bytes: 1, read: (view, offset) => view.getInt8(offset) },
  0x0b: { bytes: 2, read: (view, offset) => view.getInt16(offset) },
  0x0c: { bytes: 4, read: (view, offset) => view.getInt32(offset) },
  0x0d: { bytes: 4, read: (view, offset) => view.getFloat32(offset) },
  0x0e: { bytes: 8, read: (view, offset) => view.getFloat64(offset) },
};

/** Reads the header alone. @throws InputError for anything but IDX, and for one shorter than its header says */
async function readIdxHeader(file: RandomAccessFile): Promise<IdxHeader> {
  const magic = await readStart(file, 4);
  const element = ELEMENTS[magic[2] ?? 0];
  const dimensions = magic[3] ?? 0;
  if (magic[0] !== 0 || magic[1] !== 0 || element === undefined || dimensions === 0) {
    const hex = Buffer.from(magic).toString('hex');
    throw new InputError(
      file.path,
      `is not an IDX file: it begins with ${hex === '' ? 'nothing' : `0x${hex}`}`,
    );
  }
  const offset = 4 + 4 * dimensions;
  const head = await readStart(file, offset);
  if (head.length < offset) throw truncated(file, offset, head.length);
  const view = new DataView(head.buffer, head.byteOffset);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const header = { element, shape, offset };
  if (!Number.isSafeInteger(endOf(header, shape[0]!)))
    throw new InputError(file.path, `cannot be: its header speaks of ${shape.join(' × ')} values`);
  return header;
}

/**
 * The first `items` items, row-major: bytes as they are, everything else as float64.
 * @throws InputError when truncated
 */
async function readIdxItems(
  file: RandomAccessFile,
  header: IdxHeader,
  items: number,
): Promise<Uint8Array | Float64Array> {
  const end = endOf(header, items);
  const whole = items === header.shape[0];
  // Of a whole file one byte more is asked for: that shows a file that goes on, and makes gzip check its CRC.
  const bytes = await readStart(file, whole ? end + 1 : end);
  if (bytes.length < end) throw truncated(file, end, bytes.length);
  if (bytes.length > end)
    throw new InputError(file.path, `goes on after the ${end} bytes its header speaks of`, 'It is damaged');
  const values = bytes.subarray(header.offset);
  const { element } = header;
  if (element === ELEMENTS[0x08]) return values;
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return Float64Array.from({ length: values.length / element.bytes }, (_, i) =>
    element.read(view, i * element.bytes),
  );
}

/** Where the first `items` items end, in bytes. */
function endOf({ element, shape, offset }: IdxHeader, items: number): number {
  return shape.slice(1).reduce((product, size) => product * size, items * element.bytes) + offset;
}

function truncated(file: RandomAccessFile, expected: number, found: number): InputError {
  return new InputError(
    file.path,
    `is truncated: its header speaks of ${expected} bytes and there are ${found}`,
    'Download or copy it again',
  );
}
