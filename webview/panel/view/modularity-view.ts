import { html, nothing, type TemplateResult } from 'lit';
import { shorten } from '../../../src/core/base/text';
import type { Measure } from '../../../src/core/measures';
import type { Scale } from '../../../src/core/render/colours';
import { fixed, full } from '../../format';
import type { Controller } from '../controller';
import type { Exports } from '../exports';
import type { PanelState } from '../panel-state';
import { words } from '../strings';
import { cellColours, colourLegend, plainTable, segmentedControl, viewTools } from './controls';
import { keyboardGrid } from './keyboard-grid';
import { methodHeadings, opensFamily } from './method-columns';
import {
  cellNumbers,
  hasNullModel,
  type ModularityCell,
  type ModularityRow,
  modularityRows,
  modularityScale,
  modularityTable,
  quantityName,
  quantityOf,
  quantityRows,
  sizeInWords,
} from './modularity-table';

const text = words.modularity;
/** Letters that are shown of a layer's name, from both its ends; its tooltip has all. */
const LONGEST = 21;

/** Layers × methods: how modular each is. A press selects one. */
export function modularityView(
  state: PanelState,
  controller: Controller,
  exports: Exports,
): TemplateResult | typeof nothing {
  const table = modularityTable(state);
  if (table === null) return nothing;
  const { quantity, tables } = state.view;
  const scale = modularityScale(table, quantity);
  const asTable = tables.includes('modularity');

  return html`<section class="view modularity" aria-labelledby="modularity">
    <header>
      <h2 id="modularity">${text.title}</h2>
      ${segmentedControl(
        text.shown,
        quantity,
        [
          ['q', text.q],
          ['z', text.zName],
          ['count', text.countName],
        ],
        (chosen) => {
          controller.change({ quantity: chosen });
        },
      )}
      ${viewTools(text.title, {
        asTable,
        toggle: () => {
          controller.toggleTable('modularity');
        },
        copy: () => {
          exports.copy(asTable ? modularityRows(table, full) : quantityRows(table, quantity, full));
        },
        save:
          state.report.state === 'ready'
            ? (kind) => {
                exports.save('modularity', kind);
              }
            : null,
      })}
    </header>
    ${
      table.rows.length === 0
        ? html`<p class="hint">${text.noLayers}</p>`
        : asTable
          ? plainTable(text.grid, modularityRows(table))
          : html`<div class="scroll">
              <table class="heat" role="grid" aria-label=${text.grid} ${keyboardGrid()}>
                ${methodHeadings(table.methods, words.layer)}
                <tbody>
                  ${table.rows.map((row) => gridRow(row, table.methods, table.running, scale, state, controller))}
                </tbody>
              </table>
            </div>`
    }
    <footer>
      ${asTable ? nothing : colourLegend(scale, state.selection.palette, quantityName(quantity))}
      ${quantity === 'z' && !hasNullModel(table.rows) ? html`<p class="hint">${text.noNull}</p>` : nothing}
    </footer>
  </section>`;
}

function gridRow(
  row: ModularityRow,
  methods: readonly Measure[],
  running: boolean,
  scale: Scale,
  state: PanelState,
  controller: Controller,
): TemplateResult {
  const { selection, view } = state;
  const { layer } = row;
  const size = row.size === null ? null : sizeInWords(row.size);
  return html`<tr role="row">
    <th role="rowheader" scope="row" title=${size === null ? layer : `${layer}: ${size}`}>
      <span class="name">${shorten(layer, LONGEST)}</span>
      ${size === null ? nothing : html`<small>${size}</small>`}
    </th>
    ${methods.map((method, i) => {
      const cell = row.cells.get(method);
      const gap = opensFamily(methods, i) ? html`<td class="gap" role="presentation"></td>` : nothing;
      const { large, small, more } = cellNumbers(cell, view.quantity);
      const value = cell === undefined ? null : quantityOf(cell, view.quantity);
      const at = value === null ? null : scale.position(value);
      const selected = layer === selection.layer && method === selection.method;
      return html`${gap}
        <td
          role="gridcell"
          class=${at === null ? 'none' : ''}
          aria-selected=${selected}
          aria-label=${label(layer, method, cell, state)}
          aria-description=${more === '' ? nothing : more}
          title=${more === '' ? nothing : more}
          .style=${cellColours(selection.palette, at)}
          @click=${() => {
            if (cell !== undefined && !running) controller.select({ layer, method });
          }}
        >
          <b>${large}</b>${small === null ? nothing : html`<small data-text=${small}></small>`}
        </td>`;
    })}
  </tr>`;
}

/** Says what is in view: Q and the number of clusters, and z where the cell shows it. */
function label(layer: string, method: Measure, cell: ModularityCell | undefined, state: PanelState): string {
  if (cell === undefined)
    return (state.report.state === 'ready' ? text.missing : text.pending)(layer, method);
  if (cell.q === null) return text.nothing(layer, method);
  const said = text.cell(layer, method, cell.q.toFixed(3), cell.count);
  return state.view.quantity === 'z' ? `${said}, ${text.z(fixed(cell.z, 1))}` : said;
}
