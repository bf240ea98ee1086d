import { join } from 'node:path';
import { InputError } from '../base/error';
import { allocate } from '../file/file';
import { withFile } from '../file/local';
import {
  type Dataset,
  type DatasetOptions,
  type DatasetReader,
  type DatasetSource,
  type Identity,
  type Proposal,
  splitOfPath,
} from './dataset';
import { assemble } from './inputs';

const KIND = 'CIFAR-10 binary';
/** Files whose size says which version they are. */
const ANY_KIND = 'CIFAR binary';
export const CIFAR_SHAPE: readonly number[] = [3, 32, 32];
export const CIFAR_PIXELS = 3072;

/** How a record is laid out: label bytes, then the planes R, G, B. */
interface RecordFormat {
  readonly name: string;
  readonly bytes: number;
  /** Which of its bytes is the label. */
  readonly label: number;
  readonly classes: number;
}

const CIFAR_10: RecordFormat = { name: 'CIFAR-10', bytes: 1 + CIFAR_PIXELS, label: 0, classes: 10 };
const CIFAR_100: RecordFormat = { name: 'CIFAR-100', bytes: 2 + CIFAR_PIXELS, label: 1, classes: 100 };
const CIFAR_100_COARSE: RecordFormat = { ...CIFAR_100, label: 0, classes: 20 };

const TRAIN = /^data_batch_\d+\.bin$/;
const TEST = 'test_batch.bin';

const byNumber = new Intl.Collator('en', { numeric: true }).compare;

/**
 * The binary versions of CIFAR-10 and CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html): its batches, and other files like them.
 */
export const cifarReader: DatasetReader = {
  propose(folder, content, options) {
    const files = content.files.filter((name) => name.endsWith('.bin'));
    const inFolder = (name: string): string => join(folder, name);
    const train = files.filter((name) => TRAIN.test(name)).sort(byNumber);
    const others = files.filter((name) => !TRAIN.test(name) && name !== TEST);
    return [
      ...(train.length === 0 ? [] : [batches(train.map(inFolder), { set: folder, split: 'train' }, options)]),
      ...(files.includes(TEST) ? [batches([inFolder(TEST)], { set: folder, split: 'test' }, options)] : []),
      ...others.map(inFolder).map((path) => ({
        ...batches([path], splitOfPath(path, options.split), options, ANY_KIND),
        certain: false, // much else is called .bin
      })),
    ];
  },
};

function batches(
  paths: readonly string[],
  identity: Identity,
  options: DatasetOptions,
  kind = KIND,
): Proposal {
  return {
    kind,
    paths,
    set: identity.set,
    certain: true,
    open: async () => [await openBatches(kind, paths, identity, options)],
  };
}

async function openBatches(
  kind: string,
  paths: readonly string[],
  identity: Identity,
  options: DatasetOptions,
): Promise<DatasetSource> {
  let samples = 0;
  for (const path of paths) samples += await countRecords(path, options);
  return {
    kind,
    paths,
    ...identity,
    samples,
    sampleShape: CIFAR_SHAPE,
    layout: 'NCHW',
    load: (limit = samples) => loadBatches(paths, identity, Math.min(limit, samples), options),
  };
}

/** Records in a file. @throws InputError where its size or its first label is not that of CIFAR */
function countRecords(path: string, options: DatasetOptions): Promise<number> {
  return withFile(
    path,
    async (file) => {
      const format = formatOf(path, file.size, options);
      checkLabel(path, format, 0, (await file.read(format.label, 1))[0]!);
      return file.size / format.bytes;
    },
    options.open,
  );
}

/** @throws InputError where the size is no whole number of records */
function formatOf(path: string, size: number, { label }: DatasetOptions): RecordFormat {
  if (size > 0 && size % CIFAR_10.bytes === 0) return CIFAR_10;
  if (size > 0 && size % CIFAR_100.bytes === 0) return label === 'coarse' ? CIFAR_100_COARSE : CIFAR_100;
  throw new InputError(
    path,
    `is truncated or not of CIFAR: its ${size} bytes are no whole number of records, of ${CIFAR_10.bytes} bytes in CIFAR-10 and ${CIFAR_100.bytes} in CIFAR-100`,
    'Download or copy it again',
  );
}

async function loadBatches(
  paths: readonly string[],
  { split }: Identity,
  samples: number,
  options: DatasetOptions,
): Promise<Dataset> {
  const inputs = allocate(paths[0]!, samples * CIFAR_PIXELS); // a batch has a file
  const labels = new Uint8Array(samples);
  let sample = 0;
  for (const path of paths) {
    await withFile(
      path,
      async (file) => {
        const format = formatOf(path, file.size, options);
        const records = await file.read(0, Math.min(file.size, (samples - sample) * format.bytes));
        for (let offset = 0; offset < records.length; offset += format.bytes, sample++) {
          const label = records[offset + format.label]!;
          labels[sample] = checkLabel(path, format, offset / format.bytes, label);
          const end = offset + format.bytes;
          inputs.set(records.subarray(end - CIFAR_PIXELS, end), sample * CIFAR_PIXELS);
        }
      },
      options.open,
    );
    if (sample === samples) break;
  }
  const path = paths[0]!;
  return assemble({ path, split, sampleShape: CIFAR_SHAPE, inputs, labelsPath: path, labels }, options);
}

function checkLabel(path: string, { name, classes }: RecordFormat, record: number, label: number): number {
  if (label >= classes)
    throw new InputError(
      path,
      `is not of ${name}: the label of record ${record} is ${label}, and it has ${classes} classes`,
      'If it is no data set, name one as "data" in modscope.json',
    );
  return label;
}
