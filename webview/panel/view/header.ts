import { html, nothing, type TemplateResult } from 'lit';
import type { Report } from '../../../src/core/report';
import type { ResultSummary } from '../../../src/protocol';
import { percent } from '../data/format';
import type { Panel } from '../panel';
import type { State } from '../state';
import { words } from '../strings';
import { segments, select } from './controls';

/** Which result, what is known of it, and what to do with it. */
export function header(state: State, panel: Panel): TemplateResult {
  const { results, selection, report } = state;
  const chosen = results?.find(({ id }) => id === selection.result);
  return html`<header class="top">
      ${select(
        words.result,
        selection.result,
        (results ?? []).map(({ id, name }) => [id, name] as const),
        (result) => {
          panel.select({ result, layer: null, method: null });
        },
      )}
      ${report.state === 'ready' ? facts(report.value) : nothing}
      <span class="spring"></span>
      ${segments(
        words.palette,
        selection.palette,
        [
          ['viridis', 'viridis'],
          ['cividis', 'cividis'],
        ],
        (palette) => {
          panel.select({ palette });
        },
      )}
      ${
        report.state === 'ready'
          ? html`<vscode-button
              secondary
              @click=${() => {
                panel.run('writeReport');
              }}
              >${words.state.writeReport}</vscode-button
            >`
          : nothing
      }
    </header>
    ${chosen === undefined ? nothing : banner(chosen, state, panel)}`;
}

function facts({ data, stats }: Report): TemplateResult {
  const split = stats.test ?? stats.val ?? stats.train;
  return html`<span class="facts"
    >${words.state.samples(data.samples, data.split)}${
      split === undefined ? nothing : html` · ${words.state.accuracy(percent(split.accuracy))}`
    }</span
  >`;
}

/** What the user should know of a result that is not simply done. */
function banner(result: ResultSummary, { progress }: State, panel: Panel): TemplateResult | typeof nothing {
  const act = (command: 'analyze' | 'cancel' | 'selectData' | 'showLog', label: string): TemplateResult =>
    html`<vscode-button
      secondary
      @click=${() => {
        panel.run(command);
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
