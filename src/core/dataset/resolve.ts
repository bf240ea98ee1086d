import { basename, dirname, normalize } from 'node:path';
import { InputError } from '../error';
import { exists, isFolder } from '../file/upward';
import { withFile } from '../file/with-file';
import { checkFit, chooseDataset, fits, sameSet, splitsOf, type Choice } from './choose';
import type { DatasetOptions, DatasetSource, Identity, Proposal } from './dataset';
import { candidatesBelow, findDatasetsBelow, openProposals, proposalsIn, READERS } from './discover';
import { listFolder } from './folder';
import { openIdxPair } from './idx';
import { isNpy, openNpyPair } from './numpy';
import { splitOfPath } from './split';

/** A data set as the user names it: a file or folder, or inputs and labels one by one. */
export type NamedData = { readonly path: string } | { readonly images: string; readonly labels: string };

/**
 * The data set the user names, with the other splits of the same set where they lie beside it.
 * @param inputSize values in one input of the network; null where any would do
 * @throws InputError where it is not there, is no data set, is a bad one, or does not fit
 */
export async function resolveDataset(
  named: NamedData,
  options: DatasetOptions,
  inputSize: number | null,
): Promise<Choice> {
  if ('images' in named) {
    const main = await openPair(named.images, named.labels, options);
    checkFit(main, inputSize);
    return { main, splits: [main] };
  }
  if (!(await exists(named.path))) throw new InputError(named.path, 'no such file or folder');
  if (await isFolder(named.path))
    return chooseDataset(await findDatasetsBelow(named.path, options), inputSize, options.split);
  return resolveFile(named.path, options, inputSize);
}

/** What `resolveDataset` chooses among, by names alone; none where there is no choice. */
export async function candidatesNamed(
  named: NamedData,
  options: DatasetOptions,
): Promise<readonly Proposal[]> {
  if ('images' in named) return [];
  return (await isFolder(named.path))
    ? (await candidatesBelow(named.path, options)).proposals
    : proposalsIn(dirname(named.path), options);
}

async function openPair(images: string, labels: string, options: DatasetOptions): Promise<DatasetSource> {
  const own = splitOfPath(images);
  const identity: Identity = { set: own.set, split: options.split ?? own.split };
  const numpy = await withFile(images, isNpy, options.open);
  return (numpy ? openNpyPair : openIdxPair)(images, labels, identity, options);
}

async function resolveFile(
  given: string,
  options: DatasetOptions,
  inputSize: number | null,
): Promise<Choice> {
  const path = normalize(given);
  const folder = dirname(path);
  const { files } = await listFolder(folder);
  // First, for the named one is meant where another of the same meaning lies beside it (x and x.gz).
  const names = [basename(path), ...files.filter((name) => name !== basename(path))];
  const proposals = READERS.flatMap((reader) => reader.propose(folder, names, options));
  const own = proposals.find((proposal) => proposal.paths.includes(path));
  if (own === undefined)
    throw new InputError(
      given,
      'is no data set by its name',
      'Known are IDX (…-images-idx3-ubyte[.gz]), CIFAR-10 (.bin), NumPy (.npz, x.npy with y.npy) and CSV (.csv)',
    );
  const sources = await own.open();
  sources.forEach((source) => {
    checkFit(source, inputSize);
  });
  const { main } = chooseDataset(
    { start: given, folders: [folder], sources, failed: [] },
    inputSize,
    options.split,
  );
  const siblings = proposals.filter((proposal) => proposal !== own && sameSet(proposal, own));
  const beside = (await openProposals(siblings)).sources.filter((source) => fits(source, inputSize));
  return { main, splits: splitsOf(main, [...sources, ...beside]) };
}
