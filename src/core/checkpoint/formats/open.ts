import { InputError } from '../../base/error';
import type { RandomAccessFile } from '../../file/file';
import { isFolder } from '../../file/folders';
import { type OpenFile, openLocalFile } from '../../file/local';
import type { Checkpoint, CheckpointReader } from '../checkpoint';
import { withEffectiveWeights } from '../parametrizations';
import { withTrainingSetAside } from '../set-aside';
import { checkpointInFolder } from './checkpoint-folder';
import { siblingConfig } from './hugging-face';
import { kerasHdf5Reader, kerasZipReader } from './keras/keras';
import { npzReader } from './npz';
import { onnxReader } from './onnx/onnx';
import { pythonPickleReader } from './python/python-pickle';
import { safetensorsReader } from './safetensors';
import { torchExportReader } from './export/torch-export';
import { shardIndexReader } from './shards';
import { tfjsReader } from './tfjs';
import { torchLegacyReader } from './torch/torch-legacy';
import { torchZipReader } from './torch/torch-zip';
import { refuseUnread } from './unread';

/** Bytes given to a reader's `match`. */
const HEAD = 4096;

/** Readers of checkpoints in one file. The first that recognises a file reads it, so the vaguer marks come last. */
const SINGLE: readonly CheckpointReader[] = [
  npzReader,
  kerasZipReader,
  kerasHdf5Reader,
  torchExportReader,
  torchZipReader,
  torchLegacyReader,
  pythonPickleReader,
  safetensorsReader,
  onnxReader,
];

const READERS: readonly CheckpointReader[] = [
  ...SINGLE,
  tfjsReader,
  shardIndexReader((file) => openWith(SINGLE, file)),
];

/**
 * Opens a checkpoint of any format, or the one in a folder; only headers are read. Weights that a file holds in parts are
 * listed whole as well, and what belongs to the training is set aside.
 * @param open how files are opened
 * @throws InputError when there is no such file, no reader knows it, or it is damaged
 */
export async function openCheckpoint(path: string, open: OpenFile = openLocalFile): Promise<Checkpoint> {
  const found = (await isFolder(path)) ? await checkpointInFolder(path) : { path, note: null };
  const file = await open(found.path);
  try {
    const checkpoint = await openWith(READERS, file);
    const configuration = await siblingConfig(file);
    const opened: Checkpoint = {
      ...checkpoint,
      // Some grow as they are read.
      get files() {
        return checkpoint.files;
      },
      ...(configuration !== null && { configuration }),
      ...(found.note !== null && { notes: [found.note] }),
    };
    // A graph says itself what it is made of.
    return opened.graph === undefined ? withEffectiveWeights(withTrainingSetAside(opened)) : opened;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openWith(readers: readonly CheckpointReader[], file: RandomAccessFile): Promise<Checkpoint> {
  if (file.size === 0)
    throw new InputError(file.path, 'is empty', 'It was not written to its end: copy or save it again');
  const head = await file.read(0, Math.min(HEAD, file.size));
  refuseLfsPointer(head, file.path);
  refuseUnread(head, file, false);
  const reader = readers.find((candidate) => candidate.match(head, file));
  if (reader !== undefined) return reader.open(file);
  refuseUnread(head, file, true);
  const formats = readers.map(({ format }) => format).join(', ');
  throw new InputError(file.path, 'is not a checkpoint Modscope knows', `Expected is one of ${formats}`);
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
