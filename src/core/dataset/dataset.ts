import { basename, dirname, join } from 'node:path';
import type { Assumption } from '../base/assumption';
import type { Listing } from '../file/folders';
import type { OpenFile } from '../file/local';

/** The part of a data set, as the names of its files say; "test" where they say nothing. */
export const SPLITS = ['train', 'val', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** Where the channels of samples of three dimensions are: first, as in PyTorch, or last, as in Keras. */
export const LAYOUTS = ['NCHW', 'NHWC'] as const;
type ImageLayout = (typeof LAYOUTS)[number];

/** What is done with stored values before mean and std: nothing, or a division by 255, the largest value of a pixel. */
export const SCALES = ['as_is', 'divide_255'] as const;
type Scale = (typeof SCALES)[number];

/** What the user may say about a data set; all of it has a default. */
export interface DatasetOptions {
  /** The split to take, and that of files whose names say none. Files named one by one are of this split. */
  readonly split?: Split | undefined;
  /** Names of the arrays in NumPy files; by default "x" and "y". */
  readonly x?: string | undefined;
  readonly y?: string | undefined;
  /**
   * Where a sample's label is. In a CSV file the name of its column, or its number from 0 on, or from -1 backwards; by default
   * the column called label, class, target or y, else the first or the last, by what is in them. In CIFAR-100 "fine" (the
   * default) or "coarse".
   */
  readonly label?: string | number | undefined;
  /** Columns of a CSV file that are neither input nor label, by name or number; by default those that only number the rows. */
  readonly ignore?: readonly (string | number)[] | undefined;
  /** The names of the classes in the order of the network's logits, where labels are words; by default sorted. */
  readonly classes?: readonly string[] | undefined;
  /** The number of the first class; by default 0, or 1 where the labels run from 1 to the number of logits. */
  readonly labelsFrom?: 0 | 1 | undefined;
  /** By default bytes, and what looks like pixels in a CSV file, are divided by 255. */
  readonly scale?: Scale | undefined;
  /** How arrays are laid out, where their shape does not tell it. */
  readonly layout?: ImageLayout | undefined;
  /** What to subtract, per channel or one for all, after the scale; by default 0. */
  readonly mean?: readonly number[] | undefined;
  /** What to divide by then, per channel or one for all; by default 1. */
  readonly std?: readonly number[] | undefined;
  /** How files are opened. */
  readonly open?: OpenFile | undefined;
}

/** What tells a data set from others. */
export interface Identity {
  /** Equal for the splits of one data set: the path without the part that names the split. */
  readonly set: string;
  readonly split: Split;
}

/** Files that look like a data set by their names. Nothing of them has been read. */
export interface Proposal {
  /** e.g. "IDX", "CIFAR-10 binary", "CIFAR-100 pickle", "NumPy", "PyTorch", "CSV", "image folder". */
  readonly kind: string;
  /** Inputs first. */
  readonly paths: readonly string[];
  /** The `set` of the sources in it. */
  readonly set: string;
  /** Whether the names leave no doubt that it is a data set. Failing to open it is then an error to tell. */
  readonly certain: boolean;
  /**
   * Reads headers. One file can hold several splits; a folder that turns out to be none holds nothing.
   * @throws InputError where it is not a data set, or a bad one
   */
  open(): Promise<DatasetSource[]>;
}

/** Finds one kind of data set. To add a kind, write one of these, and list it in discover.ts. */
export interface DatasetReader {
  /** What looks like a data set in a folder, by the names alone. Of names that mean the same, the first wins. */
  propose(folder: string, content: Listing, options: DatasetOptions): Proposal[];
}

/** A labelled data set, found and measured but not read. */
export interface DatasetSource extends Identity {
  readonly kind: string;
  /** Every file it is made of, inputs first; of many images, the folders. */
  readonly paths: readonly string[];
  /** Samples in it; null where counting them means reading it all (CSV). */
  readonly samples: number | null;
  /** e.g. [28, 28], [3, 32, 32], [64]. */
  readonly sampleShape: readonly number[];
  /** How samples of three dimensions are laid out; null where neither the kind nor the user tells. */
  readonly layout: ImageLayout | null;
  /** What was taken for want of a word in the file. */
  readonly assumptions?: readonly Assumption[];
  /** The options that would fix this reading of it; only where the file allows others. */
  readonly reading?: DataReading;
  /** The other readings, the likeliest first. They have no readings themselves. */
  readonly readings?: readonly DatasetSource[];
  /**
   * Reads the names of its classes, where labels are words: in the order of their numbers.
   * @throws InputError as `load`
   */
  readonly classNames?: () => Promise<readonly string[]>;
  /**
   * Reads the first `samples` samples, all by default. The first images in folders are of all classes.
   * @throws InputError for truncated files, labels and inputs that are not finite
   */
  load(samples?: number): Promise<Dataset>;
}

/** One way to read a data set that allows several. */
export type DataReading = Pick<DatasetOptions, 'label' | 'ignore' | 'scale' | 'layout'>;

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
  /** Class per sample, 0-based; empty where the labels are no class numbers. */
  readonly labels: Int32Array;
  /** Largest label + 1; null where the labels are no class numbers. */
  readonly classes: number | null;
  /** The labels where they are no class numbers: what a regression is to give, or several labels of a sample, each 0 or 1. */
  readonly values: LabelValues | null;
  /** The labels' path, for messages. */
  readonly labelsPath: string;
  /** What the classes are called, where labels are words: in the order of their numbers. */
  readonly classNames?: readonly string[];
  /** The number of the first class, where the user says it. */
  readonly labelsFrom?: 0 | 1 | undefined;
  /** What was taken for want of a word in the file, those of its source among them. */
  readonly assumptions?: readonly Assumption[];
}

/** Labels that are no class numbers. */
export interface LabelValues {
  /** [samples, width], row-major. */
  readonly data: Float32Array;
  readonly width: number;
  /** Why they are none, for messages: "the label of row 2 is 0.5". */
  readonly reason: string;
}

/** (stored / divisor − mean) / std */
export interface Scaling {
  /** 255 for uint8 images as torchvision's ToTensor, and where it is asked for; 1 for everything else. */
  readonly divisor: number;
  /** One for all channels, or one per channel (the first dimension of a sample of three dimensions). */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

/** The words that name a split: by themselves, or after the x or y of "Xtrain"; not within words such as "latest". */
const SPLIT_WORDS: readonly (readonly [Split, RegExp])[] = [
  ['train', /(?<![a-z])([xy]?)(train|training)(?![a-z])/i],
  ['val', /(?<![a-z])([xy]?)(val|valid|validation|dev)(?![a-z])/i],
  ['test', /(?<![a-z])([xy]?)(test|testing|t10k)(?![a-z0-9]*[a-z])/i],
];

/** The split that a name says, null where it says none, and the rest of the name, equal for all splits of a set. */
export function splitOfName(name: string): { readonly split: Split | null; readonly rest: string } {
  for (const [split, word] of SPLIT_WORDS) {
    if (word.test(name)) return { split, rest: name.replace(word, '$1') };
  }
  return { split: null, rest: name };
}

/**
 * The split of a file by its name, or by its folder's (test/x.npy), and the data set it belongs to.
 * @param otherwise the split where neither says one
 * @param name the part of the file's name that may say it; all of it by default
 */
export function splitOfPath(path: string, otherwise: Split = 'test', name = basename(path)): Identity {
  const own = splitOfName(name);
  if (own.split !== null) return { split: own.split, set: join(dirname(path), own.rest) };
  const folder = splitOfName(basename(dirname(path)));
  if (folder.split !== null && folder.rest === '')
    return { split: folder.split, set: join(dirname(dirname(path)), name) };
  return { split: otherwise, set: join(dirname(path), name) };
}
