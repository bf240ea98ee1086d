import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { InputError, throwIfCancelled } from '../core/base/error';
import type { Checkpoint } from '../core/checkpoint/checkpoint';
import { openCheckpoint } from '../core/checkpoint/formats/open';
import type { DatasetSource } from '../core/dataset/dataset';
import { findDatasets, findDatasetsBelow } from '../core/dataset/discover';
import { fitted } from '../core/dataset/layout';
import { type NetworkDescription, networkOf } from '../core/network/find/find';
import type { Tensor } from '../core/tensor/dtype';
import { elementCount, type Shape } from '../core/tensor/shape';
import type { CheckpointInfo, DatasetChoice, HostMethods, TensorStatistics } from '../protocol';
import { type Config, describedNetwork, readConfig } from '../settings/config';

// What the host tells of a checkpoint without analysing it: its headers, a tensor's statistics, the data sets it may take.

/** Opens a checkpoint, uses it and closes it, whatever happens. @throws InputError */
export async function withCheckpoint<T>(
  path: string,
  use: (checkpoint: Checkpoint) => T | Promise<T>,
): Promise<T> {
  const checkpoint = await openCheckpoint(path);
  try {
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}

/** What a checkpoint says of itself; its headers alone are read. @throws InputError */
export function checkpointInfo(path: string): Promise<CheckpointInfo> {
  return withCheckpoint(
    path,
    async ({ format, tensors, hyperParameters, configuration, metadata, stubs }) => ({
      path,
      format,
      bytes: (await stat(path)).size,
      tensors: [...tensors.values()],
      hyperParameters: { ...configuration, ...hyperParameters },
      metadata,
      stubs,
    }),
  );
}

/** Values of a tensor piece by piece, as often as it is iterated. */
type Pieces = AsyncIterable<Tensor['data']>;

/** Values in memory at a time, and looked at before other calls have their turn: 16 MB of float32, some milliseconds. */
const PIECE = 1 << 22;

/**
 * A tensor's values in pieces, read from the file as they are needed where its format allows it, else read whole at first.
 * @throws InputError for a tensor that cannot be read; CancelledError
 */
export function tensorPieces(checkpoint: Checkpoint, name: string, signal: AbortSignal): Pieces {
  const total = elementCount(checkpoint.tensors.get(name)?.shape ?? []) ?? 0;
  let whole: ReturnType<Checkpoint['read']> | null = null;
  return {
    async *[Symbol.asyncIterator]() {
      for (let first = 0; first < total; first += PIECE) {
        throwIfCancelled(signal);
        const count = Math.min(PIECE, total - first);
        const part = whole === null ? await checkpoint.readPart(name, first, count) : undefined;
        yield part ?? (await (whole ??= checkpoint.read(name))).data.subarray(first, first + count);
        await setImmediate();
      }
    },
  };
}

const BINS = 64;

/**
 * Statistics of a tensor's finite values in two passes, so that no more than a piece of it need be in memory.
 * The mean and SD are those of all values (not a sample's); null where no value is finite.
 */
export async function tensorStatistics(pieces: Pieces): Promise<TensorStatistics> {
  const { count, finite, zeros, min, max, sum } = await extent(pieces);
  const histogram = new Array<number>(BINS).fill(0);
  if (finite === 0)
    return { count, min: null, max: null, mean: null, sd: null, zeros, nonFinite: count, histogram };
  const mean = sum / finite;
  const perValue = max > min ? BINS / (max - min) : 0;
  let squares = 0;
  for await (const values of pieces) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      squares += (value - mean) ** 2;
      // The greatest value belongs to the last bin, as in NumPy.
      histogram[Math.min(BINS - 1, Math.floor((value - min) * perValue))]!++;
    }
  }
  const sd = Math.sqrt(squares / finite);
  // Of values near the end of float64 the sums overflow.
  const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { count, min, max, mean: orNull(mean), sd: orNull(sd), zeros, nonFinite: count - finite, histogram };
}

async function extent(pieces: Pieces) {
  let [count, finite, zeros, sum] = [0, 0, 0, 0];
  let [min, max] = [Infinity, -Infinity];
  for await (const values of pieces) {
    count += values.length;
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      finite++;
      sum += value;
      if (value === 0) zeros++;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { count, finite, zeros, sum, min, max };
}

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

/** The shape of a sample as the network takes it; null where it is not known, so that any data set may fit. */
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
