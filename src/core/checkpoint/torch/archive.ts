import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { RandomAccessFile } from '../../file/file';
import { openZip, type ZipArchive, type ZipEntry } from '../zip';
import type { StorageSource } from './read';

/** Everything is under one root folder; who packs a file again may lose it. */
const MAIN_ENTRY = /^(?:[^/]+\/)?data\.pkl$/;
const BYTE_ORDERS = ['little', 'big'];
/** torch.save does not compress; who packs a file again may. Such a storage is inflated whole. */
const MAX_DEFLATED = 2 ** 30;

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
  return new TorchArchive(zip, root, order === 'big');
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

export class TorchArchive implements StorageSource {
  constructor(
    private readonly zip: ZipArchive,
    private readonly root: string,
    readonly bigEndian: boolean,
  ) {}

  get path(): string {
    return this.zip.file.path;
  }

  /** Whether torch.jit.save wrote it. */
  get isScript(): boolean {
    return this.zip.entries.has(`${this.root}constants.pkl`);
  }

  /** The main pickle. */
  mainPickle(limit: number): Promise<Uint8Array> {
    return this.zip.readEntry(this.entry('data.pkl'), limit);
  }

  /** Bytes of a storage; undefined if it is missing. */
  storageSize(key: string): number | undefined {
    return this.zip.entries.get(`${this.root}data/${key}`)?.size;
  }

  /** Read whole, a storage's CRC is checked; a part is read in place. */
  async read(key: string, start: number, length: number): Promise<Uint8Array> {
    const entry = this.entry(`data/${key}`);
    const stored = entry.method === 0;
    if (stored && length < entry.size) {
      if (start + length > entry.size)
        throw new InputError(this.path, `storage ${quote(key)} ends too early`);
      return this.zip.file.read((await this.zip.dataOffset(entry)) + start, length);
    }
    const bytes = await this.zip.readEntry(entry, stored ? entry.size : MAX_DEFLATED);
    return bytes.subarray(start, start + length);
  }

  private entry(name: string): ZipEntry {
    const entry = this.zip.entries.get(this.root + name);
    if (entry === undefined) throw new InputError(this.path, `lacks its entry ${quote(name)}`);
    return entry;
  }
}
