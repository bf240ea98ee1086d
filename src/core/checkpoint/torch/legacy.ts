import { InputError } from '../../base/error';
import type { RandomAccessFile } from '../../file/file';
import type { CheckpointReader } from '../checkpoint';
import { asDictionary } from '../pickle/plain';
import type { PickleValue } from '../pickle/value';
import { isLightning, torchCheckpoint } from './checkpoint';
import { persistentValue, TORCH } from './known';
import { locateStorages } from './legacy-storages';
import { PickleSequence } from './pickle-sequence';
import { StorageRef } from './tensor';

const FORMAT = 'PyTorch legacy';
const PROTOCOL = 1001;
/** The magic number, little-endian, as LONG1 writes it. */
const MAGIC = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex');
/** It comes behind PROTO and perhaps FRAME. */
const MAGIC_WITHIN = 32;
const PROTO = 0x80;

/**
 * torch.save before 1.6: pickles one after the other (magic number, version, system, the object, the storages'
 * keys), then the storages. Other pickles are recognised to be refused by name.
 */
export const torchLegacyReader: CheckpointReader = {
  format: FORMAT,
  match: (head) => hasMagic(head) || isPickle(head),
  async open(file) {
    if (!hasMagic(await file.read(0, Math.min(MAGIC_WITHIN, file.size)))) throw notTorch(file);
    const storages: StorageRef[] = [];
    const pickles = new PickleSequence(file, TORCH, (id) => {
      const value = persistentValue(id);
      if (value instanceof StorageRef) storages.push(value);
      return value;
    });
    await pickles.next('magic number');
    const version = await pickles.next('version');
    if (version.value !== PROTOCOL)
      throw new InputError(file.path, `is in an unknown version of PyTorch's legacy format`);
    const system = asDictionary((await pickles.next('system')).value);
    const object = await pickles.next('object');
    const keys = await pickles.next('storage keys');

    const bigEndian = system?.get('little_endian') === false;
    const source = await locateStorages(file, { keys: keys.value, start: keys.end, storages, bigEndian });
    return torchCheckpoint(file, formatOf(object.value), object, source);
  },
};

function hasMagic(head: Uint8Array): boolean {
  return head[0] === PROTO && Buffer.from(head.subarray(0, MAGIC_WITHIN)).includes(MAGIC);
}

/** PROTO and a version. The length that a safetensors file begins with may look so, and has zeros then. */
function isPickle(head: Uint8Array): boolean {
  const [first, version = 0] = head;
  return first === PROTO && version >= 2 && version <= 5 && head.subarray(4, 8).some((byte) => byte !== 0);
}

function notTorch(file: RandomAccessFile): InputError {
  return new InputError(
    file.path,
    'is a Python pickle that torch.save did not write',
    'Save the weights with torch.save(model.state_dict(), "weights.pt")',
  );
}

function formatOf(value: PickleValue): string {
  return isLightning(value) ? 'Lightning legacy' : FORMAT;
}
