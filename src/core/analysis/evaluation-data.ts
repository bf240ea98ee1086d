import type { Targets } from '../association/sums/loss';
import type { Assumption } from '../base/assumption';
import { InputError } from '../base/error';
import { plural } from '../base/text';
import type { LossChoice, LossName } from '../choices';
import type { Dataset, LabelValues } from '../dataset/dataset';
import type { Ending } from '../network/network';

/** A data set as a network is evaluated on it: its labels are what a loss compares the logits with. Plain data: workers get a copy. */
export interface EvaluationData extends Omit<
  Dataset,
  'labels' | 'values' | 'labelsPath' | 'labelsFrom' | 'assumptions'
> {
  readonly loss: LossName;
  readonly targets: Targets;
}

/** What is known of a network besides: how many outputs it has, and the nonlinearity at its end that was left off. */
export interface NetworkOutputs {
  readonly outputs: number;
  readonly ending: Ending | null;
}

/** The data of the loss that was asked for, or of that which the labels and the outputs say, and what was assumed of them. */
export interface ChosenLoss {
  readonly data: EvaluationData;
  readonly assumptions: readonly Assumption[];
}

/**
 * Chooses the loss and turns labels into its targets.
 * @throws InputError where labels and outputs do not belong together, or not to the loss that was asked for
 */
export function evaluationData(dataset: Dataset, network: NetworkOutputs, asked: LossChoice): ChosenLoss {
  const { loss, because } =
    asked === 'auto' ? lossThatFits(dataset, network) : { loss: asked, because: null };
  const { path, split, samples, sampleShape, inputs, scaling, classes, classNames } = dataset;
  const { assumptions = [] } = dataset;
  const targets = targetsOf(dataset, network, loss);
  return {
    data: {
      ...{ path, split, samples, sampleShape, inputs, scaling, classes, loss, targets },
      ...(classNames !== undefined && { classNames }),
    },
    assumptions: [...assumptions, ...(because === null ? [] : [assumptionOf(loss, because)])],
  };
}

/** The first samples alone. */
export function firstSamples(data: EvaluationData, count: number): EvaluationData {
  const samples = Math.min(count, data.samples);
  const part = (length: number): number => (length / data.samples) * samples;
  return {
    ...data,
    samples,
    inputs: data.inputs.subarray(0, part(data.inputs.length)),
    targets: data.targets.subarray(0, part(data.targets.length)),
  };
}

/** @returns the loss, and why it was taken where another would fit as well */
function lossThatFits(
  dataset: Dataset,
  { outputs, ending }: NetworkOutputs,
): { readonly loss: LossName; readonly because: string | null } {
  const { classes, values } = dataset;
  if (classes !== null) {
    if (outputs === 1 && classes <= 2)
      return {
        loss: 'binary_cross_entropy',
        because: `The network has one output, and the labels are 0 and 1`,
      };
    if (outputs === 1)
      return {
        loss: 'mean_squared_error',
        because: `The network has one output, and the labels are whole numbers up to ${classes - 1}`,
      };
    if (ending === 'Sigmoid' && classes <= outputs)
      return { loss: 'multi_label', because: 'Each output of the network ends in a Sigmoid of its own' };
    return { loss: 'cross_entropy', because: null };
  }
  if (values !== null && values.width === outputs) {
    if (outputs === 1 && isSigned(values))
      return {
        loss: 'binary_cross_entropy',
        because: `The network has one output, and the labels are −1 and 1`,
      };
    if (outputs > 1 && isBinary(values) && ending !== 'Softmax')
      return {
        loss: 'multi_label',
        because: 'Each output has a label of its own, 0 or 1, and not just one of them is 1',
      };
    return {
      loss: 'mean_squared_error',
      because: `The labels are no class numbers (${values.reason})`,
    };
  }
  throw unfit(dataset, outputs, eitherOf(outputs));
}

/** The targets of a loss. @throws InputError where labels and outputs are not for it */
function targetsOf(dataset: Dataset, { outputs, ending }: NetworkOutputs, loss: LossName): Targets {
  const { labels, classes, values, labelsPath } = dataset;
  switch (loss) {
    case 'cross_entropy':
      if (outputs === 1)
        throw new InputError(
          labelsPath,
          'cross-entropy takes two outputs, and the network has one',
          setLoss('binary_cross_entropy'),
          'loss',
        );
      if (classes === null || classes > outputs) throw unfit(dataset, outputs, classNumbers(outputs));
      return labels;
    case 'binary_cross_entropy':
      if (outputs !== 1)
        throw new InputError(
          labelsPath,
          `binary cross-entropy takes one output, and the network has ${outputs}`,
          setLoss('multi_label'),
          'loss',
        );
      return binaryTargets(dataset, outputs, true);
    case 'multi_label':
      return binaryTargets(dataset, outputs, false);
    case 'mean_squared_error':
      if (ending === 'LogSoftmax') throw unfit(dataset, outputs, classNumbers(outputs));
      if (values === null && outputs === 1) return Float32Array.from(labels);
      if (values === null) return oneHot(dataset, outputs);
      if (values.width !== outputs) throw unfit(dataset, outputs, `${outputs} values a sample`);
      return values.data;
  }
}

/** Labels 0 and 1, [samples, outputs]. @param signed whether −1 and 1 will do */
function binaryTargets(dataset: Dataset, outputs: number, signed: boolean): Float32Array {
  const { labels, classes, values } = dataset;
  const wanted = outputs === 1 ? 'labels 0 and 1' : `${outputs} labels a sample, each 0 or 1`;
  if (values === null) {
    if (outputs > 1) return oneHot(dataset, outputs);
    if (classes !== null && classes > 2) throw unfit(dataset, 2, wanted, outputs);
    return Float32Array.from(labels);
  }
  if (values.width !== outputs) throw unfit(dataset, outputs, wanted);
  if (signed && isSigned(values)) return values.data.map((value) => (value + 1) / 2);
  if (!isBinary(values)) throw unfit(dataset, outputs, wanted);
  return values.data;
}

/** [samples, outputs] of class numbers. @throws InputError where there are more classes than outputs */
function oneHot(dataset: Dataset, outputs: number): Float32Array {
  const { labels, classes, samples } = dataset;
  if (classes === null || classes > outputs) throw unfit(dataset, outputs, eitherOf(outputs));
  const rows = new Float32Array(samples * outputs);
  labels.forEach((label, sample) => (rows[sample * outputs + label] = 1));
  return rows;
}

function isBinary({ data }: LabelValues): boolean {
  return data.every((value) => value === 0 || value === 1);
}

function isSigned({ data }: LabelValues): boolean {
  return data.every((value) => Math.abs(value) === 1);
}

function classNumbers(outputs: number): string {
  return `labels 0 to ${outputs - 1}`;
}

function eitherOf(outputs: number): string {
  return outputs === 1 ? 'one value a sample' : `${classNumbers(outputs)}, or ${outputs} values a sample`;
}

function setLoss(loss: LossName): string {
  return `Set "loss" to "${loss}" in modscope.json`;
}

/**
 * @param classes that there may be
 * @param wanted the labels that would do
 */
function unfit(
  { values, labels, labelsPath }: Dataset,
  classes: number,
  wanted: string,
  outputs = classes,
): InputError {
  const sample = labels.findIndex((label) => label >= classes);
  const found = values?.reason ?? `the label of sample ${sample} is ${labels[sample] ?? 0}`;
  return new InputError(
    labelsPath,
    `${found}, and the network has ${plural(outputs, 'output')}, for ${wanted}`,
    'Name the data set that the network was trained for, and its labels ("y" or "label" of "data" in modscope.json)',
  );
}

/** What a report says of a loss that was chosen. */
const CHOSEN: Readonly<Record<LossName, { readonly taken: string; readonly otherwise: string }>> = {
  cross_entropy: {
    taken: "softmax's cross-entropy",
    otherwise: 'With another one, loss, accuracy and backward_hess would differ.',
  },
  binary_cross_entropy: {
    taken: 'binary cross-entropy, of the output z against 0',
    otherwise:
      'With another one, such as mean_squared_error, loss and backward_hess would differ, and there would be R² in the place of accuracy.',
  },
  multi_label: {
    taken:
      'the binary cross-entropy of every label, their mean for each sample, and the accuracy is the share of labels that are right',
    otherwise:
      'With another one, such as cross_entropy of one class for each sample, loss, accuracy and backward_hess would differ.',
  },
  mean_squared_error: {
    taken: 'the mean squared error of a regression, with R² in the place of accuracy',
    otherwise: 'With another one, loss and backward_hess would differ.',
  },
};

/** @param because a sentence without its end */
function assumptionOf(loss: LossName, because: string): Assumption {
  const { taken, otherwise } = CHOSEN[loss];
  return {
    name: 'loss',
    says: `${because}: the loss was taken to be ${taken}.`,
    otherwise,
    fix: `Name it to settle it: {"loss": "${loss}"} in modscope.json, or the one that the network was trained with.`,
  };
}
