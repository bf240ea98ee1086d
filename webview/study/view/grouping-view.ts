import { html, nothing, type TemplateResult } from 'lit';
import { segmentedControl } from '../../form-controls';
import type { Controller } from '../study-controller';
import type { StudyState } from '../study-state';
import { words } from '../study-words';

/** The form that overrules how checkpoints were grouped: what each hyper-parameter is taken as. */
export function groupingView(
  { summary, roles, pick }: StudyState,
  controller: Controller,
): TemplateResult | typeof nothing {
  const plan = summary?.plan;
  if (plan === undefined || plan === null) return nothing;
  const { grouping } = words;
  const constants = plan.keys.filter(({ role }) => role === 'constant');
  return html`<section class="view grouping" aria-labelledby="grouping">
    <h2 id="grouping">${grouping.title}</h2>
    <p class="hint">${grouping.hint}</p>
    ${plan.keys.length === 0 ? html`<p class="hint">${grouping.nothing}</p>` : keyTable(plan.keys, roles, controller)}
    ${
      constants.length === 0
        ? nothing
        : html`<p class="hint">${grouping.constants(constants.map(({ key }) => key).join(', '))}</p>`
    }
    <div class="controls">
      <span class="label">${grouping.pick}</span>
      ${segmentedControl(
        grouping.pick,
        pick ?? plan.grouping.pick,
        [
          ['all', grouping.all],
          ['best', grouping.best],
          ['last', grouping.last],
        ],
        (chosen) => {
          controller.pick(chosen);
        },
      )}
    </div>
    <p class="buttons">
      <vscode-button
        ?disabled=${roles.size === 0 && pick === null}
        @click=${() => {
          controller.applyGrouping();
        }}
        >${grouping.apply}</vscode-button
      >
      <vscode-button
        secondary
        @click=${() => {
          controller.groupAutomatically();
        }}
        >${grouping.automatic}</vscode-button
      >
    </p>
  </section>`;
}

function keyTable(
  keys: NonNullable<NonNullable<StudyState['summary']>['plan']>['keys'],
  roles: StudyState['roles'],
  controller: Controller,
): TemplateResult {
  const { grouping } = words;
  return html`<table class="keys">
    <thead>
      <tr>
        <th scope="col">${grouping.key}</th>
        <th scope="col">${grouping.values}</th>
        <th scope="col">${grouping.role}</th>
      </tr>
    </thead>
    <tbody>
      ${keys.map(({ key, role, values }) =>
        role === 'constant'
          ? nothing
          : html`<tr>
              <th scope="row">${key}</th>
              <td>${values}</td>
              <td>
                ${segmentedControl(
                  grouping.roleOf(key),
                  roles.get(key) ?? role,
                  [
                    ['factor', grouping.factor],
                    ['replicate', grouping.replicate],
                    ['ignored', grouping.ignored],
                  ],
                  (chosen) => {
                    controller.assign(key, chosen);
                  },
                )}
              </td>
            </tr>`,
      )}
    </tbody>
  </table>`;
}
