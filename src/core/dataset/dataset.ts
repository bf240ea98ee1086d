/** Which part of a data set: as the files' names say, "test" when they say nothing. */
export type Split = 'train' | 'val' | 'test';

/** A labelled data set, found and measured but not read. */
export interface DatasetSource {
  /** "IDX", "CIFAR-10 binary", "NumPy", "CSV". */
  readonly kind: string;
  /** Every file it is made of, inputs first. */
  readonly paths: readonly string[];
  readonly split: Split;
  /** Samples in it; null where that takes reading it all (CSV). */
  readonly samples: number | null;
  /** e.g. [28, 28], [3, 32, 32], [64]; null where unknown before reading. */
  readonly sampleShape: readonly number[] | null;
  /**
   * Reads the first `samples` samples, all by default.
   * @throws InputError for truncated files, inputs and labels of different lengths, labels that are not classes
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
  /** What turns a stored value into an input: x = fround(fround(v / divisor) − mean[c]) / std[c]), c the channel. */
  readonly scaling: Scaling;
  /** Class per sample, 0-based. */
  readonly labels: Int32Array;
  /** Largest label + 1. */
  readonly classes: number;
}

export interface Scaling {
  /** 255 for uint8 images as torchvision's ToTensor, 1 for floats. */
  readonly divisor: number;
  /** Per channel (the first dimension of a sample of three dimensions; otherwise one value for all). */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}
