import { html, nothing, type TemplateResult } from 'lit';
import { overlap } from '../../../src/core/agreement/overlap';
import type { PaletteName } from '../../../src/core/render/colours';
import type { LayerReport } from '../../../src/core/report';
import { percent } from '../../format';
import type { Controller } from '../controller';
import { measureReport, measuresOf } from '../layer-measures';
import { whole } from '../matrix/camera';
import { maskOf } from '../matrix/matrix-picture';
import { colourTables, drawCells, themeOf } from '../matrix/raster';
import type { PanelState, Thumbnail } from '../panel-state';
import { words } from '../panel-words';

/** The matrices of all measures of the layer, each in the order of its own clusters: do the selected units stay together? */
export function multiples(
  { thumbnails, selection, view: { cluster } }: PanelState,
  layer: LayerReport,
  palette: PaletteName,
  controller: Controller,
): TemplateResult | typeof nothing {
  const measures = measuresOf([layer]);
  const labels = measureReport(layer, selection.method)?.clusters;
  const selected = cluster === null || labels === undefined ? null : { cluster, labels };
  const units = selected === null ? null : unitsOf(selected.labels, selected.cluster);
  if (measures.length < 2) return nothing;
  return html`<h3>${words.association.others}</h3>
    <div class="multiples" role="group" aria-label=${words.association.others}>
      ${measures.map((measure) => {
        const thumbnail = thumbnails.get(measure);
        const others = measureReport(layer, measure)?.clusters;
        const share = selected === null || others === undefined ? null : shareTogether(selected, others);
        return html`<button
          class="multiple"
          aria-pressed=${measure === selection.method}
          @click=${() => {
            controller.select({ method: measure });
          }}
        >
          ${
            thumbnail === undefined
              ? html`<span class="blank"></span>`
              : html`<modscope-thumbnail
                  .scene=${{ thumbnail, palette, mask: mask(thumbnail, units) }}
                ></modscope-thumbnail>`
          }
          <span class="name">${measure}</span>
          <small>${share === null ? '\u00a0' : words.association.together(percent(share))}</small>
        </button>`;
      })}
    </div>`;
}

/** The mask of each thumbnail stays the same object while nothing changes, so that nothing is drawn again. */
const masks = new WeakMap<Thumbnail, { readonly key: string; readonly mask: Uint8Array }>();

function mask(thumbnail: Thumbnail, units: ReadonlySet<number> | null): Uint8Array | null {
  if (units === null) return null;
  const key = [...units].join();
  const before = masks.get(thumbnail);
  if (before?.key === key) return before.mask;
  const made = maskOf(thumbnail, units);
  masks.set(thumbnail, { key, mask: made });
  return made;
}

/** The units with that label. */
function unitsOf(labels: readonly number[], cluster: number): Set<number> {
  return new Set(labels.flatMap((label, unit) => (label === cluster ? [unit] : [])));
}

/** The greatest share of a cluster's units that another partition keeps together; null: all are dead in either. */
function shareTogether(
  { cluster, labels }: { readonly cluster: number; readonly labels: readonly number[] },
  others: readonly number[],
): number | null {
  const { rows, columns, rowLabels, counts } = overlap(Int32Array.from(labels), Int32Array.from(others));
  const row = rowLabels.indexOf(cluster);
  if (row < 0) return null;
  const width = columns.length;
  return Math.max(...counts.subarray(row * width, (row + 1) * width)) / rows[row]!;
}

/** What a thumbnail shows. */
interface ThumbnailScene {
  readonly thumbnail: Thumbnail;
  readonly palette: PaletteName;
  /** Position → 1 for the units that are highlighted; null: none are. */
  readonly mask: Uint8Array | null;
}

/** A whole matrix, small. The button around it says what it shows, so it has no words of its own. */
class ThumbnailView extends HTMLElement {
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
