import { colourAt, type PaletteName } from './palette';
import { type Scale, superscript } from './scale';
import { element, line, MUTED, rectangle, RULE, text } from './svg';

const BAR_WIDTH = 12;
/** Of a bar with its labels. */
export const COLOUR_BAR_WIDTH = 60;
/** Straight lines between so many colours are nowhere more than 2/255 away from the palette. */
const STOPS = 24;

/** A vertical colour bar, low at the bottom, with labelled ticks and a caption above. */
export function colourBar(
  x: number,
  y: number,
  height: number,
  scale: Scale,
  palette: PaletteName,
  caption: string,
): string {
  // The same name has the same content everywhere, so pictures may share a page.
  const id = `modscope-${palette}`;
  const stops = Array.from({ length: STOPS + 1 }, (_, i) =>
    element('stop', { offset: String(i / STOPS), 'stop-color': colourAt(palette, i / STOPS) }),
  );
  const power = scale.exponent === 0 ? '' : ` ×10${superscript(scale.exponent)}`;
  const outline = { stroke: RULE, 'stroke-width': 0.5 };
  return [
    element('linearGradient', { id, x1: 0, y1: 1, x2: 0, y2: 0 }, ...stops),
    rectangle(x, y, BAR_WIDTH, height, { fill: `url(#${id})`, ...outline }),
    // Beyond the bar's end there is more, in the same colour.
    scale.clipped
      ? element('path', {
          d: `M${x} ${y - 1}h${BAR_WIDTH}l${-BAR_WIDTH / 2} -7z`,
          fill: colourAt(palette, 1),
          ...outline,
        })
      : '',
    text(x, y - 14, caption + power, { 'font-size': 10, fill: MUTED }),
    ...scale.ticks.map(({ at, label }) => {
      const tickY = y + height * (1 - at);
      return (
        line(x + BAR_WIDTH, tickY, x + BAR_WIDTH + 4, tickY) +
        text(x + BAR_WIDTH + 7, tickY + 3.5, label, { 'font-size': 10 })
      );
    }),
  ].join('');
}
