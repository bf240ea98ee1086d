import { createHash } from 'node:crypto';
import type { AnalysisInput } from '../core/analysis/analyze';
import { type Choice, chooseDataset } from '../core/dataset/choose';
import { candidatesNear, findDatasets } from '../core/dataset/discover';
import { candidatesNamed, resolveDataset } from '../core/dataset/resolve';
import type { Shape } from '../core/tensor/shape';

/** Tells whether an analysis would take the same data set as before, without opening the checkpoint. */

export function filesOf({ splits }: Choice): string[] {
  return splits.flatMap(({ paths }) => paths);
}

/** The shape of a sample as the network takes it. */
export function inputShapeOf({ main }: Choice): Shape {
  return main.sampleShape;
}

/** Hash of the names of all files that may be data for it: while it is the same, so is the choice. Opens none of them. */
export async function candidatesHash({ checkpoint, data, dataOptions = {} }: AnalysisInput): Promise<string> {
  const proposals =
    data === undefined
      ? (await candidatesNear(checkpoint, dataOptions)).proposals
      : await candidatesNamed(data, dataOptions);
  const paths = proposals.flatMap((proposal) => proposal.paths).sort();
  return createHash('sha256').update(JSON.stringify(paths)).digest('hex');
}

/** The files of the data set that it would take now. Reads headers. @throws InputError as the analysis would */
export async function chosenFiles(
  { checkpoint, data, dataOptions = {} }: AnalysisInput,
  input: Shape,
): Promise<string[]> {
  const choice =
    data === undefined
      ? chooseDataset(await findDatasets(checkpoint, dataOptions), input, dataOptions.split)
      : await resolveDataset(data, dataOptions, input);
  return filesOf(choice);
}
