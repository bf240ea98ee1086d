import { html, nothing, type TemplateResult } from 'lit';
import type { Measure as Method } from '../../../src/core/measures';
import { colourAt, inkAt } from '../../../src/core/report/palette';
import type { Scale } from '../../../src/core/report/scale';
import { shorten } from '../../../src/core/report/text';
import { fixed, full } from '../data/format';
import { opensFamily } from '../data/methods';
import {
  type ModularityCell,
  type ModularityRow,
  modularityScale,
  modularityTable,
  shownValue,
} from '../data/modularity';
import type { Panel } from '../panel';
import type { State } from '../state';
import { words } from '../strings';
import { captionOf, numbersOf, sizeOf } from '../data/modularity-text';
import { colourBar } from './colour-bar';
import { segments, tools } from './controls';
import { css } from './css';
import { keyboardGrid } from './grid';
import { methodHeader } from './method-header';
import { measureRows, modularityRows } from './modularity-table';
import { plainTable } from './plain-table';
import type { Exports } from '../exports';

const text = words.modularity;
/** Letters of a layer's name: both ends are kept, and its tooltip has all. */
const LONGEST = 21;

/** Layers × methods: how modular each is. A press selects. */
export function modularityView(
  state: State,
  panel: Panel,
  exports: Exports,
): TemplateResult | typeof nothing {
  const table = modularityTable(state);
  if (table === null) return nothing;
  const { measure, tables } = state.view;
  const scale = modularityScale(table, measure);
  const hasNull = table.rows.some(({ cells }) => [...cells.values()].some(({ z }) => z !== null));
  const asTable = tables.includes('modularity');

  return html`<section class="view modularity" aria-labelledby="modularity">
    <header>
      <h2 id="modularity">${text.title}</h2>
      ${segments(
        text.shown,
        measure,
        [
          ['q', text.q],
          ['z', text.zName],
          ['count', text.countName],
        ],
        (chosen) => {
          panel.change({ measure: chosen });
        },
      )}
      ${tools(text.title, {
        asTable,
        toggle: () => {
          panel.toggleTable('modularity');
        },
        copy: () => {
          exports.copy(asTable ? modularityRows(table, full) : measureRows(table, measure, full));
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
                ${methodHeader(table.methods, words.layer)}
                <tbody>
                  ${table.rows.map((row) => gridRow(row, table.methods, table.running, scale, state, panel))}
                </tbody>
              </table>
            </div>`
    }
    <footer>
      ${asTable ? nothing : colourBar(scale, state.selection.palette, captionOf(measure))}
      ${measure === 'z' && !hasNull ? html`<p class="hint">${text.noNull}</p>` : nothing}
    </footer>
  </section>`;
}

function gridRow(
  row: ModularityRow,
  methods: readonly Method[],
  running: boolean,
  scale: Scale,
  state: State,
  panel: Panel,
): TemplateResult {
  const { selection, view } = state;
  const { layer } = row;
  const size = row.size === null ? null : sizeOf(row.size);
  return html`<tr role="row">
    <th role="rowheader" scope="row" title=${size === null ? layer : `${layer}: ${size}`}>
      <span class="name">${shorten(layer, LONGEST)}</span>
      ${size === null ? nothing : html`<small>${size}</small>`}
    </th>
    ${methods.map((method, i) => {
      const cell = row.cells.get(method);
      const gap = opensFamily(methods, i) ? html`<td class="gap" role="presentation"></td>` : nothing;
      const { large, small, more } = numbersOf(cell, view.measure);
      const value = cell === undefined ? null : shownValue(cell, view.measure);
      const at = value === null ? null : scale.position(value);
      const selected = layer === selection.layer && method === selection.method;
      const colours =
        at === null
          ? { background: '', color: '' }
          : { background: colourAt(selection.palette, at), color: inkAt(selection.palette, at) };
      return html`${gap}
        <td
          role="gridcell"
          class=${at === null ? 'none' : ''}
          aria-selected=${selected}
          aria-label=${label(layer, method, cell, state)}
          aria-description=${more === '' ? nothing : more}
          title=${more === '' ? nothing : more}
          ${css(colours)}
          @click=${() => {
            if (cell !== undefined && !running) panel.select({ layer, method });
          }}
        >
          <b>${large}</b>${small === null ? nothing : html`<small data-text=${small}></small>`}
        </td>`;
    })}
  </tr>`;
}

/** Says what is seen: z where it is shown, beside Q and the number of clusters. */
function label(layer: string, method: Method, cell: ModularityCell | undefined, state: State): string {
  if (cell === undefined)
    return (state.report.state === 'ready' ? text.missing : text.pending)(layer, method);
  if (cell.q === null) return text.nothing(layer, method);
  const said = text.cell(layer, method, cell.q.toFixed(3), cell.count);
  return state.view.measure === 'z' ? `${said}, ${text.z(fixed(cell.z, 1))}` : said;
}
