/** Float32 arrays that are used again: by length, as those of a tile's nodes are the same from tile to tile. */
export class ArrayPool {
  readonly #free = new Map<number, Float32Array[]>();

  /** Contents are undefined. */
  take(length: number): Float32Array {
    return this.#free.get(length)?.pop() ?? new Float32Array(length);
  }

  zeros(length: number): Float32Array {
    return this.take(length).fill(0);
  }

  give(array: Float32Array): void {
    const free = this.#free.get(array.length);
    if (free === undefined) this.#free.set(array.length, [array]);
    else free.push(array);
  }
}
