import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../core/base/error';
import type { Checkpoint } from '../core/checkpoint/checkpoint';
import { elementCount } from '../core/tensor/shape';
import type { Pieces } from './tensor-statistics';

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
