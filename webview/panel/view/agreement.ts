import { html, nothing, type TemplateResult } from 'lit';
import type { Measure as Method } from '../../../src/core/measures';
import type { LayerReport } from '../../../src/core/report';
import { colourAt, inkAt, type PaletteName } from '../../../src/core/report/palette';
import { fixed, full } from '../data/format';
import { methodsOf, opensFamily } from '../data/methods';
import { type AgreementTable, agreementTable, METRICS } from '../data/metrics';
import type { Exports } from '../exports';
import type { Panel } from '../panel';
import type { State } from '../state';
import { words } from '../strings';
import { agreementRows, metricRows } from './agreement-table';
import { colourBar } from './colour-bar';
import { segments, select, tools } from './controls';
import { css } from './css';
import { keyboardGrid } from './grid';
import { methodHeader } from './method-header';
import { overlapView } from './overlap';
import { plainTable } from './plain-table';

const text = words.agreement;

/** Methods × methods of a layer: how alike they cluster its units. A press shows what the two share. */
export function agreementView(
  state: State,
  layer: LayerReport,
  panel: Panel,
  exports: Exports,
): TemplateResult {
  const { selection, view } = state;
  const table = agreementTable(layer, selection.metric, selection.relative);
  const methods = methodsOf([layer]);
  const asTable = view.tables.includes('agreement');
  const hasBaseline = table.metric.baseline !== undefined;

  return html`<section class="view agreement" aria-labelledby="agreement">
    <header>
      <h2 id="agreement">${text.title} <small>${layer.name}</small></h2>
      ${select(
        text.metric,
        table.metric.id,
        METRICS.map(({ id }) => [id, id] as const),
        (metric) => {
          panel.select({ metric });
        },
      )}
      <span title=${hasBaseline ? nothing : text.noBaseline}>
        ${segments(
          text.baseline,
          table.relative ? 'relative' : 'absolute',
          [
            ['absolute', text.absolute],
            ['relative', text.relative],
          ],
          (chosen) => {
            panel.select({ relative: chosen === 'relative' });
          },
          !hasBaseline,
        )}
      </span>
      ${tools(text.title, {
        asTable,
        toggle: () => {
          panel.toggleTable('agreement');
        },
        copy: () => {
          exports.copy(asTable ? agreementRows(layer, full) : metricRows(methods, table, full));
        },
        save: (kind) => {
          exports.save('agreement', kind);
        },
      })}
    </header>
    ${
      methods.length < 2
        ? html`<p class="hint">${text.none}</p>`
        : asTable
          ? plainTable(text.grid, agreementRows(layer))
          : html`<div class="scroll">
                <table class="heat square" role="grid" aria-label=${text.grid} ${keyboardGrid()}>
                  ${methodHeader(methods, words.method)}
                  <tbody>
                    ${methods.map((method, i) => [
                      opensFamily(methods, i) ? html`<tr class="gap" role="presentation"></tr>` : nothing,
                      gridRow(method, methods, table, view.pair, selection.palette, panel),
                    ])}
                  </tbody>
                </table>
              </div>
              ${colourBar(table.scale, selection.palette, table.metric.id)}`
    }
    ${methods.length < 2 ? nothing : overlapView(layer, view.pair, selection.palette)}
  </section>`;
}

function gridRow(
  a: Method,
  methods: readonly Method[],
  table: AgreementTable,
  pair: State['view']['pair'],
  palette: PaletteName,
  panel: Panel,
): TemplateResult {
  return html`<tr role="row">
    <th role="rowheader" scope="row"><span class="name">${a}</span></th>
    ${methods.map((b, i) => {
      const value = a === b ? null : table.valueOf(a, b);
      const at = value === null ? null : table.scale.position(value);
      const colours =
        at === null
          ? { background: '', color: '' }
          : { background: colourAt(palette, at), color: inkAt(palette, at) };
      return html`${opensFamily(methods, i) ? html`<td class="gap" role="presentation"></td>` : nothing}
        <td
          role="gridcell"
          class=${a === b ? 'itself' : at === null ? 'none' : ''}
          aria-selected=${pair?.[0] === a && pair[1] === b}
          aria-label=${label(a, b, value, table)}
          ${css(colours)}
          @click=${() => {
            if (a !== b) panel.change({ pair: [a, b] });
          }}
        >
          <b>${a === b ? '' : fixed(value, 3)}</b>
        </td>`;
    })}
  </tr>`;
}

function label(a: Method, b: Method, value: number | null, { metric, relative }: AgreementTable): string {
  if (a === b) return text.itself(a);
  const shown = value === null ? text.undefinedValue : value.toFixed(3);
  return (relative ? text.relativeCell : text.cell)(a, b, metric.id, shown);
}
