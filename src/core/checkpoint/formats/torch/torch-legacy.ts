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
/** The first pickle: torch.save's magic number, little-endian, as LONG1 writes it. */
const MAGIC = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex');
/** PROTO and perhaps FRAME come before it. */
const MAGIC_WITHIN = 32;
const PROTO = 0x80;

/**
 * torch.save before 1.6: pickles one after the other (magic number, version, system, the object, the storages' keys),
 * then the storages.
 */
export const torchLegacyReader: CheckpointReader = {
  format: FORMAT,
  match: (head) => hasMagic(head),
  async open(file) {
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

function formatOf(value: PickleValue): string {
  return isLightning(value) ? 'Lightning legacy' : FORMAT;
}

/** Each storage is headed by its number of values. */
const COUNT_BYTES = 8;

/** What the pickles say of the storages. */
interface StorageList {
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
async function locateStorages(file: RandomAccessFile, list: StorageList): Promise<StorageSource> {
  const places = new Map<string, { readonly offset: number; readonly length: number }>();
  const byKey = new Map(list.storages.map((storage) => [storage.key, storage]));
  let at = list.start;
  for (const key of keyNames(file, list.keys)) {
    const storage = byKey.get(key);
    if (storage === undefined || places.has(key))
      throw new InputError(file.path, `has a storage ${quote(key)} that belongs to nothing`);
    const counted = new DataView((await file.read(at, COUNT_BYTES)).buffer).getBigInt64(0, !list.bigEndian);
    if (counted !== BigInt(storage.count))
      throw new InputError(file.path, `storage ${quote(key)} has ${counted} values, not ${storage.count}`);
    const place = { offset: at + COUNT_BYTES, length: storage.count * storage.type.size };
    at = place.offset + place.length;
    if (at > file.size)
      throw new InputError(file.path, `ends inside storage ${quote(key)}, ${at - file.size} bytes too early`);
    places.set(key, place);
  }
  for (const { key, type, count } of list.storages) {
    if (places.get(key)?.length !== count * type.size)
      throw new InputError(file.path, `has no storage ${quote(key)} of ${count} values`);
  }
  return {
    bigEndian: list.bigEndian,
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

/** Bytes read at first, and the factor of each further read: what follows the pickles is large. */
const FIRST_READ = 2 ** 16;
const GROWTH = 4;
/** Bytes of all pickles together. */
const MAX_PICKLES = 2 ** 28;

/** The pickles at the beginning of a file, one after the other. No more of the file is read than they need. */
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
        // A pickle does not say how long it is: read more of the file, and begin it anew.
        if (!(error instanceof MoreBytesNeeded)) throw error;
        await this.#grow(error.needed);
      }
    }
  }

  async #grow(needed: number): Promise<void> {
    if (needed > MAX_PICKLES)
      throw new InputError(
        this.file.path,
        `its pickles have more than the ${MAX_PICKLES} bytes expected at most`,
      );
    const length = Math.max(needed, FIRST_READ, this.#bytes.length * GROWTH);
    this.#bytes = await this.file.read(0, Math.min(length, MAX_PICKLES, this.file.size));
  }
}
