import { join } from 'node:path';
import { InputError } from '../src/core/base/error';
import { Random } from '../src/core/base/random';
import { resolveDataset } from '../src/core/dataset/choose';
import type { Dataset, Split } from '../src/core/dataset/dataset';
import { openIdxPair } from '../src/core/dataset/idx';
import { fillInputs } from '../src/core/dataset/inputs';
import { writeFileAtomically } from '../src/core/file/local';
import { sizeOf } from '../src/core/tensor/shape';
import type { Samples } from './train';

/** A pair of IDX files. */
export interface IdxFiles {
  readonly images: string;
  readonly labels: string;
}

/** What networks are trained on, what they are measured on, and where the study finds both. */
export interface ReproductionData {
  readonly train: Samples;
  readonly test: Samples;
  /** Values of a sample. */
  readonly inputs: number;
  readonly classes: number;
  /** For `--data` of a study. */
  readonly folder: string;
  /** In a sentence, for the report. */
  readonly words: string;
}

/**
 * The digits of the sample workspace: its training part and its test part.
 * @param folder samples/digits/data
 */
export async function digits(folder: string): Promise<ReproductionData> {
  const { splits } = await resolveDataset({ path: folder }, {}, null);
  const load = async (split: Split): Promise<Dataset> => {
    const source = splits.find((one) => one.split === split);
    if (source === undefined) throw new InputError(folder, `has no ${split} images`);
    return source.load();
  };
  const [train, test] = [await load('train'), await load('test')];
  const words =
    `handwritten digits of 8 × 8 pixels (UCI, samples/digits): trained on ${train.samples} images, ` +
    `measured on ${test.samples} others`;
  return { ...together(train, test), folder, words };
}

/** Share of the images that is kept for measuring, where the files have no test part. */
const HELD_OUT = 0.2;

/**
 * Images of the user's: those named for testing, or a random fifth, are measured on and never trained on.
 * @param folder where both parts are written to, as the study reads them
 */
export async function idxImages(
  files: IdxFiles,
  test: IdxFiles | null,
  folder: string,
): Promise<ReproductionData> {
  const all = await loadIdx(files, 'train');
  const parts = test === null ? splitAtRandom(all) : { train: all, test: await loadIdx(test, 'test') };
  for (const [split, part] of Object.entries(parts)) await writeIdx(folder, split, part);
  const how = test === null ? `a random fifth of the same file, which was not trained on` : test.images;
  const words =
    `${files.images}: trained on ${parts.train.samples} images, measured on ${parts.test.samples} others ` +
    `(${how})`;
  return { ...together(parts.train, parts.test), folder, words };
}

async function loadIdx({ images, labels }: IdxFiles, split: Split): Promise<Dataset> {
  return (await openIdxPair(images, labels, { set: images, split }, {})).load();
}

/** @throws InputError where the two are not of one kind */
function together(
  train: Dataset,
  test: Dataset,
): Pick<ReproductionData, 'train' | 'test' | 'inputs' | 'classes'> {
  const inputs = sizeOf(train.sampleShape);
  if (sizeOf(test.sampleShape) !== inputs) {
    throw new InputError(
      test.path,
      `has images of ${test.sampleShape.join(' × ')}, and ${train.path} of ${train.sampleShape.join(' × ')}`,
    );
  }
  const classes = Math.max(classesOf(train), classesOf(test));
  return { train: samplesOf(train), test: samplesOf(test), inputs, classes };
}

/** @throws InputError where the labels are no class numbers */
function classesOf({ classes, values, labelsPath }: Dataset): number {
  if (classes === null)
    throw new InputError(labelsPath, `${values?.reason ?? 'a label'}: not a class number`);
  return classes;
}

/** In shared memory, so that all workers read the same bytes. */
function samplesOf(dataset: Dataset): Samples {
  const { samples, sampleShape, labels } = dataset;
  const inputs = new Float32Array(new SharedArrayBuffer(4 * samples * sizeOf(sampleShape)));
  fillInputs(dataset, 0, samples, inputs);
  const shared = new Int32Array(new SharedArrayBuffer(4 * samples));
  shared.set(labels);
  return { inputs, labels: shared };
}

/** Which images are held out is the same in every run. */
const SPLIT_SEED = 0;

function splitAtRandom(all: Dataset): { readonly train: Dataset; readonly test: Dataset } {
  const order = Int32Array.from({ length: all.samples }, (_, index) => index);
  new Random(SPLIT_SEED).shuffle(order);
  const count = Math.round(HELD_OUT * all.samples);
  return {
    test: chosen(all, 'test', order.subarray(0, count).sort()),
    train: chosen(all, 'train', order.subarray(count).sort()),
  };
}

function chosen(all: Dataset, split: Split, samples: Int32Array): Dataset {
  const size = sizeOf(all.sampleShape);
  const inputs = all.inputs.slice(0, samples.length * size);
  samples.forEach((sample, index) => {
    inputs.set(all.inputs.subarray(sample * size, (sample + 1) * size), index * size);
  });
  const labels = samples.map((sample) => all.labels[sample]!);
  return { ...all, split, samples: samples.length, inputs, labels };
}

/** "train-images-idx3-ubyte" and its labels, as MNIST has them. @throws InputError for anything but bytes */
async function writeIdx(
  folder: string,
  split: string,
  { path, inputs, labels, samples, sampleShape }: Dataset,
): Promise<void> {
  if (!(inputs instanceof Uint8Array)) throw new InputError(path, 'holds no bytes', 'Give images of bytes');
  const shape = [samples, ...sampleShape];
  const images = `${split}-images-idx${shape.length}-ubyte`;
  await writeFileAtomically(join(folder, images), idxBytes(shape, inputs));
  await writeFileAtomically(
    join(folder, `${split}-labels-idx1-ubyte`),
    idxBytes([samples], Uint8Array.from(labels)),
  );
}

/** IDX: two zeros, the type (8: bytes), the number of dimensions, big-endian sizes, values. */
function idxBytes(shape: readonly number[], values: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(file.buffer);
  view.setUint8(2, 8);
  view.setUint8(3, shape.length);
  shape.forEach((size, index) => {
    view.setUint32(4 + 4 * index, size);
  });
  file.set(values, 4 + 4 * shape.length);
  return file;
}
