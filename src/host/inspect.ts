import { stat } from 'node:fs/promises';
import type { Checkpoint } from '../core/checkpoint/checkpoint';
import { openCheckpoint } from '../core/checkpoint/open';
import type { CheckpointInfo } from '../protocol';

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
  return withCheckpoint(path, async ({ format, tensors, hyperParameters, metadata, stubs }) => ({
    path,
    format,
    bytes: (await stat(path)).size,
    tensors: [...tensors.values()],
    hyperParameters,
    metadata,
    stubs,
  }));
}
