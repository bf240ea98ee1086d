import { basename, dirname, normalize } from 'node:path';
import { InputError } from '../base/error';
import { listed } from '../base/text';
import { exists, isFolder, listFolder } from '../file/folders';
import { withFile } from '../file/local';
import { isNpy } from '../file/npy';
import { type Shape, sizeOf } from '../tensor/shape';
import { openNpyPair } from './arrays';
import { withSharedClasses } from './class-names';
import {
  type DatasetOptions,
  type DatasetSource,
  type Identity,
  type Proposal,
  type DataReading,
  type Split,
  splitOfPath,
  SPLITS,
} from './dataset';
import { candidatesBelow, findDatasetsBelow, openProposals, proposals, type Search } from './discover';
import { openIdxPair } from './idx';
import { TABLE_FILE, tableProposal } from './csv';
import { fitted } from './layout';
import { TORCH_FILE, torchProposal } from './torch-tensors';

/** The data to analyse a network with. */
export interface Choice {
  readonly main: DatasetSource;
  /** The splits of the same data set in the order of SPLITS, `main` among them: for the statistics. */
  readonly splits: readonly DatasetSource[];
}

/** A data set as the user names it: a file or folder, or inputs and labels one by one. */
export type NamedData = { readonly path: string } | { readonly images: string; readonly labels: string };

/**
 * The data set the user names, with the other splits of the same set where they lie beside it.
 * @param inputShape of the network, without samples; null where any would do
 * @throws InputError where it is not there, is no data set, is a bad one, or does not fit
 */
export async function resolveDataset(
  named: NamedData,
  options: DatasetOptions,
  inputShape: Shape | null,
): Promise<Choice> {
  if ('images' in named) {
    const main = requireFitting(await openPair(named.images, named.labels, options), inputShape);
    return { main, splits: [main] };
  }
  if (!(await exists(named.path))) throw new InputError(named.path, 'no such file or folder');
  if (await isFolder(named.path))
    return chooseDataset(await findDatasetsBelow(named.path, options), inputShape, options.split);
  return resolveFile(named.path, options, inputShape);
}

/** What `resolveDataset` chooses among, by names alone; none where there is no choice. */
export async function candidatesNamed(
  named: NamedData,
  options: DatasetOptions,
): Promise<readonly Proposal[]> {
  if ('images' in named) return [];
  return (await isFolder(named.path))
    ? (await candidatesBelow(named.path, options)).proposals
    : proposals(dirname(named.path), await listFolder(dirname(named.path)), options);
}

/** The splits by preference: data that the network was not trained on says most about it. */
const PREFERENCE: readonly Split[] = ['test', 'val', 'train'];
const REMEDY = 'Name one as "data" in modscope.json';

/**
 * The one data set among those found that fits a network.
 * @param inputShape of the network, without samples; null where any would do
 * @param split the split to take; test, then val, then train by default
 * @throws InputError where none fits, several do, or the one that does cannot be read
 */
export function chooseDataset(search: Search, inputShape: Shape | null, split?: Split): Choice {
  const fitting = search.sources.flatMap((source) => fitted(source, inputShape) ?? []);
  if (fitting.length === 0) throw noneFits(search, inputShape);
  const candidates = fitting.filter((source) => isPreferred(source, fitting, split));
  const [main] = candidates;
  if (main === undefined)
    throw new InputError(
      search.start,
      `no ${String(split)} split found near it, only ${described(fitting)}`,
      'Choose another "split" of "data" in modscope.json',
    );
  if (candidates.length > 1)
    throw new InputError(search.start, `several data sets fit: ${described(candidates)}`, REMEDY);
  // A split of the same set that cannot be read might be the one to take: never pass over it silently.
  const broken = search.failed.find(({ proposal }) => proposal.certain && sameSet(proposal, main));
  if (broken !== undefined) throw broken.error;
  return choiceOf(main, fitting);
}

async function openPair(images: string, labels: string, options: DatasetOptions): Promise<DatasetSource> {
  const own = splitOfPath(images);
  const identity: Identity = { set: own.set, split: options.split ?? own.split };
  const start = await withFile(images, (file) => file.read(0, Math.min(8, file.size)), options.open);
  return (isNpy(start) ? openNpyPair : openIdxPair)(images, labels, identity, options);
}

async function resolveFile(
  given: string,
  options: DatasetOptions,
  inputShape: Shape | null,
): Promise<Choice> {
  const path = normalize(given);
  const folder = dirname(path);
  const { files } = await listFolder(folder);
  // The named file first: of names that mean the same (x and x.gz), the first wins.
  const names = [basename(path), ...files.filter((name) => name !== basename(path))];
  const content = { files: names, folders: [] };
  const all = proposals(folder, content, options);
  const named = all.find((proposal) => proposal.paths.includes(path));
  const own = named ?? proposalOf(path, options);
  if (own === undefined)
    throw new InputError(
      given,
      'is no data set by its name',
      'Known are IDX (…-images-idx3-ubyte[.gz]), CIFAR (.bin, cifar-10-batches-py, cifar-100-python), NumPy (.npz, x.npy with y.npy), PyTorch (.pt of inputs and labels), CSV (.csv, .tsv, also .gz) and folders with a folder of PNG or JPEG images per class',
    );
  const sources = (await own.open()).map((source) => requireFitting(source, inputShape));
  const { main } = chooseDataset(
    { start: given, folders: [folder], sources, failed: [] },
    inputShape,
    options.split,
  );
  const siblings = all.filter((proposal) => proposal !== own && sameSet(proposal, own));
  const beside = (await openProposals(siblings)).sources.flatMap(
    (source) => fitted(source, inputShape) ?? [],
  );
  return choiceOf(main, [...sources, ...beside]);
}

/** What a file may be that the user names, though its name does not say that it is data. */
function proposalOf(path: string, options: DatasetOptions): Proposal | undefined {
  if (TORCH_FILE.test(path)) return torchProposal(path, options);
  return TABLE_FILE.test(path) ? tableProposal(path, options) : undefined;
}

/** As `fitted`. @throws InputError where it does not fit, saying both sizes */
function requireFitting(source: DatasetSource, inputShape: Shape | null): DatasetSource {
  const found = fitted(source, inputShape);
  if (found !== null) return found;
  if (source.kind === 'CSV' && sizeOf(inputShape ?? []) === sizeOf(source.sampleShape) + 1)
    throw new InputError(
      source.paths[0]!, // a source has a path
      `has as many columns as the network has inputs, ${sizeOf(inputShape ?? [])}: one for the label is missing`,
      'Give the table with the labels; those for a contest often have none in the test split',
    );
  throw new InputError(
    source.paths[0]!,
    `its samples have ${sizes(source.sampleShape)} values, and ${taken(inputShape)}`,
    'Give the data set the network was trained on',
  );
}

function isPreferred(
  source: DatasetSource,
  all: readonly DatasetSource[],
  split: Split | undefined,
): boolean {
  if (split !== undefined) return source.split === split;
  const present = all.filter((other) => sameSet(other, source)).map((other) => other.split);
  return source.split === PREFERENCE.find((name) => present.includes(name));
}

/**
 * The splits of one data set. A split that is there twice is left out: which one is meant is unknown, and only the
 * statistics miss it.
 */
function splitsOf(main: DatasetSource, sources: readonly DatasetSource[]): DatasetSource[] {
  return SPLITS.flatMap((split) => {
    if (split === main.split) return [main];
    const found = sources.filter((source) => source.split === split && sameSet(source, main));
    return found.length === 1 ? found.flatMap((source) => readAs(source, main.reading) ?? []) : [];
  });
}

/** The splits of a data set, all read alike: with the main one read in the way given, and classes numbered over all of them. */
function choiceOf(main: DatasetSource, sources: readonly DatasetSource[]): Choice {
  const splits = splitsOf(main, sources);
  const shared = withSharedClasses(splits);
  return { main: shared[splits.indexOf(main)] ?? main, splits: shared };
}

/**
 * The choice with its data set in one of its other readings.
 * @param reading one of `main.readings`
 */
export function inReading({ main, splits }: Choice, reading: DatasetSource): Choice {
  return choiceOf(
    reading,
    splits.filter((split) => split !== main),
  );
}

/** A data set in a certain reading; null where it cannot be read so. */
function readAs(source: DatasetSource, reading: DataReading | undefined): DatasetSource | null {
  const { readings = [], ...likeliest } = source;
  const wanted = JSON.stringify(reading);
  const found = [likeliest, ...readings].find((each) => JSON.stringify(each.reading) === wanted);
  if (found === undefined) return null;
  return { ...found, readings: [likeliest, ...readings].filter((each) => each !== found) };
}

function sameSet(
  a: Pick<Identity, 'set'> & { readonly kind: string },
  b: Pick<Identity, 'set'> & { readonly kind: string },
): boolean {
  return a.kind === b.kind && a.set === b.set;
}

function noneFits({ start, folders, sources, failed }: Search, inputShape: Shape | null): InputError {
  if (sources.length > 0) {
    const found = described(sources);
    return new InputError(start, `no data set fits: ${taken(inputShape)}, and there is ${found}`, REMEDY);
  }
  const broken = failed.find(({ proposal }) => proposal.certain);
  return broken?.error ?? new InputError(start, `no data set found near it, in ${listed(folders)}`, REMEDY);
}

function described(sources: readonly DatasetSource[]): string {
  return listed(
    sources.map((source) => {
      const count = source.samples === null ? '' : `${source.samples} samples of `;
      return `${source.paths[0]!} (${source.split}, ${count}${sizes(source.sampleShape)} values)`;
    }),
  );
}

function taken(inputShape: Shape | null): string {
  return `the network takes ${inputShape === null ? 'any' : sizes(inputShape)} inputs`;
}

/** "28 × 28 = 784" */
function sizes(shape: Shape): string {
  const size = sizeOf(shape);
  return shape.length === 1 ? `${size}` : `${shape.join(' × ')} = ${size}`;
}
