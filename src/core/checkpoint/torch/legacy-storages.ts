import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { RandomAccessFile } from '../../file/file';
import type { PickleValue } from '../pickle/value';
import type { StorageSource } from './read';
import type { StorageRef } from './tensor';

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
export async function locateStorages(file: RandomAccessFile, plan: Plan): Promise<StorageSource> {
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
