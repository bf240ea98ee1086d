import { html, type TemplateResult } from 'lit';
import { familyOf, isNormalised, type Measure, rawOf } from '../../../src/core/measures';
import { words } from '../panel-words';

/** Whether the measure is the first of another family, which a gap sets apart. */
export const opensFamily = (measures: readonly Measure[], index: number): boolean => {
  const [before, measure] = [measures[index - 1], measures[index]];
  return before !== undefined && measure !== undefined && familyOf(before) !== familyOf(measure);
};

/** The runs of neighbours with the same name: [name, how many]. */
function runs(measures: readonly Measure[], nameOf: (measure: Measure) => string): [string, number][] {
  const found: [string, number][] = [];
  for (const measure of measures) {
    const last = found.at(-1);
    const name = nameOf(measure);
    if (last?.[0] === name) last[1]++;
    else found.push([name, 1]);
  }
  return found;
}

const familyName = (measure: Measure): string =>
  familyOf(measure) === 'upstream' ? words.upstream : words.downstream;
const formName = (measure: Measure): string =>
  isNormalised(measure) ? words.normalisedShort : words.rawShort;

/**
 * Three lines of headings over the columns of a grid: family, measure, form.
 * @param corner names the column of the row headings
 */
export function measureHeadings(measures: readonly Measure[], corner: string): TemplateResult {
  const groups = runs(measures, familyOf);
  // A gap column stands between the families.
  const gap = (index: number): TemplateResult | '' =>
    index > 0 ? html`<th class="gap" role="presentation"></th>` : '';
  const byFamily = groups.map(([family]) => measures.filter((measure) => familyOf(measure) === family));
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
          html`${gap(i)}${family.map((measure) => html`<th role="columnheader">${formName(measure)}</th>`)}`,
      )}
    </tr>
  </thead>`;
}
