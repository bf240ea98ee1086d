import { basename, join } from 'node:path';
import { InputError } from '../base/error';
import { listed } from '../base/text';
import type { Checkpoint, TensorInfo } from '../checkpoint/checkpoint';
import { openCheckpoint } from '../checkpoint/formats/open';
import type { Tensor } from '../tensor/dtype';
import { sizeOf } from '../tensor/shape';
import { nameOfArray, pairsOfArrays } from './array-names';
import {
  type Dataset,
  type DatasetOptions,
  type DatasetReader,
  type DatasetSource,
  type Identity,
  type Proposal,
  splitOfName,
  splitOfPath,
} from './dataset';
import { assemble, checkCounts } from './inputs';

/** Files that torch.save may have written. */
export const TORCH_FILE = /\.(pt|pth)$/i;
/** Names made of nothing but such words are of data; other files of the same endings are checkpoints, and many. */
const DATA_WORD =
  /^(data|dataset|set|split|tensors?|xy|samples|train|training|val|valid|validation|dev|test|testing)$/i;

function isDataName(name: string): boolean {
  const words = name.replace(TORCH_FILE, '').split(/[-_. ]/);
  return TORCH_FILE.test(name) && words.every((word) => DATA_WORD.test(word));
}

/** Inputs and labels as torch.save writes them: a dictionary of both, a pair, or a TensorDataset. */
export const torchReader: DatasetReader = {
  propose(folder, { files }, options) {
    return files.filter(isDataName).map((name) => torchProposal(join(folder, name), options));
  },
};

/** A file that the user names may be called anything. */
export function torchProposal(path: string, options: DatasetOptions): Proposal {
  const identity = splitOfPath(path, options.split);
  return {
    kind: 'PyTorch',
    paths: [path],
    set: identity.set,
    certain: false,
    open: () => openTensors(path, identity, options),
  };
}

async function openTensors(
  path: string,
  identity: Identity,
  options: DatasetOptions,
): Promise<DatasetSource[]> {
  const tensors = await withTensors(path, options, ({ tensors }) => Promise.resolve(tensors));
  const pairs = pairsIn([...tensors.keys()], options);
  if (pairs.length === 0) {
    const held = tensors.size === 0 ? 'none' : `only ${listed([...tensors.keys()])}`;
    throw new InputError(
      path,
      `holds no tensors ${nameOfArray('x', options)} and ${nameOfArray('y', options)}, ${held}`,
      'Save inputs and labels with torch.save({"x": x, "y": y}, path), or name them as "x" and "y" of "data" in modscope.json',
    );
  }
  return pairs.flatMap(({ x, y }) => {
    const split = splitOfName(basename(x)).split ?? identity.split;
    const [inputs, labels] = [tensors.get(x), tensors.get(y)];
    return inputs === undefined || labels === undefined
      ? []
      : [tensorSource(path, inputs, labels, { ...identity, split }, options)];
  });
}

/** A pair is named by its places: 0 and 1, within a TensorDataset "tensors.0" and "tensors.1". */
function pairsIn(
  names: readonly string[],
  options: DatasetOptions,
): { readonly x: string; readonly y: string }[] {
  const named = pairsOfArrays(names, options);
  if (named.length > 0 || options.x !== undefined || options.y !== undefined) return named;
  return names.flatMap((x) => {
    const y = x.replace(/(^|\.)0$/, '$11');
    return y !== x && names.includes(y) ? [{ x, y }] : [];
  });
}

function tensorSource(
  path: string,
  inputs: TensorInfo,
  labels: TensorInfo,
  identity: Identity,
  options: DatasetOptions,
): DatasetSource {
  const [count, ...sampleShape] = inputs.shape;
  const [labelCount, ...labelShape] = labels.shape;
  if (sampleShape.length === 0) throw new InputError(path, `${inputs.name} holds single values, not samples`);
  const samples = checkCounts(path, count, path, labelCount);
  const width = sizeOf(labelShape);
  return {
    kind: 'PyTorch',
    paths: [path],
    ...identity,
    samples,
    sampleShape,
    layout: options.layout ?? null,
    load: (limit = samples) => {
      const rows = Math.min(limit, samples);
      return withTensors(path, options, async (checkpoint): Promise<Dataset> => {
        const values = await firstRows(checkpoint, inputs, rows * sizeOf(sampleShape));
        return assemble(
          {
            path,
            split: identity.split,
            sampleShape,
            inputs: inputs.dtype === 'u8' ? Uint8Array.from(values) : values,
            labelsPath: path,
            // All of them, because the first ones alone may look like classes.
            labels: await firstRows(checkpoint, labels, samples * width),
            labelWidth: width,
            samples: rows,
          },
          options,
        );
      });
    },
  };
}

async function firstRows(
  checkpoint: Checkpoint,
  { name }: TensorInfo,
  count: number,
): Promise<Tensor['data']> {
  return (await checkpoint.readPart(name, 0, count)) ?? (await checkpoint.read(name)).data.subarray(0, count);
}

async function withTensors<T>(
  path: string,
  { open }: DatasetOptions,
  use: (checkpoint: Checkpoint) => Promise<T>,
): Promise<T> {
  const checkpoint = await openCheckpoint(path, open);
  try {
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}
