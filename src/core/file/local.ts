import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { InputError } from '../base/error';
import { allocate, checkRange, isRelativeName, type RandomAccessFile } from './file';

/** Opens a file by its path. Readers take one, so that tests can count what is read, or fake it. */
export type OpenFile = (path: string) => Promise<RandomAccessFile>;

/**
 * A regular file on disk, for reading. A link is followed, because the user named it. A pipe or a device is never
 * opened, because that could block or have effects.
 * @throws InputError when there is no such file, it is not a regular file, or it may not be read
 */
export async function openLocalFile(path: string): Promise<RandomAccessFile> {
  return openReal(path, await explained(path, realpath(path)));
}

/** Opens a file, uses it and closes it, whatever happens. */
export async function withFile<T>(
  path: string,
  use: (file: RandomAccessFile) => Promise<T>,
  open: OpenFile = openLocalFile,
): Promise<T> {
  const file = await open(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function openReal(path: string, real: string): Promise<RandomAccessFile> {
  const found = await explained(path, lstat(real));
  if (!found.isFile()) throw notRegular(path, found.isDirectory());
  // Since lstat the name may have become a link or a pipe: the flags neither follow the one nor wait for the other.
  // Windows has no such flags; there they are undefined, and count as 0.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await explained(path, open(real, flags));
  try {
    const { size, mtimeNs } = await regular(path, handle);
    return new LocalFile(path, real, handle, size, mtimeNs);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Bytes read at a time: operating systems read less than 2 GB. */
const PIECE = 2 ** 30;

class LocalFile implements RandomAccessFile {
  constructor(
    readonly path: string,
    private readonly realPath: string,
    private readonly handle: FileHandle,
    readonly size: number,
    private readonly modified: bigint,
  ) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this, offset, length);
    const bytes = allocate(this.path, length);
    let done = 0;
    while (done < length) {
      const piece = bytes.subarray(done, done + PIECE);
      const reading = this.handle.read(piece, 0, piece.length, offset + done);
      const { bytesRead } = await explained(this.path, reading);
      if (bytesRead === 0) throw this.changed();
      done += bytesRead;
    }
    // Checked after the bytes are in: a change during the reading may have mixed old bytes with new.
    const now = await regular(this.path, this.handle);
    if (now.size !== this.size || now.mtimeNs !== this.modified) throw this.changed();
    return bytes;
  }

  async sibling(name: string): Promise<RandomAccessFile> {
    if (!isRelativeName(name))
      throw new InputError(this.path, `names a file outside its own folder: ${JSON.stringify(name)}`);
    const path = join(dirname(this.path), name);
    const real = await explained(path, realpath(path));
    // The Hugging Face cache lists a model as links into a folder of blobs; both folders are the file's own.
    const folder = await explained(this.path, realpath(dirname(this.path)));
    const folders = [folder, dirname(this.realPath)];
    if (!folders.some((folder) => real.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
      throw new InputError(path, `is a link that leads out of the folder of ${basename(this.path)}`);
    return openReal(path, real);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private changed(): InputError {
    return new InputError(this.path, 'changed while it was being read', 'Try again once it is written');
  }
}

/** @throws InputError unless what was opened is a regular file */
async function regular(path: string, handle: FileHandle): Promise<{ size: number; mtimeNs: bigint }> {
  const stat = await explained(path, handle.stat({ bigint: true }));
  if (!stat.isFile()) throw notRegular(path, stat.isDirectory());
  return { size: Number(stat.size), mtimeNs: stat.mtimeNs };
}

function notRegular(path: string, isFolder: boolean): InputError {
  return new InputError(path, isFolder ? 'is a folder, not a file' : 'is a pipe or a device, not a file');
}

/** The problem of an InputError about a file that is not there. */
export const NO_FILE = 'no such file';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: NO_FILE,
  ENOTDIR: NO_FILE,
  EISDIR: 'is a folder, not a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'is a link that leads nowhere',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
};

/** Waits for work on a file. @throws InputError in place of the system's error */
async function explained<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = codeOf(error);
    throw new InputError(path, REASONS[code ?? ''] ?? `cannot be read (${code ?? error.message})`);
  }
}

/**
 * Writes a file whole or not at all: to a temporary file beside it, which then takes its name. No reader sees half a
 * file, whatever crashes or is cancelled, and the old file stays until the new one is complete. Missing folders are made.
 * @param durable on the disk before it takes its name, so that it is whole after a power cut too
 * @throws InputError when it cannot be written there
 */
export function writeFileAtomically(
  path: string,
  data: string | Uint8Array,
  { durable = false }: { readonly durable?: boolean } = {},
): Promise<void> {
  return replaceFile(path, (temporary) => writeFile(temporary, data, { flag: 'wx', flush: durable }));
}

const NO_ROOM: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'larger than a file may be here',
};

/**
 * The same with a file that is written piece by piece.
 * @param write makes the file of the name it is given
 * @throws InputError when it cannot be written there, and whatever `write` throws that is not the system's
 */
export async function replaceFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const code = codeOf(error);
    if (code === null) throw error;
    throw new InputError(
      path,
      `cannot be written (${NO_ROOM[code] ?? code})`,
      'Choose another folder to write to',
    );
  }
}

/** The system's word for what went wrong; null where it was not the system. */
function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
