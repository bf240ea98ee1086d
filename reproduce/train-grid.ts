import { join } from 'node:path';
import { WorkerPool } from '../src/compute/worker-pool';
import { contentHash } from '../src/core/base/content-hash';
import { throwIfCancelled } from '../src/core/base/error';
import { writeFileAtomically } from '../src/core/file/local';
import type { ReproductionData } from './data';
import { denseNetwork } from './dense-network';
import { type NetworkNotes, readNotes, writeNetwork } from './network-file';
import { type Condition, conditionName, recipeOf } from './recipe';
import type { Epoch, TrainingRecipe } from './train';
import type { TrainedAndTried, TrainingMethods } from './training-worker';

/** A network of the grid, on disk. */
export interface GridNetwork {
  readonly condition: Condition;
  readonly path: string;
  readonly recipe: TrainingRecipe;
  readonly notes: NetworkNotes;
}

export interface TrainingOptions {
  readonly mostEpochs: number;
  readonly workers: number;
  /** Where the bundled worker of this program lies. */
  readonly script: string;
  /** Where the .wasm files of the tensor backend lie. */
  readonly wasm: string;
  readonly signal?: AbortSignal | undefined;
  /** Told of every network that is there; `isNew` where it was trained just now. */
  readonly onNetwork?: (network: GridNetwork, isNew: boolean) => void;
}

interface Task {
  readonly condition: Condition;
  readonly path: string;
  readonly recipe: TrainingRecipe;
  readonly hash: string;
}

/**
 * Trains the networks of a grid that are not there yet, several at once, and writes each as soon as it is trained: whatever
 * stops this, what is finished stays, and the next call goes on.
 *
 *   FOLDER/checkpoints/NAME.safetensors   the network, and what is known of it
 *   FOLDER/training/NAME.csv              its loss and norms after every epoch
 *
 * @throws CancelledError
 */
export async function trainGrid(
  conditions: readonly Condition[],
  data: ReproductionData,
  folder: string,
  options: TrainingOptions,
): Promise<GridNetwork[]> {
  const { signal, onNetwork, mostEpochs } = options;
  const samples = contentHash([data.train, data.test]);
  const tasks = conditions.map((condition): Task => {
    const recipe = recipeOf(condition, { ...data, samples: data.train.labels.length, mostEpochs });
    const path = join(folder, 'checkpoints', `${conditionName(condition)}.safetensors`);
    return { condition, path, recipe, hash: contentHash({ version: VERSION, recipe, samples }).slice(0, 32) };
  });
  const found = await Promise.all(tasks.map(({ path }) => readNotes(path)));
  const networks = tasks.map(({ condition, path, recipe, hash }, index): GridNetwork | null => {
    const notes = found[index] ?? null;
    return notes?.recipe_hash === hash ? { condition, path, recipe, notes } : null;
  });
  for (const network of networks) if (network !== null) onNetwork?.(network, false);
  if (networks.every((network) => network !== null)) return networks;

  throwIfCancelled(signal);
  const pool = new WorkerPool<TrainingMethods>(options.script, options.workers);
  const stop = (): void => void pool.close();
  signal?.addEventListener('abort', stop);
  try {
    await pool.runOnEach('start', { folder: options.wasm, train: data.train, test: data.test });
    return await Promise.all(
      tasks.map(async (task, index) => {
        const there = networks[index] ?? null;
        if (there !== null) return there;
        const network = await write(task, await pool.run('train', task.recipe), folder);
        onNetwork?.(network, true);
        return network;
      }),
    );
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

/** Why training ended, where its loss still fell. */
export const EPOCHS_RAN_OUT = 'the epochs had run out';

/** To be counted up where the same recipe would give another network than before. */
const VERSION = 1;

/** The network last: where it is, all that is known of it is. */
async function write(
  { condition, path, recipe, hash }: Task,
  trained: TrainedAndTried,
  folder: string,
): Promise<GridNetwork> {
  const { epochs, steps, train, test } = trained;
  const last = epochs.at(-1);
  const { window, patience } = recipe.plateau;
  const meanBefore = (end: number): number => {
    const part = epochs.slice(Math.max(0, end - window), Math.max(1, end));
    return part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
  };
  const notes: NetworkNotes = {
    ...condition,
    seed: recipe.seed,
    epoch: epochs.length,
    step: steps,
    objective_loss: meanBefore(epochs.length),
    objective_loss_before: meanBefore(epochs.length - patience),
    train_loss: train.loss,
    train_accuracy: train.accuracy,
    test_loss: test.loss,
    test_accuracy: test.accuracy,
    l1_norm: last?.norms.l1 ?? 0,
    l2_norm: last?.norms.l2 ?? 0,
    comment: trained.hasConverged ? 'the training loss had stopped falling' : EPOCHS_RAN_OUT,
    recipe_hash: hash,
  };
  await writeFileAtomically(join(folder, 'training', `${conditionName(condition)}.csv`), curve(epochs));
  await writeNetwork(path, denseNetwork(recipe.sizes, trained.values), notes);
  return { condition, path, recipe, notes };
}

function curve(epochs: readonly Epoch[]): string {
  const rows = epochs.map(({ loss, norms }, index) => `${index + 1},${loss},${norms.l1},${norms.l2}\n`);
  return `epoch,loss,l1_norm,l2_norm\n${rows.join('')}`;
}
