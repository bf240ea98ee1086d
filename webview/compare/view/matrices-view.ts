import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { Comparison } from '../../../src/core/study/comparison';
import type { MatrixPicture } from '../../../src/matrix-messages';
import { dropdown, segmentedControl } from '../../form-controls';
import { fixed, rounded } from '../../format';
import type { Camera } from '../../panel/matrix/camera';
import { pictureScale, valueOfByte } from '../../panel/matrix/matrix-picture';
import { type MatrixScene, MatrixView } from '../../panel/matrix/matrix-view';
import type { Position } from '../../panel/matrix/navigation';
import { colourLegend } from '../../panel/view/controls';
import { type CompareState, letterOf, orderOf } from '../compare-state';
import { words } from '../compare-words';
import type { Controller } from '../compare-controller';

/** The matrix of one layer by one measure in every checkpoint, with one scale of colours. */
export function matricesView(
  state: CompareState,
  comparison: Comparison,
  controller: Controller,
): TemplateResult {
  const { layer, method, scale, pictures } = state;
  const order = orderOf(state, comparison);
  const measures = comparison.measures.filter((measure) =>
    comparison.layers.some(({ name, results }) => name === layer && results.some((one) => one[measure])),
  );
  return html`<section class="view association" aria-labelledby="association">
    <header>
      <h2 id="association">${words.matrices.title} <small>${layer}, ${method}</small></h2>
      <div class="controls">
        ${dropdown(
          words.layer,
          layer,
          comparison.layers.map(({ name }) => [name, name] as const),
          (name) => {
            controller.change({ layer: name });
          },
        )}
        ${dropdown(
          words.measure,
          method,
          measures.map((measure) => [measure, measure] as const),
          (measure) => {
            controller.change({ method: measure });
          },
        )}
        ${segmentedControl(
          words.matrices.order,
          order,
          [
            ['first', words.matrices.first],
            ['own', words.matrices.own],
          ],
          (chosen) => {
            controller.change({ order: chosen });
          },
        )}
        ${segmentedControl(
          words.scale,
          scale,
          [
            ['linear', words.linear],
            ['log', words.log],
          ],
          (chosen) => {
            controller.change({ scale: chosen });
          },
        )}
      </div>
    </header>
    ${orderHint(order, comparison, layer)}
    ${
      pictures.state === 'failed'
        ? html`<div class="notice" role="alert">
            <p><strong>${words.matrices.failed}.</strong> ${pictures.message}</p>
          </div>`
        : pictures.state === 'ready'
          ? side(pictures.value, order, state, comparison)
          : html`<p class="message" role="status">${words.loading}</p>`
    }
  </section>`;
}

function orderHint(
  order: 'first' | 'own',
  { pairs, layers }: Comparison,
  layer: string | null,
): TemplateResult | typeof nothing {
  if (order === 'own') return nothing;
  const hints: string[] = [];
  if (pairs.some(({ a, isOneRun }) => a === 0 && !isOneRun)) hints.push(words.matrices.meaningless);
  const sizes = layers.find(({ name }) => name === layer)?.units ?? [];
  if (new Set(sizes.filter((size) => size !== null)).size > 1) hints.push(words.matrices.otherUnits);
  return hints.length === 0 ? nothing : html`<p class="hint">${hints.join(' ')}</p>`;
}

function side(
  pictures: readonly (MatrixPicture | null)[],
  order: 'first' | 'own',
  state: CompareState,
  { layers }: Comparison,
): TemplateResult {
  const first = pictures.find((picture) => picture !== null);
  const results = layers.find(({ name }) => name === state.layer)?.results ?? [];
  return html`<div class="matrices">
      ${pictures.map((picture, i) => {
        const found = Object.entries(results[i] ?? {}).find(([measure]) => measure === state.method)?.[1];
        const facts = found === undefined ? '' : words.matrices.facts(fixed(found.q, 3), found.clusters);
        return html`<figure>
          <figcaption><b>${letterOf(i)}</b> ${facts}</figcaption>
          ${
            picture === null
              ? html`<div class="absent">${words.matrices.missing}</div>`
              : html`<modscope-matrix
                  ${ref((element) => {
                    track(i, element);
                  })}
                  .scene=${sceneOf(picture, i, order === 'first' ? pictures : [], state)}
                ></modscope-matrix>`
          }
        </figure>`;
      })}
    </div>
    <p class="readout hint" ${ref((element) => (output = element ?? null))}>${words.matrices.hint}</p>
    ${first === undefined ? nothing : colourLegend(pictureScale(first), state.palette, '|S|')}`;
}

/** The matrices in view, by checkpoint: where one looks, the others follow. */
const views = new Map<number, MatrixView>();
let output: Element | null = null;

function track(checkpoint: number, element: Element | undefined): void {
  if (element instanceof MatrixView) views.set(checkpoint, element);
  else views.delete(checkpoint);
}

/** @param others in the same order of units, if any are */
function sceneOf(
  picture: MatrixPicture,
  checkpoint: number,
  others: readonly (MatrixPicture | null)[],
  state: CompareState,
): MatrixScene {
  const named = new Map<string, MatrixPicture>([[letterOf(checkpoint), picture]]);
  others.forEach((other, i) => {
    if (other?.units === picture.units) named.set(letterOf(i), other);
  });
  const describe = (position: Position): string => positionText(named, position);
  return {
    picture,
    palette: state.palette,
    cluster: null,
    place: JSON.stringify([state.layer, picture.units]),
    camera: null,
    label: words.matrices.grid(letterOf(checkpoint), state.layer ?? '', state.method ?? ''),
    describe,
    onPosition: (position) => {
      if (output === null) return;
      output.textContent = position === null ? words.matrices.hint : describe(position);
    },
    onCluster: () => undefined,
    onCamera: (camera: Camera) => {
      for (const [other, view] of views) if (other !== checkpoint) view.follow(camera, picture.units);
    },
  };
}

/**
 * The values of two units in matrices of one order. A byte stands for a value only roughly, which is enough to compare colours
 * by.
 */
function positionText(pictures: ReadonlyMap<string, MatrixPicture>, { row, column }: Position): string {
  const [first] = pictures.values();
  const [one, other] = [first?.order[row], first?.order[column]];
  if (one === undefined || other === undefined) return '';
  if (row === column) return words.matrices.itself(String(one));
  const values = [...pictures].sort().flatMap(([letter, picture]) => {
    const level = picture.levels.find(({ size }) => size === picture.units);
    const value = level === undefined ? null : valueOfByte(picture, level.bytes[row * level.size + column]!);
    return value === null ? [] : [words.matrices.of(letter, rounded(value, 2))];
  });
  const pair = words.matrices.pair(String(one), String(other));
  return values.length === 0 ? pair : words.matrices.value(pair, values.join(', '));
}
