import type { Assumption } from '../base/assumption';
import type { Choice } from '../dataset/choose';
import type { DatasetSource, Scaling } from '../dataset/dataset';
import type { EvaluationData } from './evaluation-data';

/** A way to normalise pixels after they were divided by 255: (pixel − mean) / std. */
export interface Normalisation {
  /** e.g. "the mean and standard deviation of MNIST". */
  readonly words: string;
  readonly scaling: Required<Pick<Scaling, 'mean' | 'std'>>;
  readonly assumption: Assumption;
}

/** The aspect of a reading that says how pixels are normalised. */
export const NORMALISED_BY = 'normalisation';

/** What is taken of that aspect by default. */
export const NOT_NORMALISED = 'nothing';

/** What tutorials and torchvision's examples divide pixels by, by the number of channels. */
const USUAL: ReadonlyMap<number, readonly (readonly [string, readonly number[], readonly number[]])[]> =
  new Map([
    [
      1,
      [
        ['the mean and standard deviation of MNIST', [0.1307], [0.3081]],
        ['a mean and standard deviation of 0.5', [0.5], [0.5]],
      ],
    ],
    [
      3,
      [
        ['the means and standard deviations of CIFAR-10', [0.4914, 0.4822, 0.4465], [0.247, 0.2435, 0.2616]],
        ['the means and standard deviations of ImageNet', [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]],
        ['means and standard deviations of 0.5', [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]],
      ],
    ],
  ]);

/** The usual normalisations of a data set of pixels; none where it holds other numbers, or the user says how. */
export function normalisations(data: EvaluationData): Normalisation[] {
  if (!isPlain(data)) return [];
  const { sampleShape } = data;
  const channels = sampleShape.length === 3 ? sampleShape[0]! : 1;
  return (USUAL.get(channels) ?? []).map(([words, mean, std]) => ({
    words,
    scaling: { mean, std },
    assumption: assumptionOf(`The pixels were normalised by ${words}.`),
  }));
}

/** What is said where pixels are only divided by 255; null where that is no assumption. */
export function plainPixels(data: EvaluationData): Assumption | null {
  return isPlain(data)
    ? assumptionOf('The pixels were divided by 255, and not normalised by a mean and a standard deviation.')
    : null;
}

/** The same data, all splits of it normalised. */
export function withNormalisation({ main, splits }: Choice, { scaling }: Normalisation): Choice {
  const normalised = new Map(splits.map((split) => [split, normalisedSource(split, scaling)]));
  return { main: normalised.get(main) ?? normalisedSource(main, scaling), splits: [...normalised.values()] };
}

function normalisedSource(source: DatasetSource, scaling: Normalisation['scaling']): DatasetSource {
  return {
    ...source,
    load: async (samples) => {
      const dataset = await source.load(samples);
      return { ...dataset, scaling: { ...dataset.scaling, ...scaling } };
    },
  };
}

function isPlain({ inputs, scaling }: EvaluationData): boolean {
  return (
    inputs instanceof Uint8Array &&
    scaling.divisor === 255 &&
    scaling.mean === undefined &&
    scaling.std === undefined
  );
}

function assumptionOf(says: string): Assumption {
  return {
    name: NORMALISED_BY,
    says,
    otherwise: 'Normalised otherwise, loss, accuracy and all measures differ.',
    fix: 'Set "mean" and "std" of "data" in modscope.json to those of the training; [0] and [1] leave the pixels as they are.',
  };
}
