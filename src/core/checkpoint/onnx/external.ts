import type { InputError } from '../../base/error';
import type { RandomAccessFile } from '../../file/file';

/** Where in which file of the folder values stand. */
export interface ExternalRange {
  readonly location: string;
  readonly offset: number;
}

/**
 * The entries of a tensor's external_data, checked as far as can be without opening the file they name.
 * @param bytes the tensor has
 */
export function externalRange(
  entries: ReadonlyMap<string, string>,
  bytes: number,
  refuse: (problem: string) => InputError,
): ExternalRange {
  const location = entries.get('location');
  if (location === undefined) throw refuse('does not say in which file its values are');
  const offset = decimal(entries.get('offset') ?? '0');
  const length = decimal(entries.get('length') ?? String(bytes));
  if (offset === null || length !== bytes || !Number.isSafeInteger(offset + bytes))
    throw refuse(
      `has external values from ${entries.get('offset') ?? 0}, ${entries.get('length') ?? bytes} bytes long`,
    );
  return { location, offset };
}

function decimal(text: string): number | null {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** The files beside a model that hold values of its tensors, opened when first read: the graph alone needs none of them. */
export class ExternalData {
  /** Those that were opened so far. */
  readonly paths: string[] = [];
  readonly #opened = new Map<string, Promise<RandomAccessFile>>();

  constructor(private readonly model: RandomAccessFile) {}

  /** @throws InputError when the name leads out of the model's folder, or the file is missing, no file, or too short */
  async read(location: string, offset: number, length: number): Promise<Uint8Array> {
    let file = this.#opened.get(location);
    if (file === undefined) {
      file = this.#open(location);
      this.#opened.set(location, file);
    }
    return (await file).read(offset, length);
  }

  async #open(location: string): Promise<RandomAccessFile> {
    const file = await this.model.sibling(location);
    this.paths.push(file.path);
    return file;
  }

  async close(): Promise<void> {
    for (const file of await Promise.allSettled(this.#opened.values()))
      if (file.status === 'fulfilled') await file.value.close();
  }
}
