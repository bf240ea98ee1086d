import { html, nothing, type TemplateResult } from 'lit';
import { listed } from '../../../src/core/base/text';
import { isMeasure } from '../../../src/core/measures';
import type { ClusterChanges, Comparison } from '../../../src/core/study/comparison';
import { percent, type Rows } from '../../format';
import { plainTable, viewTools } from '../../panel/view/controls';
import { type CompareState, letterOf } from '../compare-state';
import { words } from '../compare-words';
import type { Controller } from '../compare-controller';

/** Units that are named of those that moved from one cluster to another; a copy has all. */
const NAMED = 16;

/** What became of the clusters of the selected layer and measure from one checkpoint of a run to another. */
export function changesView(
  state: CompareState,
  { pairs, layers }: Comparison,
  controller: Controller,
): TemplateResult {
  const { layer, method } = state;
  const pair = pairs[state.pair];
  const index = layers.findIndex(({ name }) => name === layer);
  const found = method !== null && isMeasure(method) ? pair?.layers[index]?.[method] : undefined;
  const changes = found?.changes ?? null;
  const letters: Letters = [letterOf(pair?.a ?? 0), letterOf(pair?.b ?? 1)];
  return html`<section class="view changes" aria-labelledby="changes">
    <header>
      <h2 id="changes">
        ${words.changes.title} <small>${words.changes.between(...letters, layer ?? '', method ?? '')}</small>
      </h2>
      ${
        changes === null
          ? nothing
          : viewTools(words.changes.title, {
              asTable: null,
              copy: () => {
                controller.copy(moveRows(changes, letters, Infinity));
              },
              save: null,
            })
      }
    </header>
    ${
      pair?.isOneRun !== true
        ? html`<p class="hint">${words.changes.otherRuns}</p>`
        : changes === null
          ? html`<p class="hint">${words.changes.notComputed}</p>`
          : told(changes, found?.units ?? 0, letters)
    }
  </section>`;
}

/** The two checkpoints' letters. */
type Letters = readonly [a: string, b: string];

function told(changes: ClusterChanges, units: number, letters: Letters): TemplateResult {
  const stay = changes.matches.reduce((sum, match) => sum + match.units, 0);
  return html`<p>
      <strong>${words.changes.stay(stay, units, percent(units === 0 ? 0 : stay / units))}</strong>
      ${eventsInWords(changes, letters).join(' ')}
    </p>
    ${overlapTable(changes, letters)}
    ${
      changes.moves.length === 0
        ? html`<p class="hint">${words.changes.none}</p>`
        : plainTable(words.changes.moves, moveRows(changes, letters, NAMED))
    }`;
}

function eventsInWords({ events }: ClusterChanges, [a, b]: Letters): string[] {
  const names = (letter: string, labels: readonly number[]): string =>
    listed(
      labels.map((label) => words.cluster(letter, label)),
      8,
    );
  return [
    ...events.merges.map(({ from, to }) => words.changes.merged(names(a, from), words.cluster(b, to))),
    ...events.splits.map(({ from, to }) => words.changes.split(words.cluster(a, from), names(b, to))),
    ...events.births.map((label) => words.changes.born(words.cluster(b, label))),
    ...events.deaths.map((label) => words.changes.died(words.cluster(a, label))),
  ];
}

/** How many units each cluster of the first shares with each of the second, matched clusters on the diagonal. */
function overlapTable({ matches, moves }: ClusterChanges, [a, b]: Letters): TemplateResult {
  const caption = words.changes.table(a, b);
  const cells = [...matches, ...moves.map(({ from, to, units }) => ({ from, to, units: units.length }))];
  const rows = matchedFirst(cells, matches, 'from');
  const columns = matchedFirst(cells, matches, 'to');
  const isMatch = (from: number, to: number): boolean =>
    matches.some((match) => match.from === from && match.to === to);
  return html`<p class="hint">${caption}</p>
    <div class="scroll overlap" tabindex="0" role="region" aria-label=${caption}>
      <table aria-label=${caption}>
        <thead>
          <tr>
            <th scope="col"><span class="hidden">${words.changes.from}</span></th>
            ${columns.map((to) => html`<th scope="col">${words.cluster(b, to)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (from) =>
              html`<tr>
                <th scope="row">${words.cluster(a, from)}</th>
                ${columns.map((to) => {
                  const count = cells.find((cell) => cell.from === from && cell.to === to)?.units ?? 0;
                  // Of those that are dead in both nothing is told.
                  const shown = from < 0 && to < 0 ? '' : count === 0 ? '·' : count;
                  return html`<td class=${isMatch(from, to) ? 'match' : ''}>${shown}</td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

type Cell = Record<'from' | 'to' | 'units', number>;

/** Labels of one of the two: those that are matched, in the order of the matches, then the others, the dead last. */
function matchedFirst(cells: readonly Cell[], matches: readonly Cell[], side: 'from' | 'to'): number[] {
  const matched = matches.map((match) => match[side]);
  const others = [...new Set(cells.map((cell) => cell[side]))].filter((label) => !matched.includes(label));
  const live = others.filter((label) => label >= 0).sort((x, y) => x - y);
  return [...matched, ...live, ...others.filter((label) => label < 0)];
}

function moveRows({ moves }: ClusterChanges, [a, b]: Letters, most: number): Rows {
  return [
    [words.changes.from, words.changes.to, words.changes.count, words.changes.which],
    ...moves.map(({ from, to, units }) => {
      const more = units.length > most ? ` ${words.changes.more(units.length - most)}` : '';
      const which = `${units.slice(0, most).join(', ')}${more}`;
      return [words.cluster(a, from), words.cluster(b, to), units.length, which];
    }),
  ];
}
