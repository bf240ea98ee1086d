import { join } from 'node:path';
import { InputError } from '../base/error';
import { NUMPY, NumpyArray, STANDARD } from '../checkpoint/formats/pickle/globals';
import { unpickle } from '../checkpoint/formats/pickle/unpickle';
import type { Known, PickleValue } from '../checkpoint/formats/pickle/value';
import { withFile } from '../file/local';
import { sizeOf } from '../tensor/shape';
import { CIFAR_PIXELS, CIFAR_SHAPE } from './cifar';
import type { Dataset, DatasetOptions, DatasetReader, DatasetSource, Proposal, Split } from './dataset';
import { assemble } from './inputs';

const KNOWN: Known = new Map([...STANDARD, ...NUMPY]);
const TRAIN = /^data_batch_\d+$/;
const TEST = 'test_batch';
/** The largest, of CIFAR-100, has 155 MB. */
const MAX_FILE = 2 ** 29;

const byNumber = new Intl.Collator('en', { numeric: true }).compare;

/**
 * The Python versions of CIFAR-10 and CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html), as torchvision leaves them in
 * cifar-10-batches-py and cifar-100-python: pickles of dictionaries with the pixels as a NumPy array. They are interpreted,
 * never executed.
 */
export const cifarPickleReader: DatasetReader = {
  propose(folder, { files }, options) {
    const at = (split: Split, names: readonly string[], kind: string): Proposal[] =>
      names.length === 0 ? [] : [proposal(folder, names, split, kind, options)];
    const batches = files.filter((name) => TRAIN.test(name)).sort(byNumber);
    const is100 = ['meta', 'train', 'test'].every((name) => files.includes(name));
    return [
      ...at('train', batches, 'CIFAR-10 pickle'),
      ...at('test', files.includes(TEST) ? [TEST] : [], 'CIFAR-10 pickle'),
      ...at('train', is100 ? ['train'] : [], 'CIFAR-100 pickle'),
      ...at('test', is100 ? ['test'] : [], 'CIFAR-100 pickle'),
    ];
  },
};

function proposal(
  folder: string,
  names: readonly string[],
  split: Split,
  kind: string,
  options: DatasetOptions,
): Proposal {
  const paths = names.map((name) => join(folder, name));
  const source: DatasetSource = {
    kind,
    paths,
    set: folder,
    split,
    samples: null, // a pickle does not say it before its end
    sampleShape: CIFAR_SHAPE,
    layout: 'NCHW',
    load: (limit = Infinity) => loadPickles(kind, paths, split, limit, options),
  };
  const open = async (): Promise<DatasetSource[]> => {
    for (const path of paths)
      await withFile(
        path,
        async (file) => {
          checkStart(path, await file.read(0, Math.min(2, file.size)));
        },
        options.open,
      );
    return [source];
  };
  return { kind, paths, set: folder, certain: true, open };
}

/** A pickle begins with its protocol, or in protocols 0 and 1 with an empty dictionary or a mark. */
function checkStart(path: string, [first, second]: Uint8Array): void {
  const isPickle =
    (first === 0x80 && second !== undefined && second <= 5) || first === 0x7d || first === 0x28;
  if (!isPickle) throw notCifar(path, 'it is no pickle');
}

async function loadPickles(
  kind: string,
  paths: readonly string[],
  split: Split,
  limit: number,
  options: DatasetOptions,
): Promise<Dataset> {
  const batches: Batch[] = [];
  let samples = 0;
  for (const path of paths) {
    if (samples >= limit) break;
    const batch = await readBatch(path, kind, options);
    batches.push(batch);
    samples += batch.labels.length;
  }
  samples = Math.min(samples, limit);
  const inputs = new Uint8Array(samples * CIFAR_PIXELS);
  const labels = new Float64Array(samples);
  let next = 0;
  for (const batch of batches) {
    const count = Math.min(batch.labels.length, samples - next);
    inputs.set(batch.pixels.subarray(0, count * CIFAR_PIXELS), next * CIFAR_PIXELS);
    labels.set(batch.labels.slice(0, count), next);
    next += count;
  }
  const path = paths[0]!; // a split has a file
  return assemble({ path, split, sampleShape: CIFAR_SHAPE, inputs, labelsPath: path, labels }, options);
}

/** What one pickle holds. */
interface Batch {
  readonly pixels: Uint8Array;
  readonly labels: readonly number[];
}

async function readBatch(path: string, kind: string, options: DatasetOptions): Promise<Batch> {
  const bytes = await withFile(
    path,
    (file) => {
      if (file.size > MAX_FILE) throw notCifar(path, `it has ${file.size} bytes`);
      return file.read(0, file.size);
    },
    options.open,
  );
  const { value } = unpickle(bytes, { file: path, part: 'the batch', known: KNOWN });
  if (!(value instanceof Map)) throw notCifar(path, 'its pickle holds no dictionary');
  const entries = new Map([...value].map(([key, item]) => [textOf(key), item]));
  const pixels = pixelsOf(path, entries.get('data'));
  const key = kind.startsWith('CIFAR-100')
    ? `${options.label === 'coarse' ? 'coarse' : 'fine'}_labels`
    : 'labels';
  const labels = numbersOf(entries.get(key));
  if (labels === undefined) throw notCifar(path, `it has no list of numbers ${JSON.stringify(key)}`);
  const samples = pixels.length / CIFAR_PIXELS;
  if (labels.length !== samples || samples === 0)
    throw notCifar(path, `it has ${samples} images and ${labels.length} labels`);
  return { pixels, labels };
}

/** Python 3 gives the keys of Python 2's pickles as bytes, where asked to, and may write them so. */
function textOf(key: PickleValue): string {
  if (key instanceof Uint8Array) return Buffer.from(key).toString('latin1');
  return typeof key === 'string' ? key : '';
}

function pixelsOf(path: string, data: PickleValue | undefined): Uint8Array {
  const array = data instanceof NumpyArray ? data.contents() : undefined;
  const [, ...shape] = array?.shape ?? [];
  if (array === undefined || !(array.data instanceof Uint8Array) || sizeOf(shape) !== CIFAR_PIXELS)
    throw notCifar(path, `its "data" is not an array of bytes with ${CIFAR_PIXELS} for each image`);
  return array.data;
}

function numbersOf(labels: PickleValue | undefined): number[] | undefined {
  const list = labels instanceof NumpyArray ? labels.contents()?.data : labels;
  if (list === undefined || list === null || typeof list !== 'object' || !('length' in list))
    return undefined;
  const numbers = Array.from<PickleValue>(list).filter((label) => typeof label === 'number');
  return numbers.length === list.length ? numbers : undefined;
}

function notCifar(path: string, why: string): InputError {
  return new InputError(
    path,
    `is no batch of CIFAR's Python version: ${why}`,
    'Download it again, for instance with torchvision.datasets.CIFAR10(root, download=True)',
  );
}
