import { InputError } from '../../base/error';
import type { RandomAccessFile } from '../../file/file';
import { MoreBytesNeeded } from '../pickle/cursor';
import { unpickle, type Unpickled } from '../pickle/unpickle';
import type { Known, PickleValue } from '../pickle/value';

/** Bytes read at first, how they grow, and at most: what follows the pickles is large. */
const FIRST_READ = 2 ** 16;
const GROWTH = 4;
const LARGEST = 2 ** 28;

/** Pickles one after the other at the beginning of a file, of which no more is read than they need. */
export class PickleSequence {
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
