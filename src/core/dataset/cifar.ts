import { join } from 'node:path';
import { InputError } from '../base/error';
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
const SAMPLE_SHAPE = [3, 32, 32];
const PIXELS = 3072;
/** One label byte, then the planes R, G, B. */
const RECORD = PIXELS + 1;
const CLASSES = 10;
const TRAIN = /^data_batch_\d+\.bin$/;
const TEST = 'test_batch.bin';

const byNumber = new Intl.Collator('en', { numeric: true }).compare;

/**
 * The binary version of CIFAR-10 (https://www.cs.toronto.edu/~kriz/cifar.html): its batches, and other files like them.
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
        ...batches([path], splitOfPath(path, options.split), options),
        certain: false, // much else is called .bin
      })),
    ];
  },
};

function batches(paths: readonly string[], identity: Identity, options: DatasetOptions): Proposal {
  return {
    kind: KIND,
    paths,
    set: identity.set,
    certain: true,
    open: async () => [await openBatches(paths, identity, options)],
  };
}

async function openBatches(
  paths: readonly string[],
  identity: Identity,
  options: DatasetOptions,
): Promise<DatasetSource> {
  let samples = 0;
  for (const path of paths) samples += await countRecords(path, options);
  return {
    kind: KIND,
    paths,
    ...identity,
    samples,
    sampleShape: SAMPLE_SHAPE,
    layout: 'NCHW',
    load: (limit = samples) => loadBatches(paths, identity, Math.min(limit, samples), options),
  };
}

/** Records in a file. @throws InputError where its size or its first label is not that of CIFAR-10 */
function countRecords(path: string, options: DatasetOptions): Promise<number> {
  return withFile(
    path,
    async (file) => {
      if (file.size === 0 || file.size % RECORD !== 0)
        throw new InputError(
          path,
          `is truncated or not of CIFAR-10: its ${file.size} bytes are no whole number of ${RECORD}-byte records`,
        );
      checkLabel(path, 0, (await file.read(0, 1))[0]!);
      return file.size / RECORD;
    },
    options.open,
  );
}

async function loadBatches(
  paths: readonly string[],
  { split }: Identity,
  samples: number,
  options: DatasetOptions,
): Promise<Dataset> {
  const inputs = new Uint8Array(samples * PIXELS);
  const labels = new Uint8Array(samples);
  let sample = 0;
  for (const path of paths) {
    const records = await withFile(
      path,
      (file) => file.read(0, Math.min(file.size, (samples - sample) * RECORD)),
      options.open,
    );
    for (let offset = 0; offset < records.length; offset += RECORD, sample++) {
      labels[sample] = checkLabel(path, offset / RECORD, records[offset]!);
      inputs.set(records.subarray(offset + 1, offset + RECORD), sample * PIXELS);
    }
    if (sample === samples) break;
  }
  const path = paths[0]!;
  return assemble({ path, split, sampleShape: SAMPLE_SHAPE, inputs, labelsPath: path, labels }, options);
}

function checkLabel(path: string, record: number, label: number): number {
  if (label >= CLASSES)
    throw new InputError(
      path,
      `is not of CIFAR-10: the label of record ${record} is ${label}, and it has 10 classes`,
    );
  return label;
}
