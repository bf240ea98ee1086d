import { colourAt, type PaletteName, resample } from './palette';
import { encodePng } from './png';
import { type Scale, superscript } from './scale';
import { element, line, MISSING, MUTED, rectangle, RULE, text } from './svg';

/** The last colour of an image's table stands for "no value". */
const LEVELS = 255;
const MISSING_LEVEL = LEVELS;

/**
 * A matrix as one embedded picture: thousands of rectangles would be many times its size.
 *
 * @param values row-major from the top left, side × side; what is not finite is drawn as missing
 */
export function heatImage(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  side: number,
  values: Float64Array,
  scale: Scale,
  palette: PaletteName,
): string {
  const pixels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    pixels[i] = Number.isFinite(value) ? Math.round(scale.position(value) * (LEVELS - 1)) : MISSING_LEVEL;
  }
  const colours = new Uint8Array(3 * (LEVELS + 1));
  colours.set(resample(palette, LEVELS));
  colours.set(Buffer.from(MISSING.slice(1), 'hex'), 3 * MISSING_LEVEL);
  return element('image', {
    ...box,
    href: `data:image/png;base64,${encodePng(side, side, pixels, colours).toString('base64')}`,
    // Cells, not a blur.
    'image-rendering': 'pixelated',
  });
}

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
