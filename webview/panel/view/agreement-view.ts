import { html, nothing, type TemplateResult } from 'lit';
import { overlap } from '../../../src/core/agreement/overlap';
import type { Measure } from '../../../src/core/measures';
import type { PaletteName } from '../../../src/core/render/colours';
import type { LayerReport } from '../../../src/core/report';
import { fixed, full, rounded, type Rows, type Write } from '../../format';
import type { Controller } from '../controller';
import type { Exports } from '../exports';
import type { PanelState } from '../panel-state';
import { words } from '../strings';
import { cellColours, colourLegend, dropdown, plainTable, segmentedControl, viewTools } from './controls';
import { keyboardGrid } from './keyboard-grid';
import { methodHeadings, methodsOf, opensFamily } from './method-columns';
import { type AgreementTable, agreementTable, METRICS } from './metrics';

const text = words.agreement;

/** Methods × methods of a layer: how alike they cluster its units. A press shows which units two methods share. */
export function agreementView(
  state: PanelState,
  layer: LayerReport,
  controller: Controller,
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
      ${dropdown(
        text.metric,
        table.metric.id,
        METRICS.map(({ id }) => [id, id] as const),
        (metric) => {
          controller.select({ metric });
        },
      )}
      <span title=${hasBaseline ? nothing : text.noBaseline}>
        ${segmentedControl(
          text.baseline,
          table.relative ? 'relative' : 'absolute',
          [
            ['absolute', text.absolute],
            ['relative', text.relative],
          ],
          (chosen) => {
            controller.select({ relative: chosen === 'relative' });
          },
          !hasBaseline,
        )}
      </span>
      ${viewTools(text.title, {
        asTable,
        toggle: () => {
          controller.toggleTable('agreement');
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
                  ${methodHeadings(methods, words.method)}
                  <tbody>
                    ${methods.map((method, i) => [
                      opensFamily(methods, i) ? html`<tr class="gap" role="presentation"></tr>` : nothing,
                      gridRow(method, methods, table, view.pair, selection.palette, controller),
                    ])}
                  </tbody>
                </table>
              </div>
              ${colourLegend(table.scale, selection.palette, table.metric.id)}`
    }
    ${methods.length < 2 ? nothing : overlapView(layer, view.pair, selection.palette)}
  </section>`;
}

function gridRow(
  a: Measure,
  methods: readonly Measure[],
  table: AgreementTable,
  pair: PanelState['view']['pair'],
  palette: PaletteName,
  controller: Controller,
): TemplateResult {
  return html`<tr role="row">
    <th role="rowheader" scope="row"><span class="name">${a}</span></th>
    ${methods.map((b, i) => {
      const value = a === b ? null : table.valueOf(a, b);
      const at = value === null ? null : table.scale.position(value);
      return html`${opensFamily(methods, i) ? html`<td class="gap" role="presentation"></td>` : nothing}
        <td
          role="gridcell"
          class=${a === b ? 'itself' : at === null ? 'none' : ''}
          aria-selected=${pair?.[0] === a && pair[1] === b}
          aria-label=${label(a, b, value, table)}
          .style=${cellColours(palette, at)}
          @click=${() => {
            if (a !== b) controller.change({ pair: [a, b] });
          }}
        >
          <b>${a === b ? '' : fixed(value, 3)}</b>
        </td>`;
    })}
  </tr>`;
}

function label(a: Measure, b: Measure, value: number | null, { metric, relative }: AgreementTable): string {
  if (a === b) return text.itself(a);
  const shown = value === null ? text.undefinedValue : value.toFixed(3);
  return (relative ? text.relativeCell : text.cell)(a, b, metric.id, shown);
}

/** The metric as a table of methods × methods. */
function metricRows(methods: readonly Measure[], { valueOf }: AgreementTable, write: Write): Rows {
  return [
    [words.method, ...methods],
    ...methods.map((a) => [a, ...methods.map((b) => write(a === b ? null : valueOf(a, b)))]),
  ];
}

/** All metrics as a table with a row per pair; directed metrics both ways. */
function agreementRows(layer: LayerReport, write: Write = rounded): Rows {
  return [
    [words.method, words.method, ...METRICS.map(({ id }) => id)],
    ...layer.agreement.map((pair) => [
      pair.a,
      pair.b,
      ...METRICS.map((metric) => {
        const [there, back] = [metric.of(pair, false), metric.of(pair, true)];
        return there === back ? write(there) : `${write(there)} / ${write(back)}`;
      }),
    ]),
  ];
}

/** Clusters that are shown of each method, which may have as many as the layer has units. */
const MOST = 48;

/** How many units each cluster of one method shares with each cluster of another. Units that are dead in either are left out. */
function overlapView(
  { methods }: LayerReport,
  pair: PanelState['view']['pair'],
  palette: PaletteName,
): TemplateResult {
  const [a, b] = (pair ?? []).map((method) => methods[method as Measure]?.clusters); // undefined for a name that is none
  if (pair === null || a === undefined || b === undefined)
    return html`<p class="hint">${text.overlapHint}</p>`;
  const { units, rows, columns, rowLabels, columnLabels, counts } = overlap(
    Int32Array.from(a),
    Int32Array.from(b),
  );
  const dead = a.length - units;
  const caption = text.overlap(...pair);
  const [shownRows, shownColumns] = [largestClusters(rows), largestClusters(columns)];
  const all = shownRows.length === rows.length && shownColumns.length === columns.length;
  return html`<p class="hint">
      ${caption}. ${all ? nothing : text.largest(MOST)} ${dead === 0 ? nothing : text.deadLeftOut(dead)}
    </p>
    <div class="scroll overlap" tabindex="0" role="region" aria-label=${caption}>
      <table aria-label=${caption}>
        <thead>
          <tr>
            <th scope="col">${pair[0]} ╲ ${pair[1]}</th>
            ${shownColumns.map((column) => html`<th scope="col">${words.clusterName(columnLabels[column]!)}</th>`)}
            <th scope="col">${text.total}</th>
          </tr>
        </thead>
        <tbody>
          ${shownRows.map(
            (row) =>
              html`<tr>
                <th scope="row">${words.clusterName(rowLabels[row]!)}</th>
                ${shownColumns.map((column) =>
                  overlapCell(
                    counts[row * columns.length + column]!,
                    Math.max(rows[row]!, columns[column]!),
                    palette,
                  ),
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

/** The largest clusters in order of label, at most `MOST`. */
function largestClusters(sizes: Int32Array): number[] {
  const clusters = Array.from(sizes, (_, cluster) => cluster);
  if (clusters.length <= MOST) return clusters;
  const bySize = clusters.sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  return bySize.slice(0, MOST).sort((a, b) => a - b);
}

/** Its colour is its share of the larger of the two clusters: 1 where they are the same. */
function overlapCell(count: number, larger: number, palette: PaletteName): TemplateResult {
  const share = larger === 0 ? 0 : count / larger;
  return html`<td .style=${cellColours(palette, share)}>${count}</td>`;
}
