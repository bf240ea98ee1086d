import { html, nothing, svg, type TemplateResult } from 'lit';
import { colourAt, type ColourMap, inkAt, type Scale, superscript } from '../../../src/core/render/colours';
import type { Rows } from '../../format';
import { words } from '../panel-words';

/** What the views are made of: tools, tables, colours. */

/** In the shape of the codicons of VS Code. */
const ICONS = {
  table: svg`<path d="M1.5 2.5h13v11h-13zM1.5 6h13M1.5 9.7h13M6 6v7.5M10.3 6v7.5" />`,
  copy: svg`<path d="M5.5 4.5h8v9h-8zM3.5 11.5h-1v-9h8v1" />`,
} as const;

const icon = (name: keyof typeof ICONS): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${ICONS[name]}</svg>`;

interface ViewActions {
  /** Whether it is shown as a table; null: it is one. */
  readonly asTable: boolean | null;
  readonly toggle?: () => void;
  readonly copy: () => void;
  /** null: there is no picture yet. */
  readonly save: ((kind: 'png' | 'svg') => void) | null;
}

/** The buttons that every view has: show as a table, copy, save. */
export function viewTools(view: string, { asTable, toggle, copy, save }: ViewActions): TemplateResult {
  const named = (label: string): string => `${view}: ${label}`;
  const button = (label: string, content: TemplateResult | string, act: () => void) =>
    html`<button class="tool" title=${label} aria-label=${named(label)} @click=${act}>${content}</button>`;
  return html`<div class="tools">
    ${
      asTable === null
        ? nothing
        : html`<button
            class="tool"
            title=${words.showTable}
            aria-label=${named(words.showTable)}
            aria-pressed=${asTable}
            @click=${toggle}
          >
            ${icon('table')}
          </button>`
    }
    ${button(words.copy, icon('copy'), copy)}
    ${
      save === null
        ? nothing
        : [
            button(words.savePng, 'PNG', () => {
              save('png');
            }),
            button(words.saveSvg, 'SVG', () => {
              save('svg');
            }),
          ]
    }
  </div>`;
}

/** Names are aligned to the left, numbers to the right. */
const isName = (cell: string | number): boolean => /^\p{L}/u.test(String(cell));

/** An ordinary table, to read number by number. It scrolls by itself, so it can take the focus. */
export function plainTable(caption: string, [head = [], ...rows]: Rows): TemplateResult {
  return html`<div class="scroll plain" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name = '', ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td class=${isName(cell) ? 'name' : ''}>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/**
 * The style of a cell of that colour, to be bound as the property `.style`: the page's policy allows no style attributes.
 * @param share 0 … 1 of the palette; null: no colour
 */
export const cellColours = (palette: ColourMap, share: number | null): string =>
  share === null ? '' : `background: ${colourAt(palette, share)}; color: ${inkAt(palette, share)}`;

const STOPS = 16;

/** The scale of a view's colours, low at the left, with ticks. It is for the eye alone: the cells say their values. */
export function colourLegend(scale: Scale, palette: ColourMap, caption: string): TemplateResult {
  const colours = Array.from({ length: STOPS + 1 }, (_, i) => colourAt(palette, i / STOPS));
  const power = scale.exponent === 0 ? '' : ` ×10${superscript(scale.exponent)}`;
  return html`<div class="bar" aria-hidden="true">
    <span class="caption">${caption}${power}</span>
    <div class="scale">
      <div class="ramp" .style=${`background: linear-gradient(to right, ${colours.join(', ')})`}></div>
      ${scale.ticks.map(
        ({ at, label }) => html`<span class="tick" .style=${`left: ${100 * at}%`}>${label}</span>`,
      )}
    </div>
  </div>`;
}
