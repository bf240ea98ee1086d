import { html, nothing, type TemplateResult } from 'lit';
import type { LayerReport, Method } from '../../../src/core/analysis/report';
import { colourAt, inkAt, type PaletteName } from '../../../src/core/report/palette';
import { overlap } from '../data/overlap';
import type { State } from '../state';
import { words } from '../strings';
import { css } from './css';

const text = words.agreement;

/** How many units each cluster of one method shares with each of another. */
export function overlapView(
  { methods }: LayerReport,
  pair: State['view']['pair'],
  palette: PaletteName,
): TemplateResult {
  const labels = pair?.map((method) => methods[method as Method]?.clusters); // undefined for a name that is none
  const [a, b] = labels ?? [];
  if (pair === null || a === undefined || b === undefined)
    return html`<p class="hint">${text.overlapHint}</p>`;
  const { rows, columns, counts, units, dead } = overlap(a, b);
  const caption = text.overlap(...pair);
  return html`<div class="scroll overlap" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption>
        ${caption}. ${dead === 0 ? nothing : text.deadLeftOut(dead)}
      </caption>
      <thead>
        <tr>
          <th scope="col">${pair[0]} ╲ ${pair[1]}</th>
          ${columns.map((_, label) => html`<th scope="col">${words.clusterName(label)}</th>`)}
          <th scope="col">${text.total}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (size, row) =>
            html`<tr>
              <th scope="row">${words.clusterName(row)}</th>
              ${columns.map((other, column) => cell(counts[row]?.[column] ?? 0, Math.max(size, other), palette))}
              <td class="total">${size}</td>
            </tr>`,
        )}
        <tr>
          <th scope="row">${text.total}</th>
          ${columns.map((size) => html`<td class="total">${size}</td>`)}
          <td class="total">${units}</td>
        </tr>
      </tbody>
    </table>
  </div>`;
}

/** Coloured by its share of the larger of the two clusters: 1 where they are the same. */
function cell(count: number, larger: number, palette: PaletteName): TemplateResult {
  const share = larger === 0 ? 0 : count / larger;
  const colours = { background: colourAt(palette, share), color: inkAt(palette, share) };
  return html`<td ${css(colours)}>${count}</td>`;
}
