import { html, type TemplateResult } from 'lit';
import { colourAt, type PaletteName } from '../../../src/core/report/palette';
import { type Scale, superscript } from '../../../src/core/report/scale';
import { css } from './css';

const STOPS = 16;

/** Low at the left, with labelled ticks below. For the eye alone: every value is also said in words. */
export function colourBar(scale: Scale, palette: PaletteName, caption: string): TemplateResult {
  const colours = Array.from({ length: STOPS + 1 }, (_, i) => colourAt(palette, i / STOPS));
  const power = scale.exponent === 0 ? '' : ` ×10${superscript(scale.exponent)}`;
  return html`<div class="bar" aria-hidden="true">
    <span class="caption">${caption}${power}</span>
    <div class="scale">
      <div class="ramp" ${css({ background: `linear-gradient(to right, ${colours.join(', ')})` })}></div>
      ${scale.ticks.map(
        ({ at, label }) => html`<span class="tick" ${css({ left: `${100 * at}%` })}>${label}</span>`,
      )}
    </div>
  </div>`;
}
