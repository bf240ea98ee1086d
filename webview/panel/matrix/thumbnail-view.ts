import type { PaletteName } from '../../../src/core/report/palette';
import type { Thumbnail } from '../data/thumbnail';
import { whole } from './camera';
import { colourTables, themeOf } from './colours';
import { drawCells } from './raster';

export interface ThumbnailScene {
  readonly thumbnail: Thumbnail;
  readonly palette: PaletteName;
  /** Position → 1 for the units that are highlighted; null: none are. */
  readonly mask: Uint8Array | null;
}

/** A whole matrix, small. What it says is said beside it, so it is a picture without words. */
export class ThumbnailView extends HTMLElement {
  #scene: ThumbnailScene | null = null;
  readonly #canvas = document.createElement('canvas');
  readonly #themes = new MutationObserver(() => {
    this.#draw();
  });

  connectedCallback(): void {
    this.ariaHidden = 'true';
    this.append(this.#canvas);
    this.#themes.observe(document.body, { attributes: true, attributeFilter: ['class', 'style'] });
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#themes.disconnect();
  }

  set scene(scene: ThumbnailScene) {
    const before = this.#scene;
    this.#scene = scene;
    const same =
      before?.thumbnail === scene.thumbnail && before.palette === scene.palette && before.mask === scene.mask;
    if (!same) this.#draw();
  }

  #draw(): void {
    if (this.#scene === null || !this.isConnected) return;
    const { thumbnail, palette, mask } = this.#scene;
    const side = Math.max(1, Math.round(this.clientWidth * window.devicePixelRatio));
    this.#canvas.width = this.#canvas.height = side;
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) return;
    const image = new ImageData(side, side);
    const tables = colourTables(palette, themeOf(this));
    drawCells(new Uint32Array(image.data.buffer), side, thumbnail, whole(thumbnail.units), tables, mask);
    context.putImageData(image, 0, 0);
  }
}

customElements.define('modscope-thumbnail', ThumbnailView);
declare global {
  interface HTMLElementTagNameMap {
    'modscope-thumbnail': ThumbnailView;
  }
}
