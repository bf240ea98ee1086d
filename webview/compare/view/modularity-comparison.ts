import { html, nothing, type TemplateResult } from 'lit';
import { shorten } from '../../../src/core/base/text';
import type { Measure } from '../../../src/core/measures';
import { linearScale, niceStep, type Scale } from '../../../src/core/render/colours';
import type { ComparedLayer, Comparison } from '../../../src/core/study/comparison';
import { segmentedControl } from '../../form-controls';
import { fixed, full, rounded, type Rows, type Write } from '../../format';
import { cellColours, colourLegend, plainTable, viewTools } from '../../panel/view/controls';
import { keyboardGrid } from '../../panel/view/keyboard-grid';
import { measureHeadings, opensFamily } from '../../panel/view/measure-columns';
import { type CompareState, letterOf, type Quantity } from '../compare-state';
import { words } from '../compare-words';
import type { Controller } from '../compare-controller';

/** Letters that are shown of a layer's name, from both its ends; its tooltip has all. */
const LONGEST = 18;
const DECIMALS: Readonly<Record<Quantity, number>> = { q: 3, z: 1, clusters: 0 };

/** Two scales, each for all layers and checkpoints. */
interface Scales {
  readonly values: Scale;
  /** As far below zero as above. */
  readonly differences: Scale;
}

/** Layers × measures of every checkpoint, and what the others have more or less than the first. A press selects a matrix. */
export function modularityView(
  state: CompareState,
  comparison: Comparison,
  controller: Controller,
): TemplateResult {
  const { quantity, tables, palette } = state;
  const asTable = tables.includes('modularity');
  const scales = scalesOf(comparison, quantity);
  const name = words.modularity[quantity];
  return html`<section class="view modularity" aria-labelledby="modularity">
    <header>
      <h2 id="modularity">${words.modularity.title}</h2>
      ${segmentedControl(
        words.modularity.shown,
        quantity,
        [
          ['q', words.modularity.q],
          ['z', words.modularity.z],
          ['clusters', words.modularity.clusters],
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
          controller.copy(rowsOf(comparison, full));
        },
        save: null,
      })}
    </header>
    ${
      asTable
        ? plainTable(words.modularity.grid, rowsOf(comparison, rounded))
        : html`<div class="scroll">
              <table class="heat" role="grid" aria-label=${words.modularity.grid} ${keyboardGrid()}>
                ${measureHeadings(comparison.measures, words.layer)}
                <tbody>
                  ${comparison.layers.map((layer) => layerRows(layer, state, comparison, scales, controller))}
                </tbody>
              </table>
            </div>
            <footer>
              ${colourLegend(scales.values, palette, name)}
              ${colourLegend(scales.differences, 'puor', words.modularity.difference(name))}
            </footer>`
    }
  </section>`;
}

function layerRows(
  layer: ComparedLayer,
  state: CompareState,
  { measures }: Comparison,
  scales: Scales,
  controller: Controller,
): TemplateResult[] {
  const rows = [
    ...layer.results.map((_, checkpoint) => ({ checkpoint, minus: false })),
    ...layer.results.slice(1).map((_, i) => ({ checkpoint: i + 1, minus: true })),
  ];
  return rows.map(({ checkpoint, minus }, row) => {
    const letter = minus ? words.modularity.minus(letterOf(checkpoint)) : letterOf(checkpoint);
    return html`<tr role="row" class=${row === 0 ? 'first' : minus ? 'minus' : ''}>
      <th role="rowheader" scope="row" title=${layer.name} aria-label="${layer.name}, ${letter}">
        ${row === 0 ? html`<span class="name">${shorten(layer.name, LONGEST)}</span>` : nothing}
        <span class="letter">${letter}</span>
      </th>
      ${measures.map(
        (measure, i) =>
          html`${opensFamily(measures, i) ? html`<td class="gap" role="presentation"></td>` : nothing}
          ${
            minus
              ? differenceCell(layer, checkpoint, measure, state, scales, controller)
              : valueCell(layer, checkpoint, measure, state, scales, controller)
          }`,
      )}
    </tr>`;
  });
}

function valueCell(
  layer: ComparedLayer,
  checkpoint: number,
  measure: Measure,
  state: CompareState,
  { values }: Scales,
  controller: Controller,
): TemplateResult {
  const value = valueOf(layer, checkpoint, measure, state.quantity);
  const at = value === null ? null : values.position(value);
  return html`<td
    role="gridcell"
    class=${at === null ? 'none' : ''}
    aria-selected=${layer.name === state.layer && measure === state.method}
    aria-label=${valueLabel(layer, checkpoint, measure, state.quantity)}
    .style=${cellColours(state.palette, at)}
    @click=${() => {
      controller.change({ layer: layer.name, method: measure });
    }}
  >
    <b>${fixed(value, DECIMALS[state.quantity])}</b>
  </td>`;
}

function differenceCell(
  layer: ComparedLayer,
  checkpoint: number,
  measure: Measure,
  { quantity, layer: chosen, method }: CompareState,
  { differences }: Scales,
  controller: Controller,
): TemplateResult {
  const value = differenceOf(layer, checkpoint, measure, quantity);
  const at = value === null ? null : differences.position(value);
  const shown = signed(value, DECIMALS[quantity]);
  const rows = words.modularity.minus(letterOf(checkpoint));
  return html`<td
    role="gridcell"
    class=${at === null ? 'none' : ''}
    aria-selected=${layer.name === chosen && measure === method}
    aria-label=${words.modularity.changed(layer.name, rows, measure, words.modularity[quantity], shown)}
    .style=${cellColours('puor', at)}
    @click=${() => {
      controller.change({ layer: layer.name, method: measure });
    }}
  >
    <b>${shown}</b>
  </td>`;
}

function valueLabel(layer: ComparedLayer, checkpoint: number, measure: Measure, quantity: Quantity): string {
  const found = layer.results[checkpoint]?.[measure];
  const letter = letterOf(checkpoint);
  if (found === undefined) return words.modularity.missing(layer.name, letter, measure);
  if (found.q === null) return words.modularity.nothing(layer.name, letter, measure);
  const said = words.modularity.cell(layer.name, letter, measure, found.q.toFixed(3), found.clusters);
  return quantity === 'z' ? `${said}, ${words.modularity.zValue(fixed(found.z, 1))}` : said;
}

/** null where there is nothing to cluster. */
function valueOf(
  { results }: ComparedLayer,
  checkpoint: number,
  measure: Measure,
  quantity: Quantity,
): number | null {
  const found = results[checkpoint]?.[measure];
  return found === undefined || found.q === null ? null : found[quantity];
}

function differenceOf(
  layer: ComparedLayer,
  checkpoint: number,
  measure: Measure,
  quantity: Quantity,
): number | null {
  const [first, other] = [0, checkpoint].map((one) => valueOf(layer, one, measure, quantity));
  return first === undefined || other === undefined || first === null || other === null
    ? null
    : other - first;
}

/** "+0.050", "−0.012", "0.000". */
function signed(value: number | null, decimals: number): string {
  const text = fixed(value, decimals);
  return value === null || !/[1-9]/.test(text) ? text : value > 0 ? `+${text}` : text.replace('-', '−');
}

function scalesOf({ layers, measures }: Comparison, quantity: Quantity): Scales {
  const values: number[] = [];
  const differences: number[] = [];
  for (const layer of layers) {
    for (const measure of measures) {
      layer.results.forEach((_, checkpoint) => {
        values.push(valueOf(layer, checkpoint, measure, quantity) ?? 0);
        differences.push(Math.abs(differenceOf(layer, checkpoint, measure, quantity) ?? 0));
      });
    }
  }
  const least = quantity === 'q' ? 0.05 : 1;
  const high = Math.max(least, ...values);
  const low = Math.min(0, ...values);
  const step = niceStep((high - low) / 6);
  const widest = Math.max(quantity === 'q' ? 0.02 : 1, ...differences);
  const end = Math.ceil(widest / niceStep(widest / 2)) * niceStep(widest / 2);
  return {
    values: linearScale(Math.floor(low / step) * step, Math.ceil(high / step) * step),
    differences: linearScale(-end, end),
  };
}

/** All numbers, a row for each layer and measure. */
function rowsOf({ layers, measures }: Comparison, write: Write): Rows {
  const checkpoints = layers[0]?.results.length ?? 0;
  const each = (of: (checkpoint: number) => string | number): (string | number)[] =>
    Array.from({ length: checkpoints }, (_, checkpoint) => of(checkpoint));
  const quantities: Quantity[] = ['q', 'z', 'clusters'];
  return [
    [
      words.layer,
      words.measure,
      ...quantities.flatMap((quantity) =>
        each((checkpoint) => `${words.modularity[quantity]} ${letterOf(checkpoint)}`),
      ),
    ],
    ...layers.flatMap((layer) =>
      measures.map((measure) => [
        layer.name,
        measure,
        ...quantities.flatMap((quantity) =>
          each((checkpoint) => write(valueOf(layer, checkpoint, measure, quantity), 3)),
        ),
      ]),
    ),
  ];
}
