import { html, type TemplateResult } from 'lit';
import type { Measure as Method } from '../../../src/core/measures';
import { familyOf, isNormalised, rawOf, runs } from '../data/methods';
import { words } from '../strings';

export const familyName = (method: Method): string =>
  familyOf(method) === 'upstream' ? words.upstream : words.downstream;
const formName = (method: Method): string => (isNormalised(method) ? words.normalisedShort : words.rawShort);

/** Three lines over a grid's columns: family, measure, raw or normalised. `corner` names the column of the rows' names. */
export function methodHeader(methods: readonly Method[], corner: string): TemplateResult {
  const groups = runs(methods, familyOf);
  // A gap column stands between the families.
  const gap = (index: number): TemplateResult | '' =>
    index > 0 ? html`<th class="gap" role="presentation"></th>` : '';
  const byFamily = groups.map(([family]) => methods.filter((method) => familyOf(method) === family));
  return html`<thead>
    <tr role="row" class="families">
      <th role="columnheader" rowspan="3" class="corner"><span class="hidden">${corner}</span></th>
      ${byFamily.map(
        (family, i) =>
          html`${gap(i)}
            <th role="columnheader" colspan=${family.length}>${family[0] && familyName(family[0])}</th>`,
      )}
    </tr>
    <tr role="row" class="measures">
      ${byFamily.map(
        (family, i) =>
          html`${gap(i)}${runs(family, rawOf).map(
            ([name, count]) => html`<th role="columnheader" colspan=${count}>${name}</th>`,
          )}`,
      )}
    </tr>
    <tr role="row" class="forms">
      ${byFamily.map(
        (family, i) =>
          html`${gap(i)}${family.map((method) => html`<th role="columnheader">${formName(method)}</th>`)}`,
      )}
    </tr>
  </thead>`;
}
