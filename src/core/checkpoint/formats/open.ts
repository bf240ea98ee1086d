import { InputError } from '../../base/error';
import type { RandomAccessFile } from '../../file/file';
import { type OpenFile, openLocalFile } from '../../file/local';
import type { Checkpoint, CheckpointReader } from '../checkpoint';
import { withEffectiveWeights } from '../parametrizations';
import { withTrainingSetAside } from '../set-aside';
import { npzReader } from './npz';
import { onnxReader } from './onnx/onnx';
import { safetensorsReader } from './safetensors';
import { shardIndexReader } from './shards';
import { torchLegacyReader } from './torch/torch-legacy';
import { torchZipReader } from './torch/torch-zip';

/** Bytes given to a reader's `match`. */
const HEAD = 4096;

/** Readers of checkpoints in one file. The first that recognises a file reads it, so the vaguer marks come last. */
const SINGLE: readonly CheckpointReader[] = [
  npzReader,
  torchZipReader,
  torchLegacyReader,
  safetensorsReader,
  onnxReader,
];

const READERS: readonly CheckpointReader[] = [...SINGLE, shardIndexReader((file) => openWith(SINGLE, file))];

/**
 * Opens a checkpoint of any format; only headers are read. Weights that a file holds in parts are listed whole as well, and
 * what belongs to the training is set aside.
 * @param open how files are opened
 * @throws InputError when there is no such file, no reader knows it, or it is damaged
 */
export async function openCheckpoint(path: string, open: OpenFile = openLocalFile): Promise<Checkpoint> {
  const file = await open(path);
  try {
    const checkpoint = await openWith(READERS, file);
    // A graph says itself what it is made of.
    if (checkpoint.graph !== undefined) return checkpoint;
    return withEffectiveWeights(withTrainingSetAside(checkpoint));
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openWith(readers: readonly CheckpointReader[], file: RandomAccessFile): Promise<Checkpoint> {
  if (file.size === 0) throw new InputError(file.path, 'is empty');
  const head = await file.read(0, Math.min(HEAD, file.size));
  refuseLfsPointer(head, file.path);
  const reader = readers.find((candidate) => candidate.match(head, file));
  if (reader === undefined) throw unknownFormat(readers, head, file);
  return reader.open(file);
}

function unknownFormat(
  readers: readonly CheckpointReader[],
  head: Uint8Array,
  file: RandomAccessFile,
): InputError {
  const formats = readers.map(({ format }) => format).join(', ');
  const start = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const problem = `is not a checkpoint Modscope knows: it begins with ${start}`;
  return new InputError(file.path, problem, `Expected is one of ${formats}`);
}

/**
 * Refuses a Git LFS pointer: a few lines of text in a working copy, in place of a large file not yet fetched.
 * @throws InputError when `head` begins one
 */
function refuseLfsPointer(head: Uint8Array, path: string): void {
  const text = new TextDecoder().decode(head.subarray(0, 512));
  if (!text.startsWith('version https://git-lfs')) return;
  const size = /^size (\d+)$/m.exec(text)?.[1];
  const of = size === undefined ? '' : ` of ${size} bytes`;
  throw new InputError(
    path,
    `is a Git LFS pointer to a file${of}, not the file itself`,
    'Run `git lfs pull`',
  );
}
