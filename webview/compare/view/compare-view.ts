import { html, nothing, type TemplateResult } from 'lit';
import type { Comparison } from '../../../src/core/study/comparison';
import type { ComparedSummary } from '../../../src/protocol';
import { type CompareState, letterOf } from '../compare-state';
import { words } from '../compare-words';
import type { Controller } from '../compare-controller';
import { agreementView } from './pair-agreement-view';
import { changesView } from './changes-view';
import { matricesView } from './matrices-view';
import { modularityView } from './modularity-comparison';

/** The whole page. */
export function compareView(state: CompareState, controller: Controller): TemplateResult {
  const { checkpoints, comparison } = state;
  if (checkpoints === null && comparison.state !== 'failed')
    return html`<p class="message" role="status">${words.loading}</p>`;
  return html`<header class="top">
      <h1 class="hidden">${words.title}</h1>
      ${(checkpoints ?? []).map(
        ({ name, id }, i) =>
          html`<button
            class="compared"
            title=${id}
            aria-label=${words.open(letterOf(i), name)}
            @click=${() => {
              controller.open(i);
            }}
          >
            <b>${letterOf(i)}</b> <span>${name}</span>
          </button>`,
      )}
    </header>
    ${(checkpoints ?? []).map((one) => notice(one, controller))} ${problem(state, controller)}
    ${
      comparison.state === 'ready'
        ? views(state, comparison.value, controller)
        : comparison.state === 'loading'
          ? html`<p class="message" role="status">${words.loading}</p>`
          : nothing
    }`;
}

function views(state: CompareState, comparison: Comparison, controller: Controller): TemplateResult {
  return html`<div class="views">
    <div>
      ${modularityView(state, comparison, controller)} ${agreementView(state, comparison, controller)}
    </div>
    <div>${matricesView(state, comparison, controller)} ${changesView(state, comparison, controller)}</div>
  </div>`;
}

/** Says what the user should know of a checkpoint that is not simply done. */
function notice(
  { name, state, message }: ComparedSummary,
  controller: Controller,
): TemplateResult | typeof nothing {
  const act = (command: 'analyze' | 'cancel' | 'showLog', label: string): TemplateResult =>
    html`<vscode-button
      secondary
      @click=${() => {
        controller.run(command);
      }}
      >${label}</vscode-button
    >`;
  switch (state) {
    case 'done':
      return nothing;
    case 'missing':
      return html`<div class="notice" role="status">
        <p>${words.state.missing(name)}</p>
        ${act('analyze', words.analyze)}
      </div>`;
    case 'running':
      return html`<div class="notice" role="status">
        <p>${words.state.running(name)}</p>
        ${act('cancel', words.cancel)}
      </div>`;
    case 'stale':
      return html`<div class="notice stale" role="status">
        <p>${words.state.stale(name)}</p>
        ${act('analyze', words.again)}
      </div>`;
    case 'failed':
      return html`<div class="notice failed" role="alert">
        <p>${words.state.failed(name, message ?? '')}</p>
        ${act('analyze', words.again)} ${act('showLog', words.showLog)}
      </div>`;
  }
}

/** Says why what the user asked for could not be done. */
function problem(
  { problem: message, comparison }: CompareState,
  controller: Controller,
): TemplateResult | typeof nothing {
  if (message !== null)
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
  if (comparison.state !== 'failed') return nothing;
  return html`<div class="notice failed" role="alert">
    <p><strong>${words.failed}.</strong> ${comparison.message}</p>
    <vscode-button
      secondary
      @click=${() => {
        void controller.refresh();
      }}
      >${words.retry}</vscode-button
    >
  </div>`;
}
