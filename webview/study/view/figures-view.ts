import { html, noChange, nothing, type TemplateResult } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { repeat } from 'lit/directives/repeat.js';
import type { StudyOverview } from '../../../src/protocol';
import { dropdown, segmentedControl } from '../../form-controls';
import { percent } from '../../format';
import type { Controller } from '../study-controller';
import type { PointChosen } from '../figure-element';
import type { StudyState } from '../study-state';
import { words } from '../study-words';

/** The figures one below the other, with what they have a choice of above them. */
export function figuresView(state: StudyState, controller: Controller): TemplateResult | typeof nothing {
  const { overview, summary } = state;
  if (overview === null || summary === null) return nothing;
  return html`<section class="view figures" aria-labelledby="figures">
    <h2 id="figures">${words.figures.title}</h2>
    ${
      overview.figures.length === 0
        ? html`<p class="hint">${words.figures.none}</p>`
        : html`${contents(overview)} ${options(state, overview, controller)}
            <p class="hint">${words.figures.hint}</p>
            ${repeat(
              overview.figures,
              ({ id }) => id,
              (figure) => figureView(figure, state, overview, controller),
            )}`
    }
  </section>`;
}

/** Links to the figures. */
function contents({ figures }: StudyOverview): TemplateResult {
  return html`<nav class="contents" aria-label=${words.figures.list}>
    ${figures.map(
      ({ id, number, title }) =>
        html`<button
          class="link"
          @click=${() => {
            goTo(`figure-${id}`);
          }}
        >
          ${words.figures.short(number, title)}
        </button>`,
    )}
  </nav>`;
}

/** Milliseconds in which figures above one that is gone to may still be drawn, and push it away. */
const SETTLING = 3000;

/** Scrolls to a figure, below the options, which stay in view, and takes the keyboard there. */
function goTo(id: string): void {
  const section = document.getElementById(id);
  if (section === null) return;
  const align = (): void => {
    const options = document.querySelector<HTMLElement>('.options:not(.own)');
    const staying =
      options === null || getComputedStyle(options).position !== 'sticky' ? 0 : options.offsetHeight;
    scrollTo({ top: scrollY + section.getBoundingClientRect().top - staying - 10 });
  };
  section.focus({ preventScroll: true });
  const growth = new ResizeObserver(align); // it calls at once
  growth.observe(document.body);
  const { signal } = growingFor(growth);
  for (const type of ['wheel', 'pointerdown', 'keydown'])
    addEventListener(
      type,
      () => {
        growth.disconnect();
      },
      { signal, passive: true },
    );
}

/** Ends an observation after a while, and what is to end with it. */
function growingFor(growth: ResizeObserver): AbortController {
  const over = new AbortController();
  setTimeout(() => {
    growth.disconnect();
    over.abort();
  }, SETTLING);
  return over;
}

/** What the figures have a choice of. */
function options(
  { options: chosen }: StudyState,
  { metrics }: StudyOverview,
  controller: Controller,
): TemplateResult {
  const w = words.figures;
  const choice = <T extends string>(
    name: string,
    value: T,
    choices: readonly (readonly [T, string])[],
    choose: (value: T) => void,
  ): TemplateResult =>
    html`<span class="option"
      ><span class="label" aria-hidden="true">${name}</span
      >${segmentedControl(name, value, choices, choose)}</span
    >`;
  return html`<div class="options" role="group" aria-label=${w.options}>
    ${choice(
      w.by,
      chosen.group,
      [
        ['measure', w.measure],
        ['family', w.family],
      ],
      (group) => {
        controller.choose({ group });
      },
    )}
    ${choice(
      w.scale,
      chosen.x,
      [
        ['auto', w.auto],
        ['value', w.value],
        ['log', w.log],
        ['percent', w.percent],
      ],
      (x) => {
        controller.choose({ x });
      },
    )}
    ${choice(
      w.layers,
      chosen.layers,
      [
        ['pooled', w.pooled],
        ['each', w.each],
      ],
      (layers) => {
        controller.choose({ layers });
      },
    )}
    ${choice(
      w.runs,
      chosen.runs,
      [
        ['points', w.points],
        ['lines', w.lines],
        ['none', w.noRuns],
      ],
      (runs) => {
        controller.choose({ runs });
      },
    )}
    ${choice(
      w.spread,
      chosen.spread,
      [
        ['se', w.standardError],
        ['bootstrap', w.bootstrap],
      ],
      (spread) => {
        controller.choose({ spread });
      },
    )}
    <label class="option" title=${w.thresholdHint}
      ><span class="label">${w.threshold}</span>
      <input
        type="number"
        class="number"
        min="0"
        max="100"
        step="5"
        .value=${String(Math.round(100 * (chosen.threshold ?? 0)))}
        aria-description=${w.thresholdHint}
        @change=${({ currentTarget }: Event) => {
          if (!(currentTarget instanceof HTMLInputElement)) return;
          const threshold = Math.min(100, Math.max(0, currentTarget.valueAsNumber)) / 100;
          if (Number.isFinite(threshold)) controller.choose({ threshold });
          else currentTarget.value = String(Math.round(100 * (chosen.threshold ?? 0)));
        }}
      />
      <span aria-hidden="true">${percent(1).replace(/[\d\s]+/, '')}</span></label
    >
    <span class="option"
      ><span class="label" aria-hidden="true">${w.metric}</span> ${dropdown(
        w.metric,
        chosen.metric,
        metrics.map(({ id, words }) => [id, words] as const),
        (metric) => {
          controller.choose({ metric });
        },
      )}</span
    >
  </div>`;
}

/** Which run and which measure a figure is of. */
function oneRunOptions(
  { options: chosen }: StudyState,
  { trajectories, measures }: StudyOverview,
  controller: Controller,
): TemplateResult {
  const w = words.figures;
  return html`<div class="own options">
    ${dropdown(
      w.run,
      chosen.run ?? trajectories[0] ?? null,
      trajectories.map((run) => [run, run] as const),
      (run) => {
        controller.choose({ run });
      },
    )}
    ${dropdown(
      w.measureOf,
      chosen.measure ?? (measures.includes('forward_jac') ? 'forward_jac' : (measures[0] ?? null)),
      measures.map((measure) => [measure, measure] as const),
      (measure) => {
        controller.choose({ measure });
      },
    )}
  </div>`;
}

function figureView(
  { id, number, title, explanation, ofOneRun }: StudyOverview['figures'][number],
  state: StudyState,
  overview: StudyOverview,
  controller: Controller,
): TemplateResult {
  const { figures, names } = state;
  const shown = figures.get(id);
  const drawn = shown?.drawn ?? null;
  const problem = shown?.problem ?? null;
  return html`<section
    id=${`figure-${id}`}
    class="figure"
    tabindex="-1"
    aria-labelledby=${`title-${id}`}
    ${whileVisible((visible) => {
      controller.see(id, visible);
    })}
  >
    <header>
      <h3 id=${`title-${id}`}>${words.figures.name(number, title)}</h3>
      <div class="tools">
        <button
          class="tool"
          aria-label=${words.figures.saveOf(words.figures.name(number, title))}
          ?disabled=${drawn === null}
          @click=${() => {
            controller.save(id);
          }}
        >
          ${words.figures.save}
        </button>
      </div>
    </header>
    <p class="hint">${explanation}</p>
    ${ofOneRun ? oneRunOptions(state, overview, controller) : nothing}
    ${problem === null ? nothing : html`<p class="problem" role="alert">${words.figures.failed}: ${problem}</p>`}
    ${drawn?.svg === '' ? html`<p class="hint">${words.figures.nothing}</p>` : nothing}
    <modscope-study-figure
      class=${drawn === null ? 'awaited' : ''}
      .names=${(point: number) => names[drawn?.checkpoints[point] ?? -1] ?? ''}
      .svg=${drawn?.svg ?? ''}
      @choose=${({ detail }: PointChosen) => {
        controller.openPoint(id, detail);
      }}
    ></modscope-study-figure>
  </section>`;
}

/** Tells whether an element is in view, and when that changes. */
class WhileVisible extends Directive {
  #tell: (visible: boolean) => void = () => undefined;
  #observed = false;

  override render(tell: (visible: boolean) => void): typeof noChange {
    this.#tell = tell;
    return noChange;
  }

  override update({ element }: ElementPart, [tell]: [(visible: boolean) => void]): typeof noChange {
    this.render(tell);
    if (!this.#observed) {
      this.#observed = true;
      new IntersectionObserver(
        (entries) => {
          this.#tell(entries.at(-1)?.isIntersecting === true);
        },
        { rootMargin: '200px' }, // a little before it is scrolled to
      ).observe(element);
    }
    return noChange;
  }
}

const whileVisible = directive(WhileVisible);
