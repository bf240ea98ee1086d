import * as v from 'valibot';
import { openCheckpoint } from '../src/core/checkpoint/formats/open';
import { InputError } from '../src/core/base/error';
import { exists } from '../src/core/file/folders';
import { writeFileAtomically } from '../src/core/file/local';
import type { DenseNetwork } from './dense-network';
import type { Condition } from './recipe';
import { safetensorsOf } from './safetensors-writer';

const number = v.pipe(v.string(), v.transform(Number), v.number(), v.finite());

/**
 * What stands beside the weights, under names by which `modscope study` knows hyper-parameters from metrics and times.
 * Of the loss, `objective` is what training lowered (with penalties and dropout), `train_loss` and `test_loss` are the
 * cross-entropy of the network as it is used.
 */
const Notes = v.object({
  dropout: number,
  l1: number,
  l2: number,
  run: number,
  seed: number,
  epoch: number,
  step: number,
  objective_loss: number,
  objective_loss_before: number,
  train_loss: number,
  train_accuracy: number,
  test_loss: number,
  test_accuracy: number,
  l1_norm: number,
  l2_norm: number,
  comment: v.string(),
  recipe_hash: v.string(),
});
export type NetworkNotes = v.InferOutput<typeof Notes>;

/** The same for all networks. */
const CONSTANTS = { nonlinearity: 'relu', optimizer: 'adam' };

/** Writes a network and what is known of it, whole or not at all. */
export function writeNetwork(
  path: string,
  network: DenseNetwork,
  notes: NetworkNotes | (Pick<Condition, 'run'> & { readonly seed: number }),
  constants: Readonly<Record<string, string>> = {},
): Promise<void> {
  const texts = Object.fromEntries(Object.entries(notes).map(([key, value]) => [key, String(value)]));
  return writeFileAtomically(path, safetensorsOf(network, { ...texts, ...CONSTANTS, ...constants }));
}

/** What stands in a network's file; null where there is none, or one that this program has not trained. */
export async function readNotes(path: string): Promise<NetworkNotes | null> {
  if (!(await exists(path))) return null;
  try {
    const checkpoint = await openCheckpoint(path);
    const notes = v.safeParse(Notes, checkpoint.metadata);
    await checkpoint.close();
    return notes.success ? notes.output : null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
