import { InputError } from '../base/error';
import { type Choice, chooseDataset } from '../dataset/choose';
import type { Dataset, DatasetOptions, DatasetSource } from '../dataset/dataset';
import { findDatasets } from '../dataset/discover';
import { type NamedData, resolveDataset } from '../dataset/resolve';
import { classesOf, type Model } from '../network/model';
import type { Shape } from '../tensor/shape';

/**
 * The data set the user named, or the one near the checkpoint that fits the network.
 * @param input shape of the network's input; null where any would do
 * @throws InputError about "data"
 */
export function chooseData(
  checkpoint: string,
  named: NamedData | undefined,
  options: DatasetOptions,
  input: Shape | null,
): Promise<Choice> {
  return aboutData(async () =>
    named === undefined
      ? chooseDataset(await findDatasets(checkpoint, options), input, options.split)
      : resolveDataset(named, options, input),
  );
}

/**
 * Reads a data set for a network.
 * @param samples the first so many; all where null, or where there are fewer
 * @throws InputError about "data" when it is a bad one, or a label has no logit
 */
export function loadData(source: DatasetSource, model: Model, samples: number | null): Promise<Dataset> {
  return aboutData(() => load(source, model, samples));
}

async function load(source: DatasetSource, model: Model, samples: number | null): Promise<Dataset> {
  const limit =
    samples === null || (source.samples !== null && samples >= source.samples) ? undefined : samples;
  const dataset = await source.load(limit);
  const logits = classesOf(model);
  const sample = dataset.labels.findIndex((label) => label >= logits);
  if (sample >= 0) {
    throw new InputError(
      source.paths[source.paths.length - 1] ?? dataset.path,
      `the label of sample ${sample} is ${dataset.labels[sample]}, and the network has ${logits} logits, for labels 0 to ${logits - 1}`,
      'Name the data set that the network was trained for',
    );
  }
  return dataset;
}

/** Whatever is wrong with a data set, choosing another one may mend it. */
async function aboutData<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.where, error.problem, error.remedy, 'data');
  }
}
