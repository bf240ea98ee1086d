import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { CheckpointReader } from '../checkpoint';
import { unpickle } from '../pickle/unpickle';
import type { PickleValue } from '../pickle/value';
import { openArchive, type TorchArchive } from './archive';
import { isLightning, torchCheckpoint } from './checkpoint';
import { persistentValue, TORCH } from './known';
import { StorageRef } from './tensor';

const FORMAT = 'PyTorch zip';
const MAIN = 'data.pkl';
/** Bytes of the largest pickle: weights are not in it. */
const LARGEST_PICKLE = 2 ** 28;

/** The header of a zip file's first entry, up to its name. */
const LOCAL_HEADER = 'PK\x03\x04';
const NAME_LENGTH = 26;
const NAME = 30;
/** What the first entry may be called: torch.save begins with data.pkl, torch.jit.save with a storage or code. */
const FIRST =
  /^[^/]+\/(?:data\.pkl|data\/\d+|version|byteorder|constants\.pkl|\.format_version|\.data\/|code\/)/;
const EXTENSIONS = /\.(?:pt|pth|ckpt|bin|pkl|th|tar)$/i;

/** torch.save since 1.6, which Lightning uses, and torch.jit.save. */
export const torchZipReader: CheckpointReader = {
  format: FORMAT,
  match(head, file) {
    const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
    if (bytes.length < NAME || bytes.toString('latin1', 0, LOCAL_HEADER.length) !== LOCAL_HEADER)
      return false;
    const first = bytes.toString('utf8', NAME, NAME + bytes.readUInt16LE(NAME_LENGTH));
    return FIRST.test(first) || EXTENSIONS.test(file.path);
  },
  async open(file) {
    const archive = await openArchive(file);
    const storages: StorageRef[] = [];
    const unpickled = unpickle(await archive.mainPickle(LARGEST_PICKLE), {
      file: file.path,
      part: MAIN,
      known: TORCH,
      persistent(id) {
        const value = persistentValue(id);
        if (value instanceof StorageRef) storages.push(value);
        return value;
      },
    });
    for (const storage of storages) checkSize(archive, storage);
    return torchCheckpoint(file, formatOf(archive, unpickled.value), unpickled, archive);
  },
};

/** @throws InputError unless the archive holds as many values of a storage as the pickle says */
function checkSize(archive: TorchArchive, { key, type, count }: StorageRef): void {
  if (count === 0) return;
  const held = archive.storageSize(key);
  if (held !== undefined && Math.floor(held / type.size) === count) return;
  const found = held === undefined ? 'which is missing' : `which has ${held} bytes`;
  throw new InputError(
    archive.path,
    `${MAIN} wants ${count * type.size} bytes of storage ${quote(key)}, ${found}`,
  );
}

function formatOf(archive: TorchArchive, value: PickleValue): string {
  if (archive.isScript) return 'TorchScript';
  return isLightning(value) ? 'Lightning' : FORMAT;
}
