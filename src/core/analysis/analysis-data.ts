import { createHash } from 'node:crypto';
import { InputError } from '../base/error';
import type { LossChoice } from '../choices';
import {
  candidatesNamed,
  type Choice,
  chooseDataset,
  type NamedData,
  resolveDataset,
} from '../dataset/choose';
import { zeroBased } from '../dataset/class-names';
import type { Dataset, DatasetOptions, DatasetSource } from '../dataset/dataset';
import { candidatesNear, findDatasets } from '../dataset/discover';
import type { Shape } from '../tensor/shape';
import { type ChosenLoss, evaluationData, type NetworkOutputs } from './evaluation-data';
import type { AnalysisInput } from './input';

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

/** The files of the data set that an analysis would take now. Reads headers. @throws InputError as the analysis would */
export async function chosenFiles(
  { checkpoint, data, dataOptions = {} }: AnalysisInput,
  input: Shape,
): Promise<string[]> {
  return filesOf(await chooseData(checkpoint, data, dataOptions, input));
}

/** Hash of the names of all files that may be an analysis's data. While it is the same, so is the choice. Opens none of them. */
export async function candidatesHash({ checkpoint, data, dataOptions = {} }: AnalysisInput): Promise<string> {
  const proposals =
    data === undefined
      ? (await candidatesNear(checkpoint, dataOptions)).proposals
      : await candidatesNamed(data, dataOptions);
  const paths = proposals.flatMap((proposal) => proposal.paths).sort();
  return createHash('sha256').update(JSON.stringify(paths)).digest('hex');
}

/** The files of a data set, with all its splits. */
export function filesOf({ splits }: Choice): string[] {
  return splits.flatMap(({ paths }) => paths);
}

/** The shape of a sample as the network takes it. */
export function inputShapeOf({ main }: Choice): Shape {
  return main.sampleShape;
}

/**
 * Reads a data set for a network.
 * @param samples the first so many; all where null, or where there are fewer
 * @param loss the one that was asked for, or "auto"
 * @throws InputError about "data" when it is a bad one, or its labels are not for the network or the loss
 */
export function loadData(
  source: DatasetSource,
  network: NetworkOutputs,
  samples: number | null,
  loss: LossChoice,
): Promise<ChosenLoss> {
  return aboutData(() => load(source, network, samples, loss));
}

async function load(
  source: DatasetSource,
  network: NetworkOutputs,
  samples: number | null,
  loss: LossChoice,
): Promise<ChosenLoss> {
  const limit =
    samples === null || (source.samples !== null && samples >= source.samples) ? undefined : samples;
  const dataset = fromZero(await source.load(limit), network.outputs, loss);
  return evaluationData(dataset, network, loss);
}

/** Classes counted from 0; of one output, where there are two, as it stands against 0. Numbers of a regression stay as they are. */
function fromZero(dataset: Dataset, outputs: number, loss: LossChoice): Dataset {
  if (outputs > 1) return zeroBased(dataset, outputs);
  const isTwo = dataset.classes === 3 && !dataset.labels.includes(0);
  return isTwo && loss !== 'mean_squared_error' ? zeroBased(dataset, 2) : dataset;
}

/** Whatever is wrong with a data set, choosing another one may mend it. */
async function aboutData<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.where, error.problem, error.remedy, error.about ?? 'data');
  }
}
