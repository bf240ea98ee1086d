import { html, nothing, type TemplateResult } from 'lit';
import type { Panel } from '../panel';
import type { State } from '../state';
import { words } from '../strings';
import { agreementView } from './agreement';
import { type AssociationParts, associationView } from './association';
import { header } from './header';
import { modularityView } from './modularity';

/** The whole page. */
export function app(state: State, parts: AssociationParts): TemplateResult {
  const { results, report, selection } = state;
  if (results === null) return html`<p class="message" role="status">${words.state.loading}</p>`;
  const { panel } = parts;
  if (results.length === 0) return empty(state, parts);
  const chosen = results.find(({ id }) => id === selection.result)?.state;
  return html`${header(state, panel)} ${problem(state, panel)} ${body(state, parts)}
  ${
    // Of others the header tells why they have none.
    report.state === 'failed' && (chosen === 'done' || chosen === 'stale')
      ? html`<div class="notice failed" role="alert">
          <p><strong>${words.state.noReport}.</strong> ${report.message}</p>
          <vscode-button
            secondary
            @click=${() => {
              panel.retry();
            }}
            >${words.retry}</vscode-button
          >
        </div>`
      : ''
  }`;
}

/** What was asked for and could not be done, until it is dismissed. */
function problem({ problem: message }: State, panel: Panel): TemplateResult | typeof nothing {
  if (message === null) return nothing;
  return html`<div class="notice failed" role="alert">
    <p>${message}</p>
    <vscode-button
      secondary
      @click=${() => {
        panel.dismissProblem();
      }}
      >${words.dismiss}</vscode-button
    >
  </div>`;
}

function body(state: State, parts: AssociationParts): TemplateResult {
  const { report, selection } = state;
  const { panel, exports } = parts;
  const modularity = modularityView(state, panel, exports);
  const layer =
    report.state === 'ready' ? report.value.layers.find(({ name }) => name === selection.layer) : undefined;
  if (report.state !== 'ready' || layer === undefined) {
    return html`${
        report.state === 'loading' && modularity === nothing
          ? html`<p class="message" role="status">${words.state.loading}</p>`
          : ''
      }
      <div class="views">${modularity}</div>`;
  }
  return html`<div class="views">
    <div class="overview">${modularity}</div>
    <div class="detail">${associationView(state, report.value, layer, parts)}</div>
    <div class="comparison">${agreementView(state, layer, panel, exports)}</div>
  </div>`;
}

function empty({ report }: State, { panel }: AssociationParts): TemplateResult {
  const { state } = words;
  return html`<div class="message empty">
    <h1>${report.state === 'failed' ? state.noReport : state.empty}</h1>
    <p>${report.state === 'failed' ? report.message : state.emptyHint}</p>
    <p class="actions">
      <vscode-button
        @click=${() => {
          panel.run('analyze');
        }}
        >${state.analyze}</vscode-button
      >
      <vscode-button
        secondary
        @click=${() => {
          panel.run('selectData');
        }}
        >${state.selectData}</vscode-button
      >
    </p>
  </div>`;
}
