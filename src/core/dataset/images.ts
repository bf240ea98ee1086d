import { join } from 'node:path';
import { InputError } from '../base/error';
import { allocate } from '../file/local';
import { withFile } from '../file/with-file';
import { assemble } from './assemble';
import type { Dataset, DatasetOptions, DatasetReader, DatasetSource, Identity } from './dataset';
import { listClasses, type ImageClass } from './image-classes';
import { sampleSize } from './inputs';
import { decodePng } from './png';
import { imageShape, parsePngHeader, PNG_HEADER } from './png-header';
import { splitOfPath } from './split';

const KIND = 'image folder';
/** Files read at a time: more than one, so that the disk is not waited for. */
const LANES = 16;
/** Text and colour profiles beside the pixels. */
const MAX_METADATA = 2 ** 24;

interface Image {
  readonly path: string;
  readonly label: number;
}

/** PNG images in a folder per class, as torchvision's ImageFolder: the label is the index of the folder's name. */
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
  const sampleShape = await withFile(
    first,
    async (file) =>
      imageShape(parsePngHeader(file.path, await file.read(0, Math.min(PNG_HEADER, file.size)))),
    options.open,
  );
  return {
    kind: KIND,
    // A folder's time tells that files came or went.
    paths: [folder, ...classes.map((each) => each.folder)],
    ...identity,
    samples,
    sampleShape,
    layout: 'NCHW',
    load: (limit = samples) =>
      loadImages(folder, inTurn(classes, Math.min(limit, samples)), first, sampleShape, identity, options),
  };
}

/** The first image of every class, then the second of every class and so on: the beginning of a set is of all classes. */
function inTurn(classes: readonly ImageClass[], most: number): Image[] {
  const images: Image[] = [];
  for (let turn = 0; images.length < most; turn++) {
    for (const [label, { folder, files }] of classes.entries()) {
      const name = files[turn];
      if (name !== undefined && images.length < most) images.push({ path: join(folder, name), label });
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
  const size = sampleSize(sampleShape);
  const inputs = allocate(path, images.length * size);
  // One for all lanes; being a generator, it ends for all of them where one fails.
  const entries = each(images);
  const lane = async (): Promise<void> => {
    for (const [i, image] of entries) inputs.set(await readImage(image.path), i * size);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const labels = images.map(({ label }) => label);
  return assemble({ path, split, sampleShape, inputs, labelsPath: path, labels }, options);

  async function readImage(path: string): Promise<Uint8Array> {
    const most = 16 * size + MAX_METADATA; // a pixel takes up to 8 bytes, compressed badly a little more
    const bytes = await withFile(
      path,
      async (file) => {
        if (file.size > most)
          throw new InputError(path, `is larger (${file.size} bytes) than its pixels can take`);
        return file.read(0, file.size);
      },
      options.open,
    );
    const header = parsePngHeader(path, bytes);
    const shape = imageShape(header);
    if (shape.join() !== sampleShape.join())
      throw new InputError(
        path,
        `is of ${shape.join(' × ')} (channels × rows × columns), and ${first} of ${sampleShape.join(' × ')}`,
        'The images of a data set must all be of one shape',
      );
    return decodePng(path, bytes, header);
  }
}

function* each<T>(items: readonly T[]): Generator<[number, T]> {
  yield* items.entries();
}
