import { html, type TemplateResult } from 'lit';
import { PAGE, type Readout } from '../readout';
import { words } from '../strings';
import { plainTable } from './plain-table';

const text = words.association;

/** Exact values, a page of them at a time. */
export function valuesTable(readout: Readout): TemplateResult {
  readout.fetch();
  const { row, column } = readout.page.from;
  const last = (start: number): number => Math.min(readout.units, start + PAGE);
  const turn = (label: string, sign: string, rows: number, columns: number): TemplateResult =>
    html`<button
      class="tool"
      title=${label}
      aria-label=${label}
      @click=${() => {
        readout.turn(rows, columns);
      }}
    >
      ${sign}
    </button>`;
  return html`<div class="tools turn">
      ${turn(text.up, '↑', -1, 0)} ${turn(text.down, '↓', 1, 0)} ${turn(text.left, '←', 0, -1)}
      ${turn(text.right, '→', 0, 1)}
    </div>
    ${plainTable(text.values(row + 1, last(row), column + 1, last(column)), readout.rows())}`;
}
