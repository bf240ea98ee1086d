import { InputError } from '../base/error';
import { sizeOf } from '../tensor/shape';
import type { Dataset, DatasetOptions, LabelValues, Scaling, Split } from './dataset';

/** What a reader has read from its files. */
interface Parts {
  readonly path: string;
  readonly split: Split;
  readonly sampleShape: readonly number[];
  /** Bytes are pixels and stay as they are; anything else becomes float32. */
  readonly inputs: Uint8Array | Float32Array | Float64Array;
  readonly labelsPath: string;
  /** [labels, labelWidth]: class numbers, or one-hot rows, or values. */
  readonly labels: ArrayLike<number>;
  /** Values in a label; 1 by default. */
  readonly labelWidth?: number;
  /** Samples read; as many as there are labels by default. Labels of more tell what labels are. */
  readonly samples?: number;
  /** Where sample i stands, for messages; "sample i" by default. */
  readonly place?: (sample: number) => string;
}

/**
 * Makes a data set of what was read.
 * @throws InputError for labels and inputs that are not finite
 */
export function assemble(parts: Parts, { mean, std, scale, labelsFrom }: DatasetOptions): Dataset {
  const { path, split, sampleShape } = parts;
  const inputs = finiteInputs(parts);
  const samples = parts.samples ?? parts.labels.length / (parts.labelWidth ?? 1);
  const { labels, values } = labelsOf(parts, samples);
  return {
    path,
    split,
    samples,
    sampleShape,
    inputs,
    scaling: { divisor: scale === undefined ? usualDivisor(inputs) : DIVISORS[scale], mean, std },
    labels,
    classes: values === null ? labels.reduce((largest, label) => Math.max(largest, label), 0) + 1 : null,
    values,
    labelsPath: parts.labelsPath,
    ...(labelsFrom !== undefined && { labelsFrom }),
  };
}

const DIVISORS = { as_is: 1, divide_255: 255 } as const;

function usualDivisor(inputs: Dataset['inputs']): number {
  return inputs instanceof Uint8Array ? DIVISORS.divide_255 : DIVISORS.as_is;
}

function finiteInputs({ path, inputs, sampleShape, place = numbered }: Parts): Uint8Array | Float32Array {
  if (inputs instanceof Uint8Array) return inputs;
  const values = inputs instanceof Float32Array ? inputs : Float32Array.from(inputs);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const size = sizeOf(sampleShape);
    throw new InputError(
      path,
      `${place(Math.floor(bad / size))}, value ${bad % size} is ${inputs[bad]!}, not a finite float32`,
    );
  }
  return values;
}

/** The labels of the first samples: class numbers where all there are can be, else values. */
function labelsOf(
  { labelsPath, labels, labelWidth: width = 1, place = numbered }: Parts,
  samples: number,
): { readonly labels: Int32Array; readonly values: LabelValues | null } {
  if (width < 1) throw new InputError(labelsPath, 'its labels have no values');
  for (let at = 0; at < labels.length; at++) {
    if (!Number.isFinite(Math.fround(labels[at]!)))
      throw new InputError(
        labelsPath,
        `the label of ${place(Math.floor(at / width))} is ${labels[at]!}, not a finite float32`,
        'Leave out the samples without a label',
      );
  }
  const classes = width === 1 ? Int32Array.from(labels) : hotColumns(labels, width);
  // What int32 does not keep is not a class: fractions, numbers beyond any sensible count.
  const other = classes.findIndex((label, i) => label < 0 || (width === 1 && label !== labels[i]));
  if (other < 0) return { labels: classes.slice(0, samples), values: null };
  const reason =
    width === 1
      ? `the label of ${place(other)} is ${labels[other]!}`
      : `${place(other)} has ${width} labels that are not one 1 among zeros`;
  const data = Float32Array.from({ length: samples * width }, (_, at) => labels[at]!);
  return { labels: new Int32Array(0), values: { data, width, reason } };
}

/** Of each row, the column of the only 1 among zeros; −1 where it is another kind of row. */
function hotColumns(rows: ArrayLike<number>, width: number): Int32Array {
  return Int32Array.from({ length: rows.length / width }, (_, row) => {
    let hot = -1;
    for (let column = 0; column < width; column++) {
      const value = rows[row * width + column]!;
      if (value === 0) continue;
      if (value !== 1 || hot >= 0) return -1;
      hot = column;
    }
    return hot;
  });
}

function numbered(sample: number): string {
  return `sample ${sample}`;
}

/** The number of samples. @throws InputError unless there are as many labels as inputs, and at least one */
export function checkCounts(
  path: string,
  inputs: number | undefined,
  labelsPath: string,
  labels: number | undefined,
): number {
  if (inputs === undefined || inputs !== labels)
    throw new InputError(
      path,
      `holds ${inputs ?? 'no'} samples, and ${labelsPath} ${labels ?? 'no'} labels`,
      'Inputs and labels must be of the same length',
    );
  if (inputs === 0) throw new InputError(path, 'holds no samples');
  return inputs;
}

/** @throws InputError where mean or std have neither one value nor one per channel */
export function checkScaling({ path, sampleShape, scaling: { mean, std } }: Dataset): void {
  const channels = channelsOf(sampleShape);
  for (const [name, values] of Object.entries({ mean, std })) {
    if (values !== undefined && values.length !== 1 && values.length !== channels)
      throw new InputError(
        path,
        `the length of ${name} is ${values.length}, and the number of channels ${channels} (samples are of ${sampleShape.join(' × ')})`,
        'Give one value per channel, or one for all',
      );
  }
}

/**
 * Writes samples `first` to `first + count` as the network takes them: scaled as torchvision's ToTensor and Normalize do
 * it, with every step rounded to float32.
 * @param out [count, ...sampleShape] at its beginning; it may be longer
 */
export function fillInputs(
  { inputs, sampleShape, scaling }: Pick<Dataset, 'inputs' | 'sampleShape' | 'scaling'>,
  first: number,
  count: number,
  out: Float32Array,
): void {
  const size = sizeOf(sampleShape);
  const channels = channelsOf(sampleShape);
  const plane = size / channels;
  const scales = Array.from({ length: channels }, (_, channel) => scaleOf(scaling, channel));
  // A byte has 256 values: each is scaled once, then looked up.
  const tables =
    inputs instanceof Uint8Array
      ? scales.map((scale) => Float32Array.from({ length: 256 }, (_, value) => scale(value)))
      : null;
  for (let to = 0; to < count * size; to += plane) {
    const from = first * size + to;
    const channel = (to / plane) % channels;
    if (tables === null) {
      const scale = scales[channel]!;
      for (let i = 0; i < plane; i++) out[to + i] = scale(inputs[from + i]!);
    } else {
      const table = tables[channel]!;
      for (let i = 0; i < plane; i++) out[to + i] = table[inputs[from + i]!]!;
    }
  }
}

function scaleOf({ divisor, mean, std }: Scaling, channel: number): (stored: number) => number {
  const shift = Math.fround(ofChannel(mean, channel) ?? 0);
  const spread = Math.fround(ofChannel(std, channel) ?? 1);
  return (stored) => Math.fround(Math.fround(Math.fround(stored / divisor) - shift) / spread);
}

function ofChannel(values: readonly number[] | undefined, channel: number): number | undefined {
  return values?.[values.length === 1 ? 0 : channel];
}

/** Channels of a sample: its first dimension where it has three (channel, row, column), else one. */
function channelsOf(sampleShape: readonly number[]): number {
  return sampleShape.length === 3 ? sampleShape[0]! : 1;
}
