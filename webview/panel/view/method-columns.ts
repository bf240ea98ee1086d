import { html, type TemplateResult } from 'lit';
import type { LayerReport } from '../../../src/core/report';
import { familyOf, inOrder, isNormalised, type Measure, rawOf } from '../../../src/core/measures';
import { words } from '../strings';

/** The methods that the layers have, in canonical order. */
export const methodsOf = (layers: readonly LayerReport[]): Measure[] =>
  inOrder(layers.flatMap((layer) => Object.keys(layer.methods)));

/** Whether the method is the first of another family, which a gap sets apart. */
export const opensFamily = (methods: readonly Measure[], index: number): boolean => {
  const [before, method] = [methods[index - 1], methods[index]];
  return before !== undefined && method !== undefined && familyOf(before) !== familyOf(method);
};

/** The method in that form, raw or normalised, or the method itself where that form was not computed. */
export function inForm(method: Measure, form: 'raw' | 'norm', methods: readonly Measure[]): Measure {
  return (
    methods.find((one) => rawOf(one) === rawOf(method) && isNormalised(one) === (form === 'norm')) ?? method
  );
}

/** The runs of neighbours with the same name: [name, how many]. */
function runs(methods: readonly Measure[], nameOf: (method: Measure) => string): [string, number][] {
  const found: [string, number][] = [];
  for (const method of methods) {
    const last = found.at(-1);
    const name = nameOf(method);
    if (last?.[0] === name) last[1]++;
    else found.push([name, 1]);
  }
  return found;
}

const familyName = (method: Measure): string =>
  familyOf(method) === 'upstream' ? words.upstream : words.downstream;
const formName = (method: Measure): string => (isNormalised(method) ? words.normalisedShort : words.rawShort);

/**
 * Three lines of headings over the columns of a grid: family, measure, form.
 * @param corner names the column of the row headings
 */
export function methodHeadings(methods: readonly Measure[], corner: string): TemplateResult {
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
