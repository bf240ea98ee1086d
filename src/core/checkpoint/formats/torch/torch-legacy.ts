import { InputError } from '../../../base/error';
import { quote } from '../../../base/text';
import type { RandomAccessFile } from '../../../file/file';
import type { CheckpointReader } from '../../checkpoint';
import { MoreBytesNeeded } from '../pickle/cursor';
import { asDictionary } from '../pickle/plain';
import { unpickle, type Unpickled } from '../pickle/unpickle';
import type { Known, PickleValue } from '../pickle/value';
import { isLightning, torchCheckpoint } from './contents';
import { persistentValue, TORCH } from './torch-globals';
import { StorageRef, type StorageSource } from './torch-tensor';

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

/** Each storage is headed by its number of values. */
const COUNT_BYTES = 8;

interface Plan {
  /** In the order of the file. */
  readonly keys: PickleValue;
  /** Where the first storage is. */
  readonly start: number;
  readonly storages: readonly StorageRef[];
  readonly bigEndian: boolean;
}

/**
 * Finds a legacy file's storages by skipping from one to the next; only their counts are read.
 * @throws InputError when they are not what the pickle says, or not all there
 */
async function locateStorages(file: RandomAccessFile, plan: Plan): Promise<StorageSource> {
  const places = new Map<string, { readonly offset: number; readonly length: number }>();
  const wanted = new Map(plan.storages.map((storage) => [storage.key, storage]));
  let at = plan.start;
  for (const key of keyNames(file, plan.keys)) {
    const storage = wanted.get(key);
    if (storage === undefined || places.has(key))
      throw new InputError(file.path, `has a storage ${quote(key)} that belongs to nothing`);
    const counted = new DataView((await file.read(at, COUNT_BYTES)).buffer).getBigInt64(0, !plan.bigEndian);
    if (counted !== BigInt(storage.count))
      throw new InputError(file.path, `storage ${quote(key)} has ${counted} values, not ${storage.count}`);
    const place = { offset: at + COUNT_BYTES, length: storage.count * storage.type.size };
    at = place.offset + place.length;
    if (at > file.size)
      throw new InputError(file.path, `ends inside storage ${quote(key)}, ${at - file.size} bytes too early`);
    places.set(key, place);
  }
  for (const { key, type, count } of plan.storages) {
    if (places.get(key)?.length !== count * type.size)
      throw new InputError(file.path, `has no storage ${quote(key)} of ${count} values`);
  }
  return {
    bigEndian: plan.bigEndian,
    read(key, start, length) {
      const place = places.get(key);
      if (place === undefined || start + length > place.length)
        throw new InputError(file.path, `storage ${quote(key)} ends too early`);
      return file.read(place.offset + start, length);
    },
  };
}

function keyNames(file: RandomAccessFile, keys: PickleValue): string[] {
  if (!Array.isArray(keys)) throw new InputError(file.path, 'lists its storages in no known way');
  return keys.map((key) => (typeof key === 'number' ? String(key) : typeof key === 'string' ? key : ''));
}

/** Bytes read at first, how they grow, and at most: what follows the pickles is large. */
const FIRST_READ = 2 ** 16;
const GROWTH = 4;
const LARGEST = 2 ** 28;

/** Pickles one after the other at the beginning of a file, of which no more is read than they need. */
class PickleSequence {
  #bytes: Uint8Array = new Uint8Array();
  #position = 0;

  constructor(
    private readonly file: RandomAccessFile,
    private readonly known: Known,
    private readonly persistent: (id: PickleValue) => PickleValue,
  ) {}

  /**
   * @param part what the pickle is, for messages
   * @throws InputError
   */
  async next(part: string): Promise<Unpickled> {
    for (;;) {
      try {
        const pickle = unpickle(this.#bytes, {
          ...{ file: this.file.path, part, known: this.known, persistent: this.persistent },
          ...{ start: this.#position, available: this.file.size },
        });
        this.#position = pickle.end;
        return pickle;
      } catch (error) {
        // It does not say how long it is: it is begun anew with more of the file.
        if (!(error instanceof MoreBytesNeeded)) throw error;
        await this.#grow(error.needed);
      }
    }
  }

  async #grow(needed: number): Promise<void> {
    if (needed > LARGEST)
      throw new InputError(
        this.file.path,
        `its pickles have more than the ${LARGEST} bytes expected at most`,
      );
    const length = Math.max(needed, FIRST_READ, this.#bytes.length * GROWTH);
    this.#bytes = await this.file.read(0, Math.min(length, LARGEST, this.file.size));
  }
}
