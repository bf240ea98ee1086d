import { InputError } from '../../src/core/base/error';
import { checkRange, type RandomAccessFile } from '../../src/core/file/file';

/** A file over bytes in memory, with siblings by name, that counts what is read of it. */
export class MemoryFile implements RandomAccessFile {
  bytesRead = 0;
  readonly size: number;

  constructor(
    private readonly bytes: Uint8Array,
    readonly path = 'memory.bin',
    private readonly siblings: Readonly<Record<string, Uint8Array>> = {},
  ) {
    this.size = bytes.length;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve().then(() => {
      checkRange(this, offset, length);
      this.bytesRead += length;
      return this.bytes.slice(offset, offset + length);
    });
  }

  sibling(name: string): Promise<MemoryFile> {
    const bytes = this.siblings[name];
    return bytes === undefined
      ? Promise.reject(new InputError(name, 'no such file'))
      : Promise.resolve(new MemoryFile(bytes, name, this.siblings));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
