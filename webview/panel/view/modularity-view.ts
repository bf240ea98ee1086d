import { html, nothing, type TemplateResult } from 'lit';
import { shorten } from '../../../src/core/base/text';
import type { Measure } from '../../../src/core/measures';
import type { Scale } from '../../../src/core/render/colours';
import { segmentedControl } from '../../form-controls';
import { fixed, full } from '../../format';
import type { Controller } from '../controller';
import type { Exports } from '../exports';
import type { PanelState } from '../panel-state';
import { words } from '../panel-words';
import { cellColours, colourLegend, plainTable, viewTools } from './controls';
import { keyboardGrid } from './keyboard-grid';
import { measureHeadings, opensFamily } from './measure-columns';
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

/** Letters that are shown of a layer's name, from both its ends; its tooltip has all. */
const LONGEST = 21;

/** Layers × measures: how modular each is. A press selects one. */
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
      <h2 id="modularity">${words.modularity.title}</h2>
      ${segmentedControl(
        words.modularity.shown,
        quantity,
        [
          ['q', words.modularity.q],
          ['z', words.modularity.zName],
          ['count', words.modularity.countName],
        ],
        (chosen) => {
          controller.change({ quantity: chosen });
        },
      )}
      ${viewTools(words.modularity.title, {
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
        ? html`<p class="hint">${words.modularity.noLayers}</p>`
        : asTable
          ? plainTable(words.modularity.grid, modularityRows(table))
          : html`<div class="scroll">
              <table class="heat" role="grid" aria-label=${words.modularity.grid} ${keyboardGrid()}>
                ${measureHeadings(table.measures, words.layer)}
                <tbody>
                  ${table.rows.map((row) => gridRow(row, table.measures, table.running, scale, state, controller))}
                </tbody>
              </table>
            </div>`
    }
    <footer>
      ${asTable ? nothing : colourLegend(scale, state.selection.palette, quantityName(quantity))}
      ${quantity === 'z' && !hasNullModel(table.rows) ? html`<p class="hint">${words.modularity.noNull}</p>` : nothing}
    </footer>
  </section>`;
}

function gridRow(
  row: ModularityRow,
  measures: readonly Measure[],
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
    ${measures.map((measure, i) => {
      const cell = row.cells.get(measure);
      const gap = opensFamily(measures, i) ? html`<td class="gap" role="presentation"></td>` : nothing;
      const { large, small, more } = cellNumbers(cell, view.quantity);
      const value = cell === undefined ? null : quantityOf(cell, view.quantity);
      const at = value === null ? null : scale.position(value);
      const selected = layer === selection.layer && measure === selection.method;
      return html`${gap}
        <td
          role="gridcell"
          class=${at === null ? 'none' : ''}
          aria-selected=${selected}
          aria-label=${label(layer, measure, cell, state)}
          aria-description=${more === '' ? nothing : more}
          title=${more === '' ? nothing : more}
          .style=${cellColours(selection.palette, at)}
          @click=${() => {
            if (cell !== undefined && !running) controller.select({ layer, method: measure });
          }}
        >
          <b>${large}</b>${small === null ? nothing : html`<small data-text=${small}></small>`}
        </td>`;
    })}
  </tr>`;
}

/** Says what is in view: Q and the number of clusters, and z where the cell shows it. */
function label(layer: string, measure: Measure, cell: ModularityCell | undefined, state: PanelState): string {
  if (cell === undefined)
    return (state.report.state === 'ready' ? words.modularity.missing : words.modularity.pending)(
      layer,
      measure,
    );
  if (cell.q === null) return words.modularity.nothing(layer, measure);
  const said = words.modularity.cell(layer, measure, cell.q.toFixed(3), cell.count);
  return state.view.quantity === 'z' ? `${said}, ${words.modularity.z(fixed(cell.z, 1))}` : said;
}
