import type { Checkpoint } from '../checkpoint/checkpoint';
import { openCheckpoint } from '../checkpoint/formats/open';
import type { Choice } from '../dataset/choose';
import { networkOf } from '../network/find/find';
import type { Network } from '../network/network';
import type { Shape } from '../tensor/shape';
import { chooseData } from './analysis-data';
import type { AnalysisInput } from './input';

/** What is analyzed, found and not yet read: of the checkpoint and the data only headers were. */
export interface Subject {
  readonly input: AnalysisInput;
  readonly checkpoint: Checkpoint;
  readonly network: Network;
  /** The data set, with all its splits. */
  readonly choice: Choice;
}

/**
 * Opens a checkpoint, finds its network and the data for it, uses them and closes the checkpoint, whatever happens.
 * @throws InputError for what is wrong with the input
 */
export async function withSubject<T>(
  input: AnalysisInput,
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  const checkpoint = await openCheckpoint(input.checkpoint);
  try {
    const choose = (shape: Shape | null): Promise<Choice> =>
      chooseData(input.checkpoint, input.data, input.dataOptions ?? {}, shape);
    const network =
      (await networkOf(checkpoint, input)) ??
      (await networkOf(checkpoint, input, (await choose(null)).main.sampleShape));
    if (network === null) throw new Error('the shape of a sample was given');
    const choice = await choose(network.nodes[0]?.shape ?? null); // as the network takes them
    return await use({ input, checkpoint, network, choice });
  } finally {
    await checkpoint.close();
  }
}
