import type { LayerReport, Report } from '../../src/core/report';
import type { MatrixPicture } from '../../src/matrix-messages';
import type { PanelMethods, PanelNotice } from '../../src/protocol';
import type { Connection } from '../../src/rpc';
import { messageOf } from '../format';
import type { Store } from '../page-base';
import { measuresOf } from './layer-measures';
import type { PanelState, Thumbnail } from './panel-state';
import { words } from './panel-words';

/** A wider thumbnail shows no more, in pixels. */
const THUMBNAIL_SIDE = 256;

/** Bytes of pictures that the page keeps for going back: two of 4096 units, all of smaller networks. */
const BUDGET = 48 * 2 ** 20;

const bytesOf = ({ levels }: MatrixPicture): number =>
  levels.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);

/** Keeps pictures by key, and drops those first that were not used for the longest time. */
class PictureCache {
  // A Map keeps the order of insertion: its first picture was not used for the longest time.
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

/** Loads the matrices of the selection. */
export class MatrixLoader {
  readonly #pictures = new PictureCache();
  /** Ends the calls for a selection that the user has left. */
  #asked = new AbortController();

  constructor(
    readonly store: Store<PanelState>,
    readonly extension: Connection<PanelMethods, PanelNotice>,
  ) {}

  /** Drops all pictures: the result has changed. */
  forget(): void {
    this.#pictures.clear();
  }

  stop(): void {
    this.#asked.abort();
  }

  /**
   * Loads the selected matrix, then, one by one, a thumbnail of every measure of the layer.
   * @param fresh the thumbnails there are show another layer or scale
   */
  async load(report: Report, fresh: boolean): Promise<void> {
    this.stop();
    const { signal } = (this.#asked = new AbortController());
    const over = (): boolean => signal.aborted;
    const { result, layer, method: measure } = this.store.state.selection;
    if (result === null || layer === null || measure === null) return;
    if (fresh) this.store.update({ thumbnails: new Map() });
    try {
      // The matrix that is shown stays until the next is there, so nothing flickers.
      if (this.store.state.matrix.state !== 'ready') this.store.update({ matrix: { state: 'loading' } });
      const picture = await this.#whole(measure, signal);
      if (over()) return;
      const names = unitNames(report.layers, layer);
      this.store.update({
        matrix: { state: 'ready', value: { result, layer, measure, picture, names } },
      });
      for (const other of measuresOf(report.layers.filter(({ name }) => name === layer))) {
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

  async #whole(measure: string, signal: AbortSignal): Promise<MatrixPicture> {
    const key = this.#key(measure);
    const picture = this.#pictures.get(key) ?? (await this.#ask(measure, null, signal));
    this.#pictures.set(key, picture);
    return picture;
  }

  async #thumbnail(measure: string, signal: AbortSignal): Promise<Thumbnail> {
    const picture = this.#pictures.get(this.#key(measure));
    return picture === undefined ? this.#ask(measure, THUMBNAIL_SIDE, signal) : thumbnailOf(picture);
  }

  #ask(measure: string, widest: number | null, signal: AbortSignal): Promise<MatrixPicture> {
    const { result: id, layer, scale } = this.store.state.selection;
    if (id === null || layer === null) throw new Error('no layer is selected');
    return this.extension.call('picture', { id, layer, method: measure, scale, widest }, { signal });
  }

  #key(measure: string): string {
    const { result, layer, scale } = this.store.state.selection;
    return [result, layer, measure, scale].join('\n');
  }
}

/** The thumbnail of a picture, which does not hold the picture's large levels. */
function thumbnailOf({ units, order, clusters, levels }: MatrixPicture): Thumbnail {
  return { units, order, clusters, levels: levels.filter(({ size }) => size <= THUMBNAIL_SIDE) };
}

/** The names of a layer's units: their numbers, and in all layers together also the layer that they are of. */
function unitNames(layers: readonly LayerReport[], name: string): readonly string[] {
  const layer = layers.find((one) => one.name === name);
  if (layer === undefined) return [];
  const numbers = Array.from({ length: layer.units }, (_, unit) => String(unit));
  if (layer.kind !== 'combined') return numbers;
  const stacked = layers
    .filter(({ kind }) => kind === 'dense')
    .flatMap(({ name: of, units }) => Array.from({ length: units }, (_, unit) => words.unitIn(unit, of)));
  return stacked.length === layer.units ? stacked : numbers;
}
