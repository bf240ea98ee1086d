import { ParallelCompute } from '../compute/parallel';
import type { Settings } from '../settings/table';

type Wish = Pick<Settings, 'backend' | 'workers'>;

/** Keeps the worker threads of one analysis for the next: starting the tensor backend takes half a second and more. */
export class WarmCompute {
  #current: { readonly compute: ParallelCompute; readonly wish: Wish } | null = null;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param folder where the bundled worker.cjs lies
   * @param idle milliseconds after which threads without work are ended: they hold memory
   */
  constructor(
    readonly folder: string,
    readonly idle: number,
  ) {}

  /** The threads as wished, for one user at a time; those there are where they fit and are alive. */
  async take({ backend, workers }: Wish): Promise<ParallelCompute> {
    clearTimeout(this.#timer);
    const { compute, wish } = this.#current ?? {};
    if (compute !== undefined && !compute.isOver && wish?.backend === backend && wish.workers === workers)
      return compute;
    await this.close();
    const started = new ParallelCompute({ backend, workers, folder: this.folder });
    this.#current = { compute: started, wish: { backend, workers } };
    return started;
  }

  /** They have no work for now. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.close(), this.idle);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const { compute } = this.#current ?? {};
    this.#current = null;
    await compute?.close();
  }
}
