import { join } from 'node:path';
import { InputError } from '../base/error';
import { listed } from '../base/text';
import { withFile } from '../file/local';
import { type NpyArray, openNpy, openNpz } from '../file/npy';
import { sizeOf } from '../tensor/shape';
import {
  type DatasetOptions,
  type DatasetReader,
  type DatasetSource,
  type Identity,
  type Proposal,
  splitOfName,
  splitOfPath,
} from './dataset';
import { nameOfArray, pairsOfArrays } from './array-names';
import { classAssumption, numberClasses } from './class-names';
import { assemble, checkCounts } from './inputs';

/** NumPy arrays: x.npy with y.npy, x_test.npy with y_test.npy, or the same as members of an .npz. */
export const numpyReader: DatasetReader = {
  propose(folder, { files }, options) {
    const stems = files.filter((name) => name.endsWith('.npy')).map((name) => name.slice(0, -4));
    const pairs = pairsOfArrays(stems, options).map(({ x, y }) =>
      pairProposal(join(folder, `${x}.npy`), join(folder, `${y}.npy`), options),
    );
    const archives = files.filter((name) => name.endsWith('.npz')).map((name) => join(folder, name));
    return [...pairs, ...archives.map((path) => archiveProposal(path, options))];
  },
};

/** Inputs and labels that the user names. @throws InputError where they are not arrays, or do not belong together */
export function openNpyPair(
  x: string,
  y: string,
  identity: Identity,
  options: DatasetOptions,
): Promise<DatasetSource> {
  return openArrays(npyRef(x, options), npyRef(y, options), identity, options);
}

function pairProposal(x: string, y: string, options: DatasetOptions): Proposal {
  const identity = splitOfPath(x, options.split);
  const open = async (): Promise<DatasetSource[]> => [await openNpyPair(x, y, identity, options)];
  return { kind: 'NumPy', paths: [x, y], set: identity.set, certain: true, open };
}

function archiveProposal(path: string, options: DatasetOptions): Proposal {
  const identity = splitOfPath(path, options.split);
  const open = async (): Promise<DatasetSource[]> => {
    const names = await withFile(path, async (file) => [...(await openNpz(file)).keys()], options.open);
    const pairs = pairsOfArrays(names, options);
    if (pairs.length === 0)
      throw new InputError(
        path,
        `holds no arrays ${nameOfArray('x', options)} and ${nameOfArray('y', options)}, only ${listed(names)}`,
        'Name them as "x" and "y" of "data" in modscope.json',
      );
    return Promise.all(
      pairs.map(({ x, y }) => {
        const split = splitOfName(x).split ?? identity.split;
        return openArrays(
          npzRef(path, x, options),
          npzRef(path, y, options),
          { ...identity, split },
          options,
        );
      }),
    );
  };
  // Much else is kept in .npz, checkpoints too.
  return { kind: 'NumPy', paths: [path], set: identity.set, certain: false, open };
}

/** An array that can be opened again and again. Its file is closed in between. */
interface ArrayRef {
  readonly path: string;
  readonly use: <T>(work: (array: NpyArray) => Promise<T>) => Promise<T>;
}

async function openArrays(
  x: ArrayRef,
  y: ArrayRef,
  identity: Identity,
  options: DatasetOptions,
): Promise<DatasetSource> {
  const [count, ...sampleShape] = await x.use(({ header }) => Promise.resolve(header.shape));
  const [labelCount, ...labelShape] = await y.use(({ header }) => Promise.resolve(header.shape));
  if (sampleShape.length === 0)
    throw new InputError(x.path, `${nameOfArray('x', options)} holds single values, not samples`);
  if (labelShape.filter((size) => size !== 1).length > 1 || labelShape.includes(0))
    throw new InputError(
      y.path,
      `${nameOfArray('y', options)} has ${labelShape.join(' × ')} values for a sample, and a label is one or a row`,
      'Store class numbers, one-hot rows, or a row of values for each sample',
    );
  const samples = checkCounts(x.path, count, y.path, labelCount);
  const isText = await y.use((array) => Promise.resolve(array.isText));
  const named = async () => numberClasses(y.path, await y.use((array) => array.readText()), options.classes);
  return {
    kind: 'NumPy',
    paths: x.path === y.path ? [x.path] : [x.path, y.path],
    ...identity,
    samples,
    sampleShape,
    layout: options.layout ?? null,
    ...(isText && { classNames: async () => (await named()).classNames }),
    load: async (limit = samples) => {
      const rows = Math.min(limit, samples);
      const inputs = await x.use(async (array) =>
        array.header.dtype === 'u8' ? array.readBytes(rows) : (await array.read(rows)).data,
      );
      if (isText) {
        const { numbers, classNames } = await named();
        const labels = numbers.subarray(0, rows);
        const dataset = assemble(
          { path: x.path, split: identity.split, sampleShape, inputs, labelsPath: y.path, labels },
          options,
        );
        const assumptions = options.classes === undefined ? [classAssumption(classNames)] : [];
        return { ...dataset, classNames, assumptions };
      }
      // All of them, because the first ones alone may look like classes.
      const labels = await y.use(async (array) => (await array.read(samples)).data);
      return assemble(
        {
          ...{ path: x.path, split: identity.split, samples: rows, sampleShape, inputs },
          ...{ labelsPath: y.path, labels, labelWidth: sizeOf(labelShape) },
        },
        options,
      );
    },
  };
}

function npyRef(path: string, options: DatasetOptions): ArrayRef {
  return { path, use: (work) => withFile(path, async (file) => work(await openNpy(file)), options.open) };
}

function npzRef(path: string, name: string, options: DatasetOptions): ArrayRef {
  return {
    path,
    use: (work) =>
      withFile(
        path,
        async (file) => {
          const array = (await openNpz(file)).get(name);
          if (array === undefined) throw new InputError(path, `no longer holds the array ${name}`);
          return work(array);
        },
        options.open,
      ),
  };
}
