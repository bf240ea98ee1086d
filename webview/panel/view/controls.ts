import { html, nothing, svg, type TemplateResult } from 'lit';
import { words } from '../strings';

/** A choice of a few, all seen at once: radio buttons in the dress of a segmented control. */
export function segments<T extends string>(
  name: string,
  chosen: T,
  choices: readonly (readonly [value: T, label: string])[],
  choose: (value: T) => void,
  disabled = false,
): TemplateResult {
  return html`<fieldset class="segments" aria-label=${name} ?disabled=${disabled}>
    ${choices.map(
      ([value, label]) =>
        html`<label
          ><input
            type="radio"
            name=${name}
            .checked=${value === chosen}
            @change=${() => {
              choose(value);
            }}
          /><span>${label}</span></label
        >`,
    )}
  </fieldset>`;
}

/** A choice of many. */
export function select<T extends string>(
  name: string,
  chosen: T | null,
  choices: readonly (readonly [value: T, label: string])[],
  choose: (value: T) => void,
): TemplateResult {
  return html`<span class="field" title=${name}
    ><vscode-single-select
      label=${name}
      .value=${chosen ?? ''}
      @change=${({ currentTarget }: Event) => {
        if (!(currentTarget instanceof HTMLElement) || !('value' in currentTarget)) return;
        const choice = choices.find(([value]) => value === currentTarget.value);
        if (choice !== undefined) choose(choice[0]);
      }}
    >
      ${choices.map(
        ([value, label]) =>
          html`<vscode-option .value=${value} ?selected=${value === chosen}>${label}</vscode-option>`,
      )}
    </vscode-single-select></span
  >`;
}

/** Codicons' shapes: table and copy. */
const ICONS = {
  table: svg`<path d="M1.5 2.5h13v11h-13zM1.5 6h13M1.5 9.7h13M6 6v7.5M10.3 6v7.5" />`,
  copy: svg`<path d="M5.5 4.5h8v9h-8zM3.5 11.5h-1v-9h8v1" />`,
} as const;

const icon = (name: keyof typeof ICONS): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${ICONS[name]}</svg>`;

export interface ViewTools {
  readonly asTable: boolean;
  readonly toggle: () => void;
  readonly copy: () => void;
  readonly save: ((kind: 'png' | 'svg') => void) | null;
}

/** What every view can do: table, copy, save. */
export function tools(view: string, { asTable, toggle, copy, save }: ViewTools): TemplateResult {
  const named = (label: string): string => `${view}: ${label}`;
  const button = (label: string, content: TemplateResult | string, act: () => void) =>
    html`<button class="tool" title=${label} aria-label=${named(label)} @click=${act}>${content}</button>`;
  return html`<div class="tools">
    <button
      class="tool"
      title=${words.showTable}
      aria-label=${named(words.showTable)}
      aria-pressed=${asTable}
      @click=${toggle}
    >
      ${icon('table')}
    </button>
    ${button(words.copy, icon('copy'), copy)}
    ${
      save === null
        ? nothing
        : [
            button(words.savePng, 'PNG', () => {
              save('png');
            }),
            button(words.saveSvg, 'SVG', () => {
              save('svg');
            }),
          ]
    }
  </div>`;
}
