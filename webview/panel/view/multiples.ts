import { html, nothing, type TemplateResult } from 'lit';
import type { Measure as Method } from '../../../src/core/measures';
import type { LayerReport } from '../../../src/core/report';
import type { PaletteName } from '../../../src/core/report/palette';
import { percent } from '../data/format';
import { methodsOf } from '../data/methods';
import { together } from '../data/overlap';
import { maskOf, unitsOf } from '../data/segments';
import type { Thumbnail } from '../data/thumbnail';
import type { Panel } from '../panel';
import type { State } from '../state';
import { words } from '../strings';

/** Every method's matrix of the layer, each in the order of its own clusters: do the selected units stay together? */
export function multiples(
  { thumbnails, selection, view: { cluster } }: State,
  layer: LayerReport,
  palette: PaletteName,
  panel: Panel,
): TemplateResult | typeof nothing {
  const methods = methodsOf([layer]);
  const labels = methods.includes(selection.method as Method) // found by its name
    ? (layer.methods[selection.method as Method]?.clusters ?? [])
    : [];
  const units = cluster === null ? null : unitsOf(labels, cluster);
  if (methods.length < 2) return nothing;
  return html`<h3>${words.association.others}</h3>
    <div class="multiples" role="group" aria-label=${words.association.others}>
      ${methods.map((method) => {
        const thumbnail = thumbnails.get(method);
        const share =
          cluster === null ? null : together(labels, cluster, layer.methods[method]?.clusters ?? []);
        return html`<button
          class="multiple"
          aria-pressed=${method === selection.method}
          @click=${() => {
            panel.select({ method });
          }}
        >
          ${
            thumbnail === undefined
              ? html`<span class="blank"></span>`
              : html`<modscope-thumbnail
                  .scene=${{ thumbnail, palette, mask: mask(thumbnail, units) }}
                ></modscope-thumbnail>`
          }
          <span class="name">${method}</span>
          <small>${share === null ? '\u00a0' : words.association.together(percent(share))}</small>
        </button>`;
      })}
    </div>`;
}

/** As one object while nothing changes, so that nothing is drawn again. */
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
