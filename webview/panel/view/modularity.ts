import { html, nothing, type TemplateResult } from 'lit';
import type { Method } from '../../../src/core/analysis/report';
import { colourAt, inkAt } from '../../../src/core/report/palette';
import type { Scale } from '../../../src/core/report/scale';
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
import { colourBar } from './colour-bar';
import { segments, tools } from './controls';
import { css } from './css';
import { keyboardGrid } from './grid';
import { methodHeader } from './method-header';
import { modularityRows } from './modularity-table';
import { plainTable } from './plain-table';
import type { Exports } from '../exports';

const text = words.modularity;

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
  const caption = { q: text.q, z: text.zName, count: text.countName }[measure];

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
        asTable: tables.includes('modularity'),
        toggle: () => {
          panel.toggleTable('modularity');
        },
        copy: () => {
          exports.copy(modularityRows(table, full));
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
      tables.includes('modularity')
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
      ${colourBar(scale, state.selection.palette, caption)}
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
  const { layer, units } = row;
  return html`<tr role="row">
    <th role="rowheader" scope="row" title=${layer}>
      <span class="name">${layer}</span>
      ${units === null ? nothing : html`<small>${words.units(units)}</small>`}
    </th>
    ${methods.map((method, i) => {
      const cell = row.cells.get(method);
      const gap = opensFamily(methods, i) ? html`<td class="gap" role="presentation"></td>` : nothing;
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
          aria-description=${described(cell)}
          ${css(colours)}
          @click=${() => {
            if (cell !== undefined && !running) panel.select({ layer, method });
          }}
        >
          ${content(cell, view.measure)}
        </td>`;
    })}
  </tr>`;
}

const described = (cell: ModularityCell | undefined): string | typeof nothing =>
  cell === undefined || cell.z === null ? nothing : text.z(fixed(cell.z, 1));

/** Says what is seen: z where it is shown, beside Q and the number of clusters. */
function label(layer: string, method: Method, cell: ModularityCell | undefined, state: State): string {
  if (cell === undefined)
    return (state.report.state === 'ready' ? text.missing : text.pending)(layer, method);
  if (cell.q === null) return text.nothing(layer, method);
  const said = text.cell(layer, method, cell.q.toFixed(3), cell.count);
  return state.view.measure === 'z' ? `${said}, ${text.z(fixed(cell.z, 1))}` : said;
}

/**
 * The value that is shown by colour, and under it another that says how to take it: for the eye, as the name and the
 * description of the cell have it already.
 */
function content(cell: ModularityCell | undefined, measure: State['view']['measure']): TemplateResult {
  if (cell === undefined || cell.q === null) return html`<b>–</b>`;
  const q = fixed(cell.q, 3);
  const [large, small] = {
    q: [q, cell.z === null ? words.clusters(cell.count) : text.z(fixed(cell.z, 1))],
    z: [fixed(cell.z, 1), `Q ${q}`],
    count: [String(cell.count), `Q ${q}`],
  }[measure];
  return html`<b>${large}</b><small data-text=${small}></small>`;
}
