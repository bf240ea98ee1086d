import { html, nothing, type TemplateResult } from 'lit';
import type { StudySummary } from '../../../src/protocol';
import type { Controller } from '../study-controller';
import type { StudyState } from '../study-state';
import { words } from '../study-words';
import { figuresView } from './figures-view';
import { groupingView } from './grouping-view';

/** The whole page. */
export function studyView(state: StudyState, controller: Controller): TemplateResult {
  const { summary } = state;
  if (summary === null) return html`<p class="message" role="status">${words.loading}</p>`;
  return html`<header class="top">
      <h1>${summary.name}</h1>
      <span class="spring"></span>
      ${
        summary.plan === null || summary.state === 'fixed'
          ? nothing
          : html`<vscode-button
              secondary
              aria-expanded=${state.grouping}
              @click=${() => {
                controller.change({ grouping: !state.grouping });
              }}
              >${words.changeGrouping}</vscode-button
            >`
      }
      <vscode-button
        secondary
        ?disabled=${summary.done === 0}
        @click=${() => {
          controller.run('writeReport');
        }}
        >${words.writeReport}</vscode-button
      >
    </header>
    ${summary.plan === null ? nothing : html`<p class="sentence">${summary.plan.sentence}</p>`}
    ${state.grouping ? groupingView(state, controller) : nothing} ${progress(state, summary, controller)}
    ${problems(state, summary, controller)} ${findings(state)} ${figuresView(state, controller)}
    ${failures(summary, controller)}`;
}

/** How far the study is, and what can be done about it. */
function progress(
  { progress: current }: StudyState,
  summary: StudySummary,
  controller: Controller,
): TemplateResult {
  const { state, planned, done, failed, plan } = summary;
  const counts = [
    ...(state === 'planning' ? [words.progress.planning] : [words.progress.done(done, planned)]),
    ...(plan !== null && plan.leftOut > 0 ? [words.progress.leftOut(plan.leftOut)] : []),
  ].join(', ');
  const event = current?.event;
  const step = event?.type === 'progress' ? event : null;
  return html`<div class="notice progress">
    <p>
      <strong role="status">${counts}</strong>
      ${failed === 0 ? nothing : html`<button class="link" @click=${goToFailures}>${words.progress.failed(failed)}</button>`}
      ${
        current === null || step === null
          ? nothing
          : html`<small
              >${current.name}:
              ${words.progress.of(step.stage, step.done, step.total)}${
                step.secondsLeft === null ? nothing : html`, ${words.progress.secondsLeft(step.secondsLeft)}`
              }</small
            >`
      }
    </p>
    <progress aria-label=${words.progress.bar} max=${Math.max(1, planned)} .value=${done + failed}></progress>
    ${actions(summary, controller)}
  </div>`;
}

function goToFailures(): void {
  const section = document.querySelector<HTMLElement>('.failures');
  section?.scrollIntoView({ block: 'start' });
  section?.focus({ preventScroll: true });
}

function actions({ state, done, failed, planned }: StudySummary, controller: Controller): TemplateResult {
  const button = (label: string, act: () => void, disabled = false): TemplateResult =>
    html`<vscode-button secondary ?disabled=${disabled} @click=${act}>${label}</vscode-button>`;
  const run = (command: 'continue' | 'stop') => (): void => {
    controller.run(command);
  };
  const refresh = button(words.progress.refresh, () => {
    controller.reload();
  });
  switch (state) {
    case 'planning':
      return html`${nothing}`;
    case 'running':
      return button(words.progress.stop, run('stop'));
    case 'stopping':
      return button(words.progress.stopping, run('stop'), true);
    case 'stopped': {
      const { go, goOn, tryFailed } = words.progress;
      const label = done + failed === planned && failed > 0 ? tryFailed : done + failed === 0 ? go : goOn;
      return html`${button(label, run('continue'))} ${refresh}`;
    }
    case 'done':
    case 'fixed':
      return refresh;
  }
}

/** Why the study could not be planned, and why what the user asked for could not be done. */
function problems(
  { problem }: StudyState,
  { problem: unplanned }: StudySummary,
  controller: Controller,
): TemplateResult {
  return html`${
    unplanned === null
      ? nothing
      : html`<div class="notice failed" role="alert">
          <p>${unplanned}</p>
          <vscode-button
            secondary
            @click=${() => {
              controller.reload();
            }}
            >${words.retry}</vscode-button
          >
        </div>`
  }
  ${
    problem === null
      ? nothing
      : html`<div class="notice failed" role="alert">
          <p>${problem}</p>
          <vscode-button
            secondary
            @click=${() => {
              controller.dismissProblem();
            }}
            >${words.dismiss}</vscode-button
          >
        </div>`
  }`;
}

/** Findings that are shown at once: the figures are what the page is for. */
const MOST_FINDINGS = 5;

/** What was found, then what may be; folded up, the others and what nothing can be said of. */
function findings({ findings: all }: StudyState): TemplateResult | typeof nothing {
  if (all === null) return nothing;
  const of = (...verdicts: readonly (typeof all)[number]['verdict'][]) =>
    verdicts.flatMap((verdict) => all.filter((finding) => finding.verdict === verdict));
  const list = (items: typeof all): TemplateResult =>
    html`<ul>
      ${items.map(({ verdict, sentence }) => html`<li class=${verdict}>${sentence}</li>`)}
    </ul>`;
  const found = of('found', 'uncertain');
  const others = [...found.slice(MOST_FINDINGS), ...of('none', 'too few')];
  const notes = of('note').map(({ sentence }) => sentence);
  return html`<section class="view findings" aria-labelledby="findings">
    <h2 id="findings">${words.findings.title}</h2>
    ${notes.length === 0 ? nothing : html`<p class="hint">${notes.join(' ')}</p>`}
    ${found.length === 0 ? html`<p>${words.findings.none}</p>` : list(found.slice(0, MOST_FINDINGS))}
    ${
      others.length === 0
        ? nothing
        : html`<details>
            <summary>${words.findings.more(others.length)}</summary>
            ${list(others)}
          </details>`
    }
  </section>`;
}

/** What failed, each with its reason. */
function failures(
  { failed, failures: listed, plan }: StudySummary,
  controller: Controller,
): TemplateResult | typeof nothing {
  if (failed === 0) return nothing;
  const revision = plan?.revision ?? '';
  const rest = failed - listed.length;
  return html`<section class="view failures" tabindex="-1" aria-labelledby="failures">
    <header>
      <h2 id="failures">${words.failures.title(failed)}</h2>
      <vscode-button
        secondary
        @click=${() => {
          controller.run('showLog');
        }}
        >${words.failures.showLog}</vscode-button
      >
    </header>
    <ul>
      ${listed.map(
        ({ checkpoint, name, reason }) =>
          html`<li>
            <button
              class="link"
              @click=${() => {
                controller.open(revision, checkpoint);
              }}
            >
              ${name}</button
            >: ${reason}
          </li>`,
      )}
      ${rest > 0 ? html`<li>${words.failures.more(rest)}</li>` : nothing}
    </ul>
  </section>`;
}
