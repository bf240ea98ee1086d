import { basename, join } from 'node:path';
import { InputError } from '../base/error';
import { byCodePoint, listed } from '../base/text';
import { allocate } from '../file/file';
import { listFolder } from '../file/folders';
import { withFile } from '../file/local';
import { decodeJpeg, isJpeg, parseJpegHeader } from '../file/jpeg';
import type { RandomAccessFile } from '../file/file';
import { decodePng, imageShape, isPng, parsePngHeader, PNG_HEADER } from '../file/png';
import { sizeOf } from '../tensor/shape';
import {
  type Dataset,
  type DatasetOptions,
  type DatasetReader,
  type DatasetSource,
  type Identity,
  splitOfName,
  splitOfPath,
} from './dataset';
import { assemble } from './inputs';

const KIND = 'image folder';
/** Files read at a time: several, so that decoding need not wait for the disk. */
const LANES = 16;
/** Bytes of text and colour profiles beside the pixels. */
const MAX_METADATA = 2 ** 24;

interface Image {
  readonly path: string;
  readonly label: number;
}

/** PNG and JPEG images in a folder per class, as torchvision's ImageFolder: the label is the index of the folder's name. */
export const imageReader: DatasetReader = {
  propose(folder, { folders }, options) {
    if (folders.length < 2) return [];
    const identity = splitOfPath(folder, options.split);
    return [
      {
        kind: KIND,
        paths: [folder],
        set: identity.set,
        certain: true,
        open: async () => {
          const classes = await listClasses(folder);
          return classes.length === 0 ? [] : [await openClasses(folder, classes, identity, options)];
        },
      },
    ];
  },
};

async function openClasses(
  folder: string,
  classes: readonly ImageClass[],
  identity: Identity,
  options: DatasetOptions,
): Promise<DatasetSource> {
  const samples = classes.reduce((sum, { files }) => sum + files.length, 0);
  const first = inTurn(classes, 1)[0]!.path; // no class is without images
  const sampleShape = await withFile(first, shapeOf, options.open);
  return {
    kind: KIND,
    // The folders' times tell that files came or went.
    paths: [folder, ...classes.map((each) => each.folder)],
    ...identity,
    samples,
    sampleShape,
    layout: 'NCHW',
    load: (limit = samples) =>
      loadImages(folder, inTurn(classes, Math.min(limit, samples)), first, sampleShape, identity, options),
  };
}

/** The first image of every class, then the second of every class, and so on: the first samples are of all classes. */
function inTurn(classes: readonly ImageClass[], limit: number): Image[] {
  const images: Image[] = [];
  for (let turn = 0; images.length < limit; turn++) {
    for (const [label, { folder, files }] of classes.entries()) {
      const name = files[turn];
      if (name !== undefined && images.length < limit) images.push({ path: join(folder, name), label });
    }
  }
  return images;
}

async function loadImages(
  path: string,
  images: readonly Image[],
  first: string,
  sampleShape: readonly number[],
  { split }: Identity,
  options: DatasetOptions,
): Promise<Dataset> {
  const size = sizeOf(sampleShape);
  const inputs = allocate(path, images.length * size);
  // All lanes take from one generator: where a lane fails, it ends for the others too.
  const entries = numbered(images);
  const lane = async (): Promise<void> => {
    for (const [i, image] of entries) inputs.set(await readImage(image.path), i * size);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const labels = images.map(({ label }) => label);
  return assemble({ path, split, sampleShape, inputs, labelsPath: path, labels }, options);

  async function readImage(path: string): Promise<Uint8Array> {
    const maximum = 16 * size + MAX_METADATA; // a pixel takes up to 8 bytes, badly compressed a little more
    const bytes = await withFile(
      path,
      async (file) => {
        if (file.size > maximum)
          throw new InputError(path, `is larger (${file.size} bytes) than its pixels can take`);
        return file.read(0, file.size);
      },
      options.open,
    );
    // The bytes say what it is: JPEG files called .png are not rare.
    if (isJpeg(bytes)) {
      const header = parseJpegHeader(path, bytes);
      if (header === null) throw new InputError(path, 'is truncated', 'Copy or download it again');
      checkShape(path, [header.channels, header.height, header.width]);
      return decodeJpeg(path, bytes, header);
    }
    if (!isPng(bytes)) throw neither(path);
    const header = parsePngHeader(path, bytes);
    checkShape(path, imageShape(header));
    return decodePng(path, bytes, header);
  }

  function checkShape(path: string, shape: readonly number[]): void {
    if (shape.join() !== sampleShape.join())
      throw new InputError(
        path,
        `is of ${shape.join(' × ')} (channels × rows × columns), and ${first} of ${sampleShape.join(' × ')}`,
        `Make all images of one shape: Image.open(path).convert("${sampleShape[0] === 1 ? 'L' : 'RGB'}").resize((${sampleShape[2]}, ${sampleShape[1]})).save(path)`,
      );
  }
}

/** Bytes within which a JPEG has its header at the latest: a camera's notes, previews and colours come before it. */
const JPEG_HEADER = 2 ** 20;

/** [channels, rows, columns] by an image's header alone. */
async function shapeOf(file: RandomAccessFile): Promise<number[]> {
  const start = await file.read(0, Math.min(PNG_HEADER, file.size));
  if (!isJpeg(start) && !isPng(start)) throw neither(file.path);
  if (!isJpeg(start)) return imageShape(parsePngHeader(file.path, start));
  for (const length of [4096, JPEG_HEADER]) {
    const header = parseJpegHeader(file.path, await file.read(0, Math.min(length, file.size)));
    if (header !== null) return [header.channels, header.height, header.width];
  }
  throw new InputError(
    file.path,
    `has no header of a JPEG in its first ${JPEG_HEADER} bytes`,
    'Convert it to PNG',
  );
}

function neither(path: string): InputError {
  return new InputError(
    path,
    'is neither a PNG nor a JPEG image, whatever it is called',
    'Convert it: Image.open(path).convert("RGB").save(path)',
  );
}

function* numbered<T>(items: readonly T[]): Generator<[number, T]> {
  yield* items.entries();
}

/** The images of one class. */
interface ImageClass {
  readonly folder: string;
  /** Names, sorted; at least one. */
  readonly files: readonly string[];
}

const READ = /\.(png|jpe?g)$/i;
/** The other kinds that torchvision takes for images. */
const OTHER = /\.(ppm|bmp|pgm|tiff?|webp)$/i;

/**
 * The classes of an image folder as torchvision's ImageFolder has them: its subfolders, sorted by name. Only the names of
 * files are read.
 * @returns empty where it is no image folder: it has fewer than two subfolders, or one with something else than images
 * @throws InputError where it surely is an image folder, but a bad one
 */
async function listClasses(folder: string): Promise<ImageClass[]> {
  const classes: ImageClass[] = [];
  const empty: string[] = [];
  const names = [...(await listFolder(folder, Infinity)).folders].sort(byCodePoint);
  for (const name of names) {
    const path = join(folder, name);
    const { files, folders } = await listFolder(path, Infinity);
    const images = files.filter((file) => READ.test(file) || OTHER.test(file));
    if (images.length > 0) classes.push({ folder: path, files: readableOnly(path, images, folders) });
    else if (files.length + folders.length === 0) empty.push(path);
    else return [];
  }
  if (classes.length < 2) return [];
  if (empty[0] !== undefined) throw new InputError(empty[0], 'holds no images', 'Every class needs some');
  if (classes.every((each) => isSplit(basename(each.folder))))
    throw new InputError(folder, 'has images of each split, but no folders of the classes in them');
  return classes;
}

/** @throws InputError where a class has other images, or folders */
function readableOnly(path: string, images: string[], folders: readonly string[]): string[] {
  if (folders.length > 0)
    throw new InputError(
      path,
      `holds folders beside its images: ${listed(folders)}`,
      'The images of a class must lie in its folder itself',
    );
  const others = images.filter((name) => !READ.test(name));
  if (others.length > 0)
    throw new InputError(
      path,
      `holds ${listed(others, 2)}: of images only PNG and JPEG are read`,
      'Convert them to PNG: Image.open(path).save(path + ".png")',
    );
  return images;
}

function isSplit(name: string): boolean {
  const { split, rest } = splitOfName(name);
  return split !== null && rest === '';
}
