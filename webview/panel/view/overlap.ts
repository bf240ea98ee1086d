import { html, nothing, type TemplateResult } from 'lit';
import type { Measure as Method } from '../../../src/core/measures';
import type { LayerReport } from '../../../src/core/report';
import { colourAt, inkAt, type PaletteName } from '../../../src/core/report/palette';
import { largest, overlap } from '../data/overlap';
import type { State } from '../state';
import { words } from '../strings';
import { css } from './css';

const text = words.agreement;
/** Clusters of each method that are shown: there may be as many as units. */
const MOST = 48;

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
  const [shownRows, shownColumns] = [largest(rows, MOST), largest(columns, MOST)];
  const all = shownRows.length === rows.length && shownColumns.length === columns.length;
  return html`<p class="hint">
      ${caption}. ${all ? nothing : text.largest(MOST)} ${dead === 0 ? nothing : text.deadLeftOut(dead)}
    </p>
    <div class="scroll overlap" tabindex="0" role="region" aria-label=${caption}>
      <table aria-label=${caption}>
        <thead>
          <tr>
            <th scope="col">${pair[0]} ╲ ${pair[1]}</th>
            ${shownColumns.map((label) => html`<th scope="col">${words.clusterName(label)}</th>`)}
            <th scope="col">${text.total}</th>
          </tr>
        </thead>
        <tbody>
          ${shownRows.map(
            (row) =>
              html`<tr>
                <th scope="row">${words.clusterName(row)}</th>
                ${shownColumns.map((column) =>
                  cell(counts[row]![column]!, Math.max(rows[row]!, columns[column]!), palette),
                )}
                <td class="total">${rows[row]}</td>
              </tr>`,
          )}
          <tr>
            <th scope="row">${text.total}</th>
            ${shownColumns.map((column) => html`<td class="total">${columns[column]}</td>`)}
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
