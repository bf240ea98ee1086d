import type { MatrixPicture } from '../../../src/protocol';

/** Bytes of pictures kept for going back to: two of 4096 units, all of smaller networks. */
const BUDGET = 48 * 2 ** 20;

const bytesOf = ({ levels }: MatrixPicture): number =>
  levels.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);

/** Pictures by key, the longest unused dropped first. */
export class PictureCache {
  // A Map keeps the order of insertion: the first is the longest unused.
  readonly #pictures = new Map<string, MatrixPicture>();

  get(key: string): MatrixPicture | undefined {
    const picture = this.#pictures.get(key);
    if (picture !== undefined) this.set(key, picture);
    return picture;
  }

  set(key: string, picture: MatrixPicture): void {
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    let total = 0;
    for (const one of this.#pictures.values()) total += bytesOf(one);
    for (const [oldest, one] of this.#pictures) {
      if (total <= BUDGET || oldest === key) break;
      this.#pictures.delete(oldest);
      total -= bytesOf(one);
    }
  }

  clear(): void {
    this.#pictures.clear();
  }
}
