import { html, nothing, type TemplateResult } from 'lit';
import { shorten } from '../../../src/core/base/text';
import type { Measure } from '../../../src/core/measures';
import { linearScale, type Scale } from '../../../src/core/render/colours';
import type { ComparedPair, Comparison, PartitionAgreement } from '../../../src/core/study/comparison';
import { dropdown } from '../../form-controls';
import { fixed, full, rounded, type Rows, type Write } from '../../format';
import { cellColours, colourLegend, plainTable, viewTools } from '../../panel/view/controls';
import { keyboardGrid } from '../../panel/view/keyboard-grid';
import { measureHeadings, opensFamily } from '../../panel/view/measure-columns';
import { type CompareState, letterOf, type PairMetric } from '../compare-state';
import { words } from '../compare-words';
import type { Controller } from '../compare-controller';

const LONGEST = 18;
const METRICS: readonly PairMetric[] = ['elementSim', 'ami', 'matched'];

/** How alike two checkpoints cluster the units of each layer, measure by measure, beside what chance gives. */
export function agreementView(
  state: CompareState,
  comparison: Comparison,
  controller: Controller,
): TemplateResult {
  const pair = comparison.pairs[state.pair];
  if (pair === undefined) return html``;
  const asTable = state.tables.includes('agreement');
  const scale = scaleOf(pair, state.metric);
  const [a, b] = [letterOf(pair.a), letterOf(pair.b)];
  const caption = words.agreement.grid(a, b);
  return html`<section class="view agreement" aria-labelledby="agreement">
    <header>
      <h2 id="agreement">${words.agreement.title} <small>${words.agreement.of(a, b)}</small></h2>
      ${
        comparison.pairs.length < 2
          ? nothing
          : dropdown(
              words.agreement.pair,
              String(state.pair),
              comparison.pairs.map(
                (one, i) => [String(i), words.agreement.of(letterOf(one.a), letterOf(one.b))] as const,
              ),
              (chosen) => {
                controller.change({ pair: Number(chosen) });
              },
            )
      }
      ${dropdown(
        words.agreement.metric,
        state.metric,
        METRICS.map((metric) => [metric, words.agreement[metric]] as const),
        (metric) => {
          controller.change({ metric });
        },
      )}
      ${viewTools(words.agreement.title, {
        asTable,
        toggle: () => {
          controller.toggleTable('agreement');
        },
        copy: () => {
          controller.copy(rowsOf(pair, comparison, full));
        },
        save: null,
      })}
    </header>
    <p class="hint relation">${relation(pair)}</p>
    ${
      asTable
        ? plainTable(caption, rowsOf(pair, comparison, rounded))
        : html`<div class="scroll">
              <table class="heat" role="grid" aria-label=${caption} ${keyboardGrid()}>
                ${measureHeadings(comparison.measures, words.layer)}
                <tbody>
                  ${comparison.layers.map((_, i) => layerRow(i, pair, state, comparison, scale, controller))}
                </tbody>
              </table>
            </div>
            ${colourLegend(scale, state.palette, words.agreement[state.metric])}
            <p class="hint">${words.agreement.small}</p>`
    }
    ${comparison.layers.map((layer, i) =>
      pair.layers[i] === null ? html`<p class="hint">${notCompared(layer, pair)}</p>` : nothing,
    )}
  </section>`;
}

function layerRow(
  index: number,
  pair: ComparedPair,
  state: CompareState,
  { layers, measures, shuffles }: Comparison,
  scale: Scale,
  controller: Controller,
): TemplateResult | typeof nothing {
  const layer = layers[index];
  const results = pair.layers[index];
  if (layer === undefined || results === undefined || results === null) return nothing;
  return html`<tr role="row">
    <th role="rowheader" scope="row" title=${layer.name}>
      <span class="name">${shorten(layer.name, LONGEST)}</span>
    </th>
    ${measures.map((measure, i) => {
      const found = results[measure];
      const value = found?.[state.metric] ?? null;
      const at = value === null ? null : scale.position(value);
      const chance = found === undefined ? null : chanceOf(found, state.metric);
      const p = found?.matchedByChance?.p ?? null;
      return html`${opensFamily(measures, i) ? html`<td class="gap" role="presentation"></td>` : nothing}
        <td
          role="gridcell"
          class=${at === null ? 'none' : ''}
          aria-selected=${layer.name === state.layer && measure === state.method}
          aria-label=${label(layer.name, measure, state.metric, value, chance)}
          title=${p === null ? nothing : words.agreement.p(pText(p), shuffles)}
          .style=${cellColours(state.palette, at)}
          @click=${() => {
            controller.change({ layer: layer.name, method: measure });
          }}
        >
          <b>${fixed(value, 3)}</b>
          ${chance === null ? nothing : html`<small data-text=${fixed(chance, 3)}></small>`}
        </td>`;
    })}
  </tr>`;
}

function label(
  layer: string,
  measure: Measure,
  metric: PairMetric,
  value: number | null,
  chance: number | null,
): string {
  const shown = value === null ? words.agreement.undefinedValue : value.toFixed(3);
  const said = words.agreement.cell(layer, measure, words.agreement[metric], shown);
  return chance === null ? said : `${said}, ${words.agreement.chance(chance.toFixed(3))}`;
}

/** What unrelated partitions of these sizes come to; adjusted mutual information is 0 then. */
function chanceOf(found: PartitionAgreement, metric: PairMetric): number | null {
  if (metric === 'ami') return found.ami === null ? null : 0;
  return metric === 'elementSim' ? found.elementSimByChance : (found.matchedByChance?.mean ?? null);
}

function scaleOf({ layers }: ComparedPair, metric: PairMetric): Scale {
  const values = layers.flatMap((layer) =>
    Object.values(layer ?? {}).flatMap((found) => found[metric] ?? []),
  );
  const low = Math.min(0, ...values);
  return linearScale(Math.floor(low * 10) / 10, 1);
}

/** Whether units correspond, and what follows. */
function relation({ isOneRun, layers }: ComparedPair): string {
  if (isOneRun) return words.agreement.oneRun;
  const ps = layers.flatMap((layer) =>
    Object.values(layer ?? {}).flatMap((found) => found.matchedByChance?.p ?? []),
  );
  // Bonferroni: chance alone makes one of twenty small.
  const beyond = ps.filter((p) => p * ps.length <= SIGNIFICANT).length;
  return beyond === 0
    ? words.agreement.otherRuns
    : `${words.agreement.otherRuns} ${words.agreement.beyond(beyond, ps.length)}`;
}

const SIGNIFICANT = 0.05;

const pText = (p: number): string => `${p < 0.01 ? '≤' : '='} ${p.toFixed(3)}`;

function notCompared({ name, units }: Comparison['layers'][number], { a, b }: ComparedPair): string {
  const [one, other] = [units[a] ?? null, units[b] ?? null];
  if (one !== null && other !== null) return words.agreement.notCompared(name, String(one), String(other));
  const having = units.flatMap((count, i) => (count === null ? [] : [letterOf(i)]));
  return words.agreement.onlyIn(name, having.join(', '));
}

/** All numbers, a row for each layer and measure. */
function rowsOf(pair: ComparedPair, { layers, measures }: Comparison, write: Write): Rows {
  return [
    [words.layer, words.measure, ...Object.values(words.agreement.columns)],
    ...layers.flatMap(({ name }, i) =>
      measures.flatMap((measure) => {
        const found = pair.layers[i]?.[measure];
        if (found === undefined) return [];
        const numbers = [
          found.elementSim,
          found.elementSimByChance,
          found.ami,
          found.matched,
          found.matchedByChance?.mean ?? null,
          found.matchedByChance?.p ?? null,
        ];
        return [[name, measure, found.units, ...numbers.map((value) => write(value, 3))]];
      }),
    ),
  ];
}
