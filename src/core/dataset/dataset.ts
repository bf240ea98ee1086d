import { basename, dirname, join } from 'node:path';
import type { Listing } from '../file/folders';
import type { OpenFile } from '../file/local';

/** Which part of a data set: as the names of its files say, "test" when they say nothing. */
export type Split = 'train' | 'val' | 'test';
export const SPLITS = ['train', 'val', 'test'] as const satisfies readonly Split[];

/** Where the channels of samples of three dimensions are: first, as PyTorch has them, or last, as Keras and NumPy. */
export const LAYOUTS = ['NCHW', 'NHWC'] as const;
type ImageLayout = (typeof LAYOUTS)[number];

/** What the user may say about a data set; all of it has a default. */
export interface DatasetOptions {
  /** The split to take, and the split of files whose names say none; for files named one by one, the split they are. */
  readonly split?: Split | undefined;
  /** Names of the arrays of NumPy files: "x" and "y". */
  readonly x?: string | undefined;
  readonly y?: string | undefined;
  /** The label's column of a CSV file: one called label, class, target or y, else the last. */
  readonly label?: string | undefined;
  /** How arrays are laid out, where their shape does not tell it. */
  readonly layout?: ImageLayout | undefined;
  /** Per channel or one for all, after pixels were divided by 255: 0. */
  readonly mean?: readonly number[] | undefined;
  /** Per channel or one for all: 1. */
  readonly std?: readonly number[] | undefined;
  /** How files are opened. */
  readonly open?: OpenFile | undefined;
}

/** What a data set is told by among others. */
export interface Identity {
  /** Equal for the splits of one data set: the path without the part that names the split. */
  readonly set: string;
  readonly split: Split;
}

/** Files that by their names look like a data set; nothing of them has been read. */
export interface Proposal {
  /** "IDX", "CIFAR-10 binary", "NumPy", "CSV", "image folder". */
  readonly kind: string;
  /** Inputs first. */
  readonly paths: readonly string[];
  /** As that of the sources in it. */
  readonly set: string;
  /** Whether the names leave no doubt that this is a data set, so that failing to open it is worth telling. */
  readonly certain: boolean;
  /**
   * Reads headers; one file can hold several splits, a folder that is none at a closer look holds nothing.
   * @throws InputError where it is no data set, or a bad one
   */
  open(): Promise<DatasetSource[]>;
}

/** One per kind of data set. */
export interface DatasetReader {
  /** What it makes of the content of one folder, by the names; of names that mean the same, the first wins. */
  propose(folder: string, content: Listing, options: DatasetOptions): Proposal[];
}

/** A labelled data set, found and measured but not read. */
export interface DatasetSource extends Identity {
  readonly kind: string;
  /** Every file it is made of, inputs first; of many images, the folders. */
  readonly paths: readonly string[];
  /** Samples in it; null where that takes reading it all (CSV). */
  readonly samples: number | null;
  /** e.g. [28, 28], [3, 32, 32], [64]. */
  readonly sampleShape: readonly number[];
  /** How samples of three dimensions are laid out; null where neither the kind nor the user tells. */
  readonly layout: ImageLayout | null;
  /**
   * Reads the first `samples` samples, all by default; of images in folders the first are of all classes.
   * @throws InputError for truncated files, labels that are not classes, inputs that are not finite
   */
  load(samples?: number): Promise<Dataset>;
}

/** Samples in memory. */
export interface Dataset {
  /** The inputs' path, for messages and the report. */
  readonly path: string;
  readonly split: Split;
  readonly samples: number;
  readonly sampleShape: readonly number[];
  /** [samples, ...sampleShape], row-major, as stored. */
  readonly inputs: Uint8Array | Float32Array;
  /** What turns a stored value into an input; see fillInputs. */
  readonly scaling: Scaling;
  /** Class per sample, 0-based. */
  readonly labels: Int32Array;
  /** Largest label + 1. */
  readonly classes: number;
}

export interface Scaling {
  /** 255 for uint8 images as torchvision's ToTensor, 1 for everything else. */
  readonly divisor: number;
  /** One for all channels, or one per channel (the first dimension of a sample of three dimensions). */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

// A word of its own, or after the x or y of "Xtrain"; not a part of one, as in "latest" or "training".
const WORDS: readonly (readonly [Split, RegExp])[] = [
  ['train', /(?<![a-z])([xy]?)(train|training)(?![a-z])/i],
  ['val', /(?<![a-z])([xy]?)(val|valid|validation|dev)(?![a-z])/i],
  ['test', /(?<![a-z])([xy]?)(test|testing|t10k)(?![a-z0-9]*[a-z])/i],
];

/** The split a name speaks of, null where it doesn't, and the rest of the name, equal for all splits of a set. */
export function splitOfName(name: string): { readonly split: Split | null; readonly rest: string } {
  for (const [split, word] of WORDS) {
    if (word.test(name)) return { split, rest: name.replace(word, '$1') };
  }
  return { split: null, rest: name };
}

/**
 * The split of a file by its name, or by its folder's (test/x.npy), and the data set it belongs to.
 * @param silent the split where neither says
 * @param name the part of the file's name that tells; the name itself by default
 */
export function splitOfPath(path: string, silent: Split = 'test', name = basename(path)): Identity {
  const own = splitOfName(name);
  if (own.split !== null) return { split: own.split, set: join(dirname(path), own.rest) };
  const folder = splitOfName(basename(dirname(path)));
  if (folder.split !== null && folder.rest === '')
    return { split: folder.split, set: join(dirname(dirname(path)), name) };
  return { split: silent, set: join(dirname(path), name) };
}
