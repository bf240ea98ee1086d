import type { Report } from '../../src/core/report';
import type { MatrixPicture } from '../../src/protocol';
import { methodsOf } from './data/methods';
import { PictureCache } from './data/pictures';
import { type Thumbnail, THUMBNAIL_SIDE, thumbnailOf } from './data/thumbnail';
import { messageOf } from './data/format';
import { unitNames } from './data/unit-names';
import type { Host } from './host';
import type { State } from './state';
import type { Store } from './store';

/** Loads the matrices of the selection. */
export class Matrices {
  readonly #pictures = new PictureCache();
  /** Ends what was asked for a selection that is no longer. */
  #asked = new AbortController();

  constructor(
    readonly store: Store<State>,
    readonly host: Host,
  ) {}

  /** What was computed is no longer what there is. */
  forget(): void {
    this.#pictures.clear();
  }

  stop(): void {
    this.#asked.abort();
  }

  /**
   * The selected matrix, then, one by one, small ones of every method of the layer.
   * @param fresh the small ones are of another layer or scale
   */
  async load(report: Report, fresh: boolean): Promise<void> {
    this.stop();
    const { signal } = (this.#asked = new AbortController());
    const over = (): boolean => signal.aborted;
    const { result, layer, method } = this.store.state.selection;
    if (result === null || layer === null || method === null) return;
    if (fresh) this.store.update({ thumbnails: new Map() });
    try {
      // What is shown stays until the next is there: no flicker.
      if (this.store.state.matrix.state !== 'ready') this.store.update({ matrix: { state: 'loading' } });
      const picture = await this.#whole(method, signal);
      if (over()) return;
      const names = unitNames(report.layers, layer);
      this.store.update({ matrix: { state: 'ready', value: { result, layer, method, picture, names } } });
      for (const other of methodsOf(report.layers.filter(({ name }) => name === layer))) {
        if (this.store.state.thumbnails.has(other)) continue;
        const thumbnail = await this.#thumbnail(other, signal);
        if (over()) return;
        this.store.update({ thumbnails: new Map(this.store.state.thumbnails).set(other, thumbnail) });
      }
    } catch (error) {
      const message = messageOf(error);
      if (!over()) this.store.update({ matrix: { state: 'failed', message } });
    }
  }

  async #whole(method: string, signal: AbortSignal): Promise<MatrixPicture> {
    const key = this.#key(method);
    const picture = this.#pictures.get(key) ?? (await this.#ask(method, null, signal));
    this.#pictures.set(key, picture);
    return picture;
  }

  async #thumbnail(method: string, signal: AbortSignal): Promise<Thumbnail> {
    const picture = this.#pictures.get(this.#key(method));
    return picture === undefined ? this.#ask(method, THUMBNAIL_SIDE, signal) : thumbnailOf(picture);
  }

  #ask(method: string, widest: number | null, signal: AbortSignal): Promise<MatrixPicture> {
    const { result: id, layer, scale } = this.store.state.selection;
    if (id === null || layer === null) throw new Error('no layer is selected');
    return this.host.call('picture', { id, layer, method, scale, widest }, { signal });
  }

  #key(method: string): string {
    const { result, layer, scale } = this.store.state.selection;
    return [result, layer, method, scale].join('\n');
  }
}
