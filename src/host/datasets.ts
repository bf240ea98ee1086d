import { type Config, readConfig } from '../core/analysis/config';
import { describedNetwork } from '../core/analysis/settings';
import { fits } from '../core/dataset/choose';
import type { DatasetSource } from '../core/dataset/dataset';
import { findDatasets, findDatasetsBelow } from '../core/dataset/discover';
import { sampleSize } from '../core/dataset/inputs';
import { InputError } from '../core/error';
import type { NetworkSpec } from '../core/network/from-spec';
import { findNetwork } from '../core/network/find';
import type { DatasetChoice, HostMethods } from '../protocol';
import { withCheckpoint } from './inspect';

/** The data sets near a checkpoint, then those of the workspace, that its network takes. Headers alone are read. */
export async function datasets({
  checkpoint,
  config,
  root,
}: HostMethods['datasets']['input']): Promise<DatasetChoice[]> {
  const stored: Config = config === null ? {} : await readConfig(config);
  const options = stored.data?.options ?? {};
  const inputs = await inputSize(checkpoint, describedNetwork(stored.model));
  const near = await findDatasets(checkpoint, options);
  const all = await findDatasetsBelow(root, options);
  const choices = new Map<string, DatasetChoice>();
  for (const source of [...near.sources, ...all.sources]) {
    const choice = choiceOf(source);
    if (fits(source, inputs)) choices.set(`${choice.path} ${choice.split}`, choice);
  }
  return [...choices.values()];
}

/** Values in one input; null where the network is not known, so that any data set may be its own. */
async function inputSize(path: string, network: NetworkSpec | undefined): Promise<number | null> {
  return withCheckpoint(path, (checkpoint) => {
    try {
      const [input] = findNetwork(checkpoint, network)?.nodes ?? [];
      return input === undefined ? null : sampleSize(input.shape);
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  });
}

function choiceOf({ paths, kind, split, samples, sampleShape }: DatasetSource): DatasetChoice {
  return { path: paths[0]!, kind, split, samples, sampleShape };
}
