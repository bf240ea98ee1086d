import { join } from 'node:path';
import { InputError } from '../base/error';
import { withFile } from '../file/with-file';
import { assemble, checkCounts } from './assemble';
import type { DatasetOptions, DatasetReader, DatasetSource, Identity, Proposal } from './dataset';
import { readIdxHeader, readIdxItems } from './idx-file';
import { splitOfPath } from './split';

// train-images-idx3-ubyte, t10k-labels.idx1-ubyte.gz, emnist-letters-test-images-idx3-ubyte
const NAME =
  /^(?<prefix>.+)[-_.](?<part>images|labels)[-_.]idx\d[-_.](ubyte|byte|short|int|float|double)(\.gz)?$/i;

/** IDX, the format of MNIST: images and labels in two files that share a prefix; either may be gzip. */
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

/** Images and labels named one by one. @throws InputError where they are not IDX or don't belong together */
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
