import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { LayerReport, Report } from '../../../src/core/report';
import { type Measure, rawOf } from '../../../src/core/measures';
import type { MatrixPicture } from '../../../src/protocol';
import { full, relativeError } from '../../format';
import type { Controller } from '../controller';
import type { Exports } from '../exports';
import type { Camera } from '../matrix/camera';
import { pictureScale, segmentsOf } from '../matrix/matrix-picture';
import type { MatrixView } from '../matrix/matrix-view';
import type { PanelState, ShownMatrix } from '../panel-state';
import { type Readout, valuesTable } from '../readout';
import { words } from '../strings';
import { colourLegend, dropdown, segmentedControl, viewTools } from './controls';
import { inForm, methodsOf } from './method-columns';
import { multiples } from './multiples';

/** What the views call. */
export interface PanelParts {
  readonly controller: Controller;
  readonly exports: Exports;
  readonly readout: Readout;
}

const text = words.association;
const element = createRef<MatrixView>();

/** The selected matrix in the order of its clusters, and the same units in the other methods' matrices. */
export function associationView(
  state: PanelState,
  report: Report,
  layer: LayerReport,
  parts: PanelParts,
): TemplateResult {
  const { controller, exports } = parts;
  const { selection, matrix } = state;
  const asTable = state.view.tables.includes('association');
  const shown = matrix.state === 'ready' ? matrix.value : null;
  // The matrix that is shown stays until the selected one has arrived.
  const busy = shown !== null && (shown.layer !== selection.layer || shown.method !== selection.method);
  return html`<section class="view association" aria-labelledby="association" aria-busy=${busy}>
    <header>
      <h2 id="association">${text.title} <small>${layer.name}, ${selection.method}</small></h2>
      ${viewTools(text.title, {
        asTable,
        toggle: () => {
          controller.toggleTable('association');
        },
        copy: () => {
          if (asTable) exports.copy(parts.readout.loaded().then(() => parts.readout.rows(full)));
          else exports.copyMatrix();
        },
        save: (kind) => {
          exports.save('association', kind);
        },
      })}
      ${associationControls(state, report, layer, controller)}
    </header>
    ${content(state, layer, parts)}
  </section>`;
}

/** Which matrix is shown, and how. */
function associationControls(
  { selection }: PanelState,
  report: Report,
  layer: LayerReport,
  controller: Controller,
): TemplateResult {
  const methods = methodsOf([layer]);
  const method = methods.find((one) => one === selection.method);
  const measures = [...new Set(methods.map(rawOf))];
  const choose = (measure: string, form: 'raw' | 'norm'): void => {
    const found = methods.find((one) => rawOf(one) === measure);
    if (found !== undefined) controller.select({ method: inForm(found, form, methods) });
  };
  return html`<div class="controls">
    ${dropdown(
      words.layer,
      layer.name,
      report.layers.map(({ name }) => [name, name] as const),
      (name) => {
        controller.select({ layer: name });
      },
    )}
    ${dropdown(
      words.measure,
      method === undefined ? null : rawOf(method),
      measures.map((measure) => [measure, measure] as const),
      (measure) => {
        choose(measure, selection.form);
      },
    )}
    ${segmentedControl(
      words.form,
      selection.form,
      [
        ['raw', words.raw],
        ['norm', words.normalised],
      ],
      (form) => {
        if (method !== undefined) choose(rawOf(method), form);
      },
    )}
    ${segmentedControl(
      words.scale,
      selection.scale,
      [
        ['linear', words.linear],
        ['log', words.log],
      ],
      (scale) => {
        controller.select({ scale });
      },
    )}
  </div>`;
}

function content(state: PanelState, layer: LayerReport, parts: PanelParts): TemplateResult {
  const { matrix, selection, view } = state;
  if (matrix.state === 'failed')
    return html`<div class="notice" role="alert">
      <p><strong>${words.state.noMatrix}.</strong> ${matrix.message}</p>
      <vscode-button
        secondary
        @click=${() => {
          parts.controller.retry();
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
  ${estimated(layer, matrix.value.method)}
  ${clusterList(matrix.value.picture, view.cluster, parts.controller)}
  ${multiples(state, layer, selection.palette, parts.controller)}`;
}

function matrixView(
  { selection, view }: PanelState,
  { result, layer, method, picture }: ShownMatrix,
  { controller, readout }: PanelParts,
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
          controller.change({ cluster: chosen });
        },
        onCamera: (camera: Camera) => {
          controller.look(camera);
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
    ${colourLegend(pictureScale(picture), selection.palette, '|S|')}`;
}

/** How far the values may be off, where they are not exact. */
function estimated(layer: LayerReport, method: string): TemplateResult | typeof nothing {
  const error = layer.methods[method as Measure]?.standardError ?? null; // undefined for a name that is none
  return error === null ? nothing : html`<p class="hint">${text.estimated(relativeError(error))}</p>`;
}

/** Clusters as buttons, for those who do not aim at the matrix. */
function clusterList(picture: MatrixPicture, chosen: number | null, controller: Controller): TemplateResult {
  const live = segmentsOf(picture).filter(({ label }) => label >= 0);
  return html`<div class="clusters" role="group" aria-label=${text.clusterList}>
    ${live.map(
      ({ label, size }) =>
        html`<button
          class="chip"
          aria-pressed=${label === chosen}
          aria-label=${text.highlight(label, size)}
          @click=${() => {
            controller.change({ cluster: label === chosen ? null : label });
          }}
        >
          ${words.clusterName(label)}<small data-text=${size}></small>
        </button>`,
    )}
    ${live.length === 0 ? nothing : html`<span class="hint">${words.clusters(live.length)}</span>`}
  </div>`;
}
