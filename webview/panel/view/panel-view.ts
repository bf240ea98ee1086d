import { html, nothing, type TemplateResult } from 'lit';
import type { Report, SplitStatistics } from '../../../src/core/report';
import type { ResultSummary } from '../../../src/protocol';
import { dropdown, segmentedControl } from '../../form-controls';
import { fixed, percent } from '../../format';
import type { Controller } from '../controller';
import type { PanelState } from '../panel-state';
import { words } from '../panel-words';
import { agreementView } from './agreement-view';
import { associationView, type PanelParts } from './association-view';
import { modularityView } from './modularity-view';

/** The whole page. */
export function panelView(state: PanelState, parts: PanelParts): TemplateResult {
  const { results, report, selection } = state;
  if (results === null) return html`<p class="message" role="status">${words.state.loading}</p>`;
  const { controller } = parts;
  if (results.length === 0) return empty(state, parts);
  const chosen = results.find(({ id }) => id === selection.result)?.state;
  return html`${header(state, controller)} ${problem(state, controller)} ${body(state, parts)}
  ${
    // The banner says why a result in another state has no report.
    report.state === 'failed' && (chosen === 'done' || chosen === 'stale' || chosen === 'partial')
      ? html`<div class="notice failed" role="alert">
          <p><strong>${words.state.noReport}.</strong> ${report.message}</p>
          <vscode-button
            secondary
            @click=${() => {
              controller.retry();
            }}
            >${words.retry}</vscode-button
          >
        </div>`
      : ''
  }`;
}

/** Says why what the user asked for could not be done, until they dismiss it. */
function problem({ problem: message }: PanelState, controller: Controller): TemplateResult | typeof nothing {
  if (message === null) return nothing;
  return html`<div class="notice failed" role="alert">
    <p>${message}</p>
    <vscode-button
      secondary
      @click=${() => {
        controller.dismissProblem();
      }}
      >${words.dismiss}</vscode-button
    >
  </div>`;
}

function body(state: PanelState, parts: PanelParts): TemplateResult {
  const { report, selection } = state;
  const { controller, exports } = parts;
  const modularity = modularityView(state, controller, exports);
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
    <div class="comparison">${agreementView(state, layer, controller, exports)}</div>
  </div>`;
}

function empty({ report }: PanelState, { controller }: PanelParts): TemplateResult {
  const { state } = words;
  return html`<div class="message empty">
    <h1>${report.state === 'failed' ? state.noReport : state.empty}</h1>
    <p>${report.state === 'failed' ? report.message : state.emptyHint}</p>
    <p class="actions">
      <vscode-button
        @click=${() => {
          controller.run('analyze');
        }}
        >${state.analyze}</vscode-button
      >
      <vscode-button
        secondary
        @click=${() => {
          controller.run('selectData');
        }}
        >${state.selectData}</vscode-button
      >
    </p>
  </div>`;
}

/** Which result, what is known of it, and what to do with it. */
function header(state: PanelState, controller: Controller): TemplateResult {
  const { results, selection, report } = state;
  const chosen = results?.find(({ id }) => id === selection.result);
  return html`<header class="top">
      ${dropdown(
        words.result,
        selection.result,
        (results ?? []).map(({ id, name }) => [id, name] as const),
        (result) => {
          controller.select({ result, layer: null, method: null });
        },
      )}
      ${report.state === 'ready' ? facts(report.value) : nothing}
      <span class="spring"></span>
      ${segmentedControl(
        words.palette,
        selection.palette,
        [
          ['viridis', 'viridis'],
          ['cividis', 'cividis'],
        ],
        (palette) => {
          controller.select({ palette });
        },
      )}
      ${
        report.state === 'ready'
          ? html`<vscode-button
              secondary
              @click=${() => {
                controller.run('writeReport');
              }}
              >${words.state.writeReport}</vscode-button
            >`
          : nothing
      }
    </header>
    ${chosen === undefined ? nothing : banner(chosen, state, controller)}
    ${report.state === 'ready' ? doubts(report.value) : nothing}`;
}

function facts({ data, stats }: Report): TemplateResult {
  const split = stats.test ?? stats.val ?? stats.train;
  return html`<span class="facts"
    >${words.state.samples(data.samples, data.split)}${
      split === undefined ? nothing : html` · ${score(split)}`
    }</span
  >`;
}

function score({ accuracy, r2 }: SplitStatistics): string {
  return accuracy === undefined ? `R² ${fixed(r2, 2)}` : words.state.accuracy(percent(accuracy));
}

/** Why the numbers may mean nothing, and what was assumed or found out about the network and the data. */
function doubts({ network: { assumptions, notes = [], warnings = [] } }: Report): TemplateResult {
  const list = (sentences: readonly string[]): TemplateResult =>
    html`<ul>
      ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>`;
  return html`${warnings.map(
    (warning) => html`<div class="notice stale" role="status"><p>${warning}</p></div>`,
  )}
  ${
    assumptions.length + notes.length === 0
      ? nothing
      : html`<details class="doubts">
          <summary>${words.state.assumed(assumptions.length)}</summary>
          ${list(assumptions)}
          ${
            notes.length === 0
              ? nothing
              : html`<p>${words.state.notes}</p>
                  ${list(notes)}`
          }
        </details>`
  }`;
}

/** Says what the user should know of a result that is not simply done. */
function banner(
  result: ResultSummary,
  { progress }: PanelState,
  controller: Controller,
): TemplateResult | typeof nothing {
  const act = (command: 'analyze' | 'cancel' | 'selectData' | 'showLog', label: string): TemplateResult =>
    html`<vscode-button
      secondary
      @click=${() => {
        controller.run(command);
      }}
      >${label}</vscode-button
    >`;
  const { state } = words;
  switch (result.state) {
    case 'done':
      return nothing;
    case 'stale':
      return html`<div class="notice stale" role="status">
        <p>${result.message ?? state.stale}</p>
        ${act('analyze', state.again)}
      </div>`;
    case 'partial':
      return html`<div class="notice" role="status">
        <p>${state.partial}</p>
        ${act('analyze', state.goOn)}
      </div>`;
    case 'failed':
      return html`<div class="notice failed" role="alert">
        <p><strong>${state.failed}.</strong> ${result.message ?? ''}</p>
        ${result.about === 'data' ? act('selectData', state.selectData) : nothing}
        ${act('analyze', state.again)} ${act('showLog', state.showLog)}
      </div>`;
    case 'running': {
      const at = progress.get(result.id);
      return html`<div class="notice" role="status">
        <p>
          ${at === undefined ? state.running : state.progress(at.stage, at.done, at.total)}
          ${at === undefined || at.secondsLeft === null ? nothing : html`<small>${state.secondsLeft(at.secondsLeft)}</small>`}
        </p>
        <progress
          aria-label=${state.running}
          max=${Math.max(1, at?.total ?? 1)}
          .value=${at?.done ?? 0}
        ></progress>
        ${act('cancel', state.cancel)}
      </div>`;
    }
  }
}
