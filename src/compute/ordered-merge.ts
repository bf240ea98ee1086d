import { mergeSums, type SweepSums } from '../core/association/sweep';

/** Merges the sums of shards in the order of the shards, whichever is ready first, so that the bytes are always the same. */
export class OrderedMerge {
  readonly #waiting = new Map<number, SweepSums>();
  #next = 0;
  #merged: SweepSums | null = null;

  /** @param onShard given the sums of every shard in order, before they are merged */
  constructor(readonly onShard: (sums: SweepSums, index: number) => void = () => undefined) {}

  add(index: number, sums: SweepSums): void {
    this.#waiting.set(index, sums);
    for (
      let ready = this.#waiting.get(this.#next);
      ready !== undefined;
      ready = this.#waiting.get(this.#next)
    ) {
      this.onShard(ready, this.#next);
      if (this.#merged === null) this.#merged = ready;
      else mergeSums(this.#merged, ready);
      this.#waiting.delete(this.#next++);
    }
  }

  result(): SweepSums {
    if (this.#merged === null || this.#waiting.size > 0) throw new Error('a shard is missing');
    return this.#merged;
  }
}
