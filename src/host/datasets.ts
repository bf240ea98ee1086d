import { InputError } from '../core/base/error';
import type { DatasetSource } from '../core/dataset/dataset';
import { findDatasets, findDatasetsBelow } from '../core/dataset/discover';
import { fitted } from '../core/dataset/layout';
import { type NetworkDescription, networkOf } from '../core/network/find/find';
import type { Shape } from '../core/tensor/shape';
import type { DatasetChoice, HostMethods } from '../protocol';
import { type Config, describedNetwork, readConfig } from '../settings/config';
import { withCheckpoint } from './inspect';

/** The data sets near a checkpoint, then those of the workspace, that its network takes. Headers alone are read. */
export async function datasets({
  checkpoint,
  config,
  root,
}: HostMethods['datasets']['input']): Promise<DatasetChoice[]> {
  const stored: Config = config === null ? {} : await readConfig(config);
  const options = stored.data?.options ?? {};
  const input = await inputShape(checkpoint, describedNetwork(stored));
  const near = await findDatasets(checkpoint, options);
  const all = await findDatasetsBelow(root, options);
  const choices = new Map<string, DatasetChoice>();
  for (const source of [...near.sources, ...all.sources]) {
    const choice = choiceOf(source);
    if (fitted(source, input) !== null) choices.set(`${choice.path} ${choice.split}`, choice);
  }
  return [...choices.values()];
}

/** Of the network, without samples; null where it is not known, so that any data set may be its own. */
async function inputShape(path: string, described: NetworkDescription): Promise<Shape | null> {
  return withCheckpoint(path, async (checkpoint) => {
    try {
      return (await networkOf(checkpoint, described))?.nodes[0]?.shape ?? null;
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  });
}

function choiceOf({ paths, kind, split, samples, sampleShape }: DatasetSource): DatasetChoice {
  return { path: paths[0]!, kind, split, samples, sampleShape };
}
