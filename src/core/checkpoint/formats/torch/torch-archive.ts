import { InputError } from '../../../base/error';
import { quote } from '../../../base/text';
import type { RandomAccessFile } from '../../../file/file';
import { openZip, type ZipArchive, type ZipEntry } from '../../../file/zip';
import { unpickle, type Unpickled } from '../pickle/unpickle';
import { persistentValue, TORCH } from './torch-globals';
import { StorageRef, type StorageSource } from './torch-tensor';

/** Bytes of a pickle, which holds no weights. */
const MAX_PICKLE = 2 ** 28;

/** Everything is in one root folder, unless who packed a file again lost it. */
const MAIN_ENTRY = /^(?:[^/]+\/)?data\.pkl$/;
const BYTE_ORDERS = ['little', 'big'];

/**
 * The zip file of torch.save and torch.jit.save, by its directory.
 * @throws InputError unless it has one main pickle
 */
export async function openArchive(file: RandomAccessFile): Promise<TorchArchive> {
  const zip = await openZip(file);
  const mains = [...zip.entries.keys()].filter((name) => MAIN_ENTRY.test(name));
  const [main] = mains;
  if (main === undefined) throw notTorch(file, zip);
  if (mains.length > 1)
    throw new InputError(
      file.path,
      `has ${mains.length} main pickles: ${mains.slice(0, 3).map(quote).join(', ')}`,
    );
  const root = main.slice(0, main.lastIndexOf('/') + 1);
  const mark = zip.entries.get(`${root}byteorder`);
  const order =
    mark === undefined
      ? 'little'
      : Buffer.from(await zip.readEntry(mark, 16))
          .toString('latin1')
          .trim();
  if (!BYTE_ORDERS.includes(order))
    throw new InputError(
      file.path,
      `has the byte order ${quote(order)}, which is neither "little" nor "big"`,
    );
  return new TorchArchive(zip, root, order === 'big', 'data/');
}

function notTorch(file: RandomAccessFile, zip: ZipArchive): InputError {
  const exported = [...zip.entries.keys()].some((name) => name.endsWith('archive_format'));
  if (!exported)
    return new InputError(file.path, 'is a zip file without the data.pkl that torch.save writes');
  return new InputError(
    file.path,
    'is a torch.export archive (.pt2), which Modscope does not read',
    'Save the weights with torch.save(program.state_dict, "weights.pt")',
  );
}

/** The entries of the zip file by what they are. */
export class TorchArchive implements StorageSource {
  /** @param folder where the storages are, below the root */
  constructor(
    private readonly zip: ZipArchive,
    private readonly root: string,
    readonly bigEndian: boolean,
    private readonly folder: string,
  ) {}

  get path(): string {
    return this.zip.file.path;
  }

  /** Whether torch.jit.save wrote it. */
  get isScript(): boolean {
    return this.has('constants.pkl');
  }

  /** The same archive with the storages of another folder. */
  withStorages(folder: string): TorchArchive {
    return new TorchArchive(this.zip, this.root, this.bigEndian, folder);
  }

  has(name: string): boolean {
    return this.zip.entries.has(this.root + name);
  }

  /**
   * What a pickle of the archive holds.
   * @param needsStorages whether its storages have to be there as it says
   */
  async unpickle(name: string, needsStorages = true): Promise<Unpickled> {
    const storages: StorageRef[] = [];
    const unpickled = unpickle(await this.zip.readEntry(this.entry(name), MAX_PICKLE), {
      file: this.path,
      part: name,
      known: TORCH,
      persistent(id) {
        const value = persistentValue(id);
        if (value instanceof StorageRef) storages.push(value);
        return value;
      },
    });
    if (needsStorages) for (const storage of storages) checkSize(this, name, storage);
    return unpickled;
  }

  /** An entry as text. @param limit bytes it may have */
  async text(name: string, limit: number): Promise<string> {
    return new TextDecoder().decode(await this.zip.readEntry(this.entry(name), limit));
  }

  /** Bytes of a storage; undefined if it is missing. */
  storageSize(key: string): number | undefined {
    return this.zip.entries.get(this.root + this.folder + key)?.size;
  }

  /**
   * Bytes of a storage. A part is read in place; of a whole storage the CRC is checked. torch.save does not compress, but
   * who packs a file again may: such a storage is inflated whole.
   */
  async read(key: string, start: number, length: number): Promise<Uint8Array> {
    const entry = this.entry(this.folder + key);
    if (entry.method === 0 && length < entry.size) {
      if (start + length > entry.size)
        throw new InputError(this.path, `storage ${quote(key)} ends too early`);
      return this.zip.file.read((await this.zip.dataOffset(entry)) + start, length);
    }
    const bytes = await this.zip.readEntry(entry);
    return bytes.subarray(start, start + length);
  }

  private entry(name: string): ZipEntry {
    const entry = this.zip.entries.get(this.root + name);
    if (entry === undefined) throw new InputError(this.path, `lacks its entry ${quote(name)}`);
    return entry;
  }
}

/** @throws InputError unless the archive holds as many values of a storage as a pickle says */
function checkSize(archive: TorchArchive, part: string, { key, type, count }: StorageRef): void {
  if (count === 0) return;
  const held = archive.storageSize(key);
  if (held !== undefined && Math.floor(held / type.size) === count) return;
  const found = held === undefined ? 'which is missing' : `which has ${held} bytes`;
  throw new InputError(
    archive.path,
    `${part} wants ${count * type.size} bytes of storage ${quote(key)}, ${found}`,
  );
}
