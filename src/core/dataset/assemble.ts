import { InputError } from '../base/error';
import type { Dataset, DatasetOptions, Split } from './dataset';
import { sampleSize } from './inputs';

/** What a reader has read of its files. */
export interface Parts {
  readonly path: string;
  readonly split: Split;
  readonly sampleShape: readonly number[];
  /** uint8 are pixels and stay as they are; anything else becomes float32. */
  readonly inputs: Uint8Array | Float32Array | Float64Array;
  readonly labelsPath: string;
  readonly labels: ArrayLike<number>;
  /** Where sample i stands, for messages; "sample i" by default. */
  readonly place?: (sample: number) => string;
}

/** A data set of what was read. @throws InputError for labels that are not classes and inputs that are not finite */
export function assemble(parts: Parts, { mean, std }: DatasetOptions): Dataset {
  const { path, split, sampleShape } = parts;
  const inputs = finiteInputs(parts);
  const labels = classLabels(parts);
  return {
    path,
    split,
    samples: labels.length,
    sampleShape,
    inputs,
    scaling: { divisor: inputs instanceof Uint8Array ? 255 : 1, mean, std },
    labels,
    classes: labels.reduce((largest, label) => Math.max(largest, label), 0) + 1,
  };
}

function finiteInputs({ path, inputs, sampleShape, place = numbered }: Parts): Uint8Array | Float32Array {
  if (inputs instanceof Uint8Array) return inputs;
  const values = inputs instanceof Float32Array ? inputs : Float32Array.from(inputs);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const size = sampleSize(sampleShape);
    throw new InputError(
      path,
      `${place(Math.floor(bad / size))}, value ${bad % size} is ${inputs[bad]!}, not a finite float32`,
    );
  }
  return values;
}

function classLabels({ labelsPath, labels, place = numbered }: Parts): Int32Array {
  const classes = Int32Array.from(labels);
  // What int32 does not keep is no class: fractions, NaN, and numbers beyond any sensible count.
  const bad = classes.findIndex((label, i) => label !== labels[i] || label < 0);
  if (bad >= 0)
    throw new InputError(
      labelsPath,
      `the label of ${place(bad)} is ${labels[bad]!}`,
      'Labels must be integers from 0 on, one per class',
    );
  return classes;
}

function numbered(sample: number): string {
  return `sample ${sample}`;
}

/** @throws InputError unless every input has its label, and there is one */
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
