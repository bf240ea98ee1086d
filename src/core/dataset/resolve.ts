import { basename, dirname, normalize } from 'node:path';
import { InputError } from '../base/error';
import { exists, isFolder } from '../file/upward';
import { withFile } from '../file/with-file';
import type { Shape } from '../tensor/shape';
import { chooseDataset, fit, sameSet, splitsOf, type Choice } from './choose';
import type { DatasetOptions, DatasetSource, Identity, Proposal } from './dataset';
import { candidatesBelow, findDatasetsBelow, openProposals, proposals } from './discover';
import { listFolder } from './folder';
import { openIdxPair } from './idx';
import { fitted } from './layout';
import { isNpy, openNpyPair } from './numpy';
import { splitOfPath } from './split';

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
    const main = fit(await openPair(named.images, named.labels, options), inputShape);
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

async function openPair(images: string, labels: string, options: DatasetOptions): Promise<DatasetSource> {
  const own = splitOfPath(images);
  const identity: Identity = { set: own.set, split: options.split ?? own.split };
  const numpy = await withFile(images, isNpy, options.open);
  return (numpy ? openNpyPair : openIdxPair)(images, labels, identity, options);
}

async function resolveFile(
  given: string,
  options: DatasetOptions,
  inputShape: Shape | null,
): Promise<Choice> {
  const path = normalize(given);
  const folder = dirname(path);
  const { files } = await listFolder(folder);
  // First, for the named one is meant where another of the same meaning lies beside it (x and x.gz).
  const names = [basename(path), ...files.filter((name) => name !== basename(path))];
  const content = { files: names, folders: [] };
  const all = proposals(folder, content, options);
  const own = all.find((proposal) => proposal.paths.includes(path));
  if (own === undefined)
    throw new InputError(
      given,
      'is no data set by its name',
      'Known are IDX (…-images-idx3-ubyte[.gz]), CIFAR-10 (.bin), NumPy (.npz, x.npy with y.npy), CSV (.csv) and folders with a folder of PNG images per class',
    );
  const sources = (await own.open()).map((source) => fit(source, inputShape));
  const { main } = chooseDataset(
    { start: given, folders: [folder], sources, failed: [] },
    inputShape,
    options.split,
  );
  const siblings = all.filter((proposal) => proposal !== own && sameSet(proposal, own));
  const beside = (await openProposals(siblings)).sources.flatMap(
    (source) => fitted(source, inputShape) ?? [],
  );
  return { main, splits: splitsOf(main, [...sources, ...beside]) };
}
