import { html, type TemplateResult } from 'lit';

/** How the user chooses, in every page. */

/** A choice of a few, all in view: radio buttons that look like a segmented control. */
export function segmentedControl<T extends string>(
  name: string,
  chosen: T,
  choices: readonly (readonly [value: T, label: string])[],
  choose: (value: T) => void,
  disabled = false,
): TemplateResult {
  return html`<fieldset class="segmented" aria-label=${name} ?disabled=${disabled}>
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
export function dropdown<T extends string>(
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
