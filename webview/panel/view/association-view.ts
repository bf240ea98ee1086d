import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { type RawMeasure, rawOf } from '../../../src/core/measures';
import type { LayerReport, Report } from '../../../src/core/report';
import type { MatrixPicture } from '../../../src/matrix-messages';
import { dropdown, segmentedControl } from '../../form-controls';
import { full, relativeError } from '../../format';
import type { Controller } from '../controller';
import type { Exports } from '../exports';
import { inForm, measureReport, measuresOf } from '../layer-measures';
import type { Camera } from '../matrix/camera';
import { pictureScale, segmentsOf } from '../matrix/matrix-picture';
import type { MatrixView } from '../matrix/matrix-view';
import type { PanelState, ShownMatrix } from '../panel-state';
import { words } from '../panel-words';
import { type Readout, valuesTable } from '../readout';
import { colourLegend, viewTools } from './controls';
import { multiples } from './multiples';

/** What the views call. */
export interface PanelParts {
  readonly controller: Controller;
  readonly exports: Exports;
  readonly readout: Readout;
}

const element = createRef<MatrixView>();

/** The selected matrix in the order of its clusters, and the same units in the other measures' matrices. */
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
  const busy = shown !== null && (shown.layer !== selection.layer || shown.measure !== selection.method);
  return html`<section class="view association" aria-labelledby="association" aria-busy=${busy}>
    <header>
      <h2 id="association">${words.association.title} <small>${layer.name}, ${selection.method}</small></h2>
      ${viewTools(words.association.title, {
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
  const measures = measuresOf([layer]);
  const measure = measures.find((one) => one === selection.method);
  const rawMeasures = [...new Set(measures.map(rawOf))];
  const choose = (raw: RawMeasure, form: 'raw' | 'norm'): void => {
    const found = measures.find((one) => rawOf(one) === raw);
    if (found !== undefined) controller.select({ method: inForm(found, form, measures) });
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
      measure === undefined ? null : rawOf(measure),
      rawMeasures.map((raw) => [raw, raw] as const),
      (raw) => {
        choose(raw, selection.form);
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
        if (measure !== undefined) choose(rawOf(measure), form);
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
  ${estimated(layer, matrix.value.measure)}
  ${clusterList(matrix.value.picture, view.cluster, parts.controller)}
  ${multiples(state, layer, selection.palette, parts.controller)}`;
}

function matrixView(
  { selection, view }: PanelState,
  { result, layer, measure, picture }: ShownMatrix,
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
        label: words.association.grid(layer, measure),
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
      <p class="readout" ${ref(readout.output)}>${words.association.hint}</p>
      <div class="tools">
        ${[
          [words.association.zoomOut, '−', () => element.value?.zoom(false)] as const,
          [words.association.zoomIn, '+', () => element.value?.zoom(true)] as const,
          [words.association.fit, words.association.fit, () => element.value?.fit()] as const,
        ].map(
          ([label, sign, act]) =>
            html`<button class="tool" title=${label} aria-label=${label} @click=${act}>${sign}</button>`,
        )}
      </div>
    </div>
    ${colourLegend(pictureScale(picture), selection.palette, '|S|')}`;
}

/** How far the values may be off, where they are not exact. */
function estimated(layer: LayerReport, measure: string): TemplateResult | typeof nothing {
  const error = measureReport(layer, measure)?.standardError ?? null;
  return error === null
    ? nothing
    : html`<p class="hint">${words.association.estimated(relativeError(error))}</p>`;
}

/** Clusters as buttons, for those who do not aim at the matrix. */
function clusterList(picture: MatrixPicture, chosen: number | null, controller: Controller): TemplateResult {
  const live = segmentsOf(picture).filter(({ label }) => label >= 0);
  return html`<div class="clusters" role="group" aria-label=${words.association.clusterList}>
    ${live.map(
      ({ label, size }) =>
        html`<button
          class="chip"
          aria-pressed=${label === chosen}
          aria-label=${words.association.highlight(label, size)}
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
