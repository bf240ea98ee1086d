import { html, type TemplateResult } from 'lit';

/** The first row names the columns. */
export type Rows = readonly (readonly (string | number)[])[];

/** Names are read from the left, numbers are compared from the right. */
const isName = (cell: string | number): boolean => /^\p{L}/u.test(String(cell));

/** An ordinary table, for reading number by number; it scrolls by itself, so it can take the focus. */
export function plainTable(caption: string, [head = [], ...rows]: Rows): TemplateResult {
  return html`<div class="scroll plain" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name = '', ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td class=${isName(cell) ? 'name' : ''}>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
