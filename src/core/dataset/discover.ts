import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../base/error';
import { DATA_FOLDER, foldersUpward, listFolder, type Listing } from '../file/folders';
import { numpyReader } from './arrays';
import { cifarReader } from './cifar';
import { cifarPickleReader } from './cifar-pickle';
import { csvReader } from './csv';
import type { DatasetOptions, DatasetReader, DatasetSource, Proposal } from './dataset';
import { idxReader } from './idx';
import { imageReader } from './images';
import { torchReader } from './torch-tensors';

const READERS: readonly DatasetReader[] = [
  idxReader,
  cifarReader,
  cifarPickleReader,
  numpyReader,
  torchReader,
  csvReader,
  imageReader,
];

/** Levels below a data folder, as in torchvision's data/MNIST/raw. */
const MAX_DEPTH = 3;
const MAX_FOLDERS = 200;

/** What may be data by its name, and where it was looked for. */
export interface Candidates {
  readonly folders: readonly string[];
  readonly proposals: readonly Proposal[];
}

/** What was found, and what of it could not be opened. */
export interface Search {
  /** Where it began, as the user knows it. */
  readonly start: string;
  /** The folders looked at. */
  readonly folders: readonly string[];
  readonly sources: readonly DatasetSource[];
  readonly failed: readonly { readonly proposal: Proposal; readonly error: InputError }[];
}

/**
 * The data sets near a checkpoint: in its folder and in the folders data, dataset and datasets beside it, and the
 * same for its parents up to the root of the project. Reads headers only.
 * @param start the checkpoint, or a folder
 */
export async function findDatasets(start: string, options: DatasetOptions = {}): Promise<Search> {
  return openAll(start, await candidatesNear(start, options));
}

/** The data sets in a folder and below it. */
export async function findDatasetsBelow(folder: string, options: DatasetOptions = {}): Promise<Search> {
  return openAll(folder, await candidatesBelow(folder, options));
}

/** What `findDatasets` would open, by names alone. */
export async function candidatesNear(start: string, options: DatasetOptions): Promise<Candidates> {
  const found: Found = new Map();
  for (const folder of await foldersUpward(start)) {
    await collect([folder], 0, found);
    const { folders } = await listFolder(folder);
    const children = folders.filter((name) => DATA_FOLDER.test(name));
    for (const name of children) await collect([join(folder, name)], MAX_DEPTH, found);
  }
  return propose([...found.values()], options);
}

/** What `findDatasetsBelow` would open, by names alone. */
export async function candidatesBelow(folder: string, options: DatasetOptions): Promise<Candidates> {
  const found: Found = new Map();
  await collect([join(folder)], MAX_DEPTH, found);
  return propose([...found.values()], options);
}

/** Whether a file's name alone makes it a candidate. */
export function mayBeData(folder: string, name: string): boolean {
  return proposals(folder, { files: [name], folders: [] }, {}).length > 0;
}

/** What the readers make of the names in a folder. */
export function proposals(folder: string, content: Listing, options: DatasetOptions): Proposal[] {
  return READERS.flatMap((reader) => reader.propose(folder, content, options));
}

interface Folder {
  /** As found. */
  readonly path: string;
  readonly content: Listing;
}

/** Folders by their real path: links may lead to a folder twice, or in circles. */
type Found = Map<string, Folder>;

/**
 * Adds folders and what is below them, `depth` levels deep. It goes level by level, because a folder of hundreds of classes
 * would else use up MAX_FOLDERS.
 */
async function collect(folders: readonly string[], depth: number, into: Found): Promise<void> {
  const below: string[] = [];
  for (const path of folders) {
    const real = await realpath(path).catch(() => null);
    if (real === null || into.has(real) || into.size >= MAX_FOLDERS) continue;
    const content = await listFolder(path);
    into.set(real, { path, content });
    below.push(...content.folders.map((name) => join(path, name)));
  }
  if (depth > 0 && below.length > 0) await collect(below, depth - 1, into);
}

function propose(found: readonly Folder[], options: DatasetOptions): Candidates {
  return {
    folders: found.map(({ path }) => path),
    proposals: found.flatMap(({ path, content }) => proposals(path, content, options)),
  };
}

async function openAll(start: string, { folders, proposals }: Candidates): Promise<Search> {
  return { start, folders, ...(await openProposals(proposals)) };
}

/** Opens what was proposed, and tells what of it could not be opened. */
export async function openProposals(
  proposals: readonly Proposal[],
): Promise<Pick<Search, 'sources' | 'failed'>> {
  const sources: DatasetSource[] = [];
  const failed: { proposal: Proposal; error: InputError }[] = [];
  for (const proposal of proposals) {
    try {
      sources.push(...(await proposal.open()));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failed.push({ proposal, error });
    }
  }
  return { sources, failed };
}
