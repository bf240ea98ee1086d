import { html, nothing, type TemplateResult } from 'lit';
import { overlap } from '../../../src/core/agreement/overlap';
import type { Measure } from '../../../src/core/measures';
import type { PaletteName } from '../../../src/core/render/colours';
import type { LayerReport } from '../../../src/core/report';
import { dropdown, segmentedControl } from '../../form-controls';
import { fixed, full, rounded, type Rows, type Write } from '../../format';
import type { Controller } from '../controller';
import type { Exports } from '../exports';
import { measureReport, measuresOf } from '../layer-measures';
import type { PanelState } from '../panel-state';
import { words } from '../panel-words';
import { cellColours, colourLegend, plainTable, viewTools } from './controls';
import { keyboardGrid } from './keyboard-grid';
import { measureHeadings, opensFamily } from './measure-columns';
import { type AgreementTable, agreementTable, METRICS } from './metrics';

/** Measures × measures of a layer: how alike they cluster its units. A press shows which units two measures share. */
export function agreementView(
  state: PanelState,
  layer: LayerReport,
  controller: Controller,
  exports: Exports,
): TemplateResult {
  const { selection, view } = state;
  const table = agreementTable(layer, selection.metric, selection.relative);
  const measures = measuresOf([layer]);
  const asTable = view.tables.includes('agreement');
  const hasBaseline = table.metric.baseline !== undefined;

  return html`<section class="view agreement" aria-labelledby="agreement">
    <header>
      <h2 id="agreement">${words.agreement.title} <small>${layer.name}</small></h2>
      ${dropdown(
        words.agreement.metric,
        table.metric.id,
        METRICS.map(({ id }) => [id, id] as const),
        (metric) => {
          controller.select({ metric });
        },
      )}
      <span title=${hasBaseline ? nothing : words.agreement.noBaseline}>
        ${segmentedControl(
          words.agreement.baseline,
          table.relative ? 'relative' : 'absolute',
          [
            ['absolute', words.agreement.absolute],
            ['relative', words.agreement.relative],
          ],
          (chosen) => {
            controller.select({ relative: chosen === 'relative' });
          },
          !hasBaseline,
        )}
      </span>
      ${viewTools(words.agreement.title, {
        asTable,
        toggle: () => {
          controller.toggleTable('agreement');
        },
        copy: () => {
          exports.copy(asTable ? agreementRows(layer, full) : metricRows(measures, table, full));
        },
        save: (kind) => {
          exports.save('agreement', kind);
        },
      })}
    </header>
    ${
      measures.length < 2
        ? html`<p class="hint">${words.agreement.none}</p>`
        : asTable
          ? plainTable(words.agreement.grid, agreementRows(layer))
          : html`<div class="scroll">
                <table class="heat square" role="grid" aria-label=${words.agreement.grid} ${keyboardGrid()}>
                  ${measureHeadings(measures, words.measure)}
                  <tbody>
                    ${measures.map((measure, i) => [
                      opensFamily(measures, i) ? html`<tr class="gap" role="presentation"></tr>` : nothing,
                      gridRow(measure, measures, table, view.pair, selection.palette, controller),
                    ])}
                  </tbody>
                </table>
              </div>
              ${colourLegend(table.scale, selection.palette, table.metric.id)}`
    }
    ${measures.length < 2 ? nothing : overlapView(layer, view.pair, selection.palette)}
  </section>`;
}

function gridRow(
  a: Measure,
  measures: readonly Measure[],
  table: AgreementTable,
  pair: PanelState['view']['pair'],
  palette: PaletteName,
  controller: Controller,
): TemplateResult {
  return html`<tr role="row">
    <th role="rowheader" scope="row"><span class="name">${a}</span></th>
    ${measures.map((b, i) => {
      const value = a === b ? null : table.valueOf(a, b);
      const at = value === null ? null : table.scale.position(value);
      return html`${opensFamily(measures, i) ? html`<td class="gap" role="presentation"></td>` : nothing}
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
  if (a === b) return words.agreement.itself(a);
  const shown = value === null ? words.agreement.undefinedValue : value.toFixed(3);
  return (relative ? words.agreement.relativeCell : words.agreement.cell)(a, b, metric.id, shown);
}

/** The metric as a table of measures × measures. */
function metricRows(measures: readonly Measure[], { valueOf }: AgreementTable, write: Write): Rows {
  return [
    [words.measure, ...measures],
    ...measures.map((a) => [a, ...measures.map((b) => write(a === b ? null : valueOf(a, b)))]),
  ];
}

/** All metrics as a table with a row per pair; directed metrics both ways. */
function agreementRows(layer: LayerReport, write: Write = rounded): Rows {
  return [
    [words.measure, words.measure, ...METRICS.map(({ id }) => id)],
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

/** Clusters that are shown of each measure, which may have as many as the layer has units. */
const MOST = 48;

/** How many units each cluster of one measure shares with each cluster of another. Units that are dead in either are left out. */
function overlapView(
  layer: LayerReport,
  pair: PanelState['view']['pair'],
  palette: PaletteName,
): TemplateResult {
  const [a, b] = (pair ?? []).map((measure) => measureReport(layer, measure)?.clusters);
  if (pair === null || a === undefined || b === undefined)
    return html`<p class="hint">${words.agreement.overlapHint}</p>`;
  const { units, rows, columns, rowLabels, columnLabels, counts } = overlap(
    Int32Array.from(a),
    Int32Array.from(b),
  );
  const dead = a.length - units;
  const caption = words.agreement.overlap(...pair);
  const [shownRows, shownColumns] = [largestClusters(rows), largestClusters(columns)];
  const all = shownRows.length === rows.length && shownColumns.length === columns.length;
  return html`<p class="hint">
      ${caption}. ${all ? nothing : words.agreement.largest(MOST)}
      ${dead === 0 ? nothing : words.agreement.deadLeftOut(dead)}
    </p>
    <div class="scroll overlap" tabindex="0" role="region" aria-label=${caption}>
      <table aria-label=${caption}>
        <thead>
          <tr>
            <th scope="col">${pair[0]} ╲ ${pair[1]}</th>
            ${shownColumns.map((column) => html`<th scope="col">${words.clusterName(columnLabels[column]!)}</th>`)}
            <th scope="col">${words.agreement.total}</th>
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
            <th scope="row">${words.agreement.total}</th>
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
