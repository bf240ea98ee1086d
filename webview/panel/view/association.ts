import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { Measure as Method } from '../../../src/core/measures';
import type { LayerReport, Report } from '../../../src/core/report';
import type { MatrixPicture } from '../../../src/protocol';
import { full, relative } from '../data/format';
import { pictureScale } from '../data/picture-scale';
import { segmentsOf } from '../data/segments';
import type { Exports } from '../exports';
import type { Camera } from '../matrix/camera';
import type { MatrixView } from '../matrix/matrix-view';
import type { Panel } from '../panel';
import type { Readout } from '../readout';
import type { ShownMatrix, State } from '../state';
import { words } from '../strings';
import { associationControls } from './association-controls';
import { colourBar } from './colour-bar';
import { tools } from './controls';
import { multiples } from './multiples';
import { valuesTable } from './values-table';

const text = words.association;
const element = createRef<MatrixView>();

export interface AssociationParts {
  readonly panel: Panel;
  readonly exports: Exports;
  readonly readout: Readout;
}

/** The selected matrix in the order of its clusters, and the same units in the other methods' matrices. */
export function associationView(
  state: State,
  report: Report,
  layer: LayerReport,
  parts: AssociationParts,
): TemplateResult {
  const { panel, exports } = parts;
  const { selection, matrix } = state;
  const asTable = state.view.tables.includes('association');
  const shown = matrix.state === 'ready' ? matrix.value : null;
  // What is shown stays until what is selected has come.
  const busy = shown !== null && (shown.layer !== selection.layer || shown.method !== selection.method);
  return html`<section class="view association" aria-labelledby="association" aria-busy=${busy}>
    <header>
      <h2 id="association">${text.title} <small>${layer.name}, ${selection.method}</small></h2>
      ${tools(text.title, {
        asTable,
        toggle: () => {
          panel.toggleTable('association');
        },
        copy: () => {
          if (asTable) exports.copy(parts.readout.loaded().then(() => parts.readout.rows(full)));
          else exports.copyMatrix();
        },
        save: (kind) => {
          exports.save('association', kind);
        },
      })}
      ${associationControls(state, report, layer, panel)}
    </header>
    ${content(state, layer, parts)}
  </section>`;
}

function content(state: State, layer: LayerReport, parts: AssociationParts): TemplateResult {
  const { matrix, selection, view } = state;
  if (matrix.state === 'failed')
    return html`<div class="notice" role="alert">
      <p><strong>${words.state.noMatrix}.</strong> ${matrix.message}</p>
      <vscode-button
        secondary
        @click=${() => {
          parts.panel.retry();
        }}
        >${words.retry}</vscode-button
      >
    </div>`;
  if (matrix.state !== 'ready')
    return html`<div class="placeholder" role="status">${words.state.loading}</div>`;
  parts.readout.show(matrix.value);
  return html`${
    view.tables.includes('association') ? valuesTable(parts.readout) : matrixView(state, matrix.value, parts)
  }
  ${estimated(layer, matrix.value.method)} ${clusterList(matrix.value.picture, view.cluster, parts.panel)}
  ${multiples(state, layer, selection.palette, parts.panel)}`;
}

function matrixView(
  { selection, view }: State,
  { result, layer, method, picture }: ShownMatrix,
  { panel, readout }: AssociationParts,
): TemplateResult {
  return html`<modscope-matrix
      ${ref(element)}
      .scene=${{
        picture,
        palette: selection.palette,
        cluster: view.cluster,
        place: JSON.stringify([result, layer]),
        camera: view.camera,
        label: text.grid(layer, method),
        describe: readout.describe,
        onPosition: readout.at,
        onCluster: (chosen: number | null) => {
          panel.change({ cluster: chosen });
        },
        onCamera: (camera: Camera) => {
          panel.look(camera);
        },
      }}
    ></modscope-matrix>
    <div class="under">
      <p class="readout" ${ref(readout.output)}>${text.hint}</p>
      <div class="tools">
        ${[
          [text.zoomOut, '−', () => element.value?.zoom(false)] as const,
          [text.zoomIn, '+', () => element.value?.zoom(true)] as const,
          [text.fit, text.fit, () => element.value?.fit()] as const,
        ].map(
          ([label, sign, act]) =>
            html`<button class="tool" title=${label} aria-label=${label} @click=${act}>${sign}</button>`,
        )}
      </div>
    </div>
    ${colourBar(pictureScale(picture), selection.palette, '|S|')}`;
}

/** How far the values may be off, where they are not exact. */
function estimated(layer: LayerReport, method: string): TemplateResult | typeof nothing {
  const error = layer.methods[method as Method]?.standardError ?? null; // undefined for a name that is none
  return error === null ? nothing : html`<p class="hint">${text.estimated(relative(error))}</p>`;
}

/** Clusters as buttons, for those who do not aim at the matrix. */
function clusterList(picture: MatrixPicture, chosen: number | null, panel: Panel): TemplateResult {
  const live = segmentsOf(picture).filter(({ label }) => label >= 0);
  return html`<div class="clusters" role="group" aria-label=${text.clusterList}>
    ${live.map(
      ({ label, size }) =>
        html`<button
          class="chip"
          aria-pressed=${label === chosen}
          aria-label=${text.highlight(label, size)}
          @click=${() => {
            panel.change({ cluster: label === chosen ? null : label });
          }}
        >
          ${words.clusterName(label)}<small data-text=${size}></small>
        </button>`,
    )}
    ${live.length === 0 ? nothing : html`<span class="hint">${words.clusters(live.length)}</span>`}
  </div>`;
}
