import { printable } from '../base/text';
import { familyOf, isNormalised, type Measure, rawOf } from '../measures';
import { colourAt, type ColourMap, inkAt, type Scale, superscript } from './colours';

/** SVG is written as strings. Styles are attributes, never CSS: GitHub serves pictures under a policy against it. */
type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Colours of everything that is not data. */
export const INK = '#1f2328';
export const MUTED = '#59636e';
export const RULE = '#afb8c1';
export const CARD = '#ffffff';
const CARD_EDGE = '#d1d9e0';
/** What there is no value for. */
export const MISSING = '#e4e8ec';

/** A page's own colours in place of those. */
export interface Neutrals {
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  readonly card: string;
  readonly cardEdge: string;
  readonly missing: string;
}

/**
 * CSS by which a page shows figures in its own colours, so that the same bytes suit a light page and a dark one: what an attribute
 * of a drawing says yields to any rule.
 * @param scope selector of what holds the figures
 */
export function neutralsCss(scope: string, colours: Neutrals): string {
  const pairs = [
    [INK, colours.ink],
    [MUTED, colours.muted],
    [RULE, colours.rule],
    [CARD, colours.card],
    [CARD_EDGE, colours.cardEdge],
    [MISSING, colours.missing],
  ];
  // White text stands on data.
  return pairs
    .map(
      ([from = '', to = '']) =>
        `${scope} [fill="${from}"]${from === CARD ? ':not(text)' : ''}{fill:${to}}${scope} [stroke="${from}"]{stroke:${to}}`,
    )
    .join('\n');
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text that may come from a file: without characters that XML does not allow or that would rearrange the page. */
const content = (text: string): string => escapeXml(printable(text));

/** One element. Attribute values are escaped; children are markup already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined)
      tag += ` ${key}="${typeof value === 'number' ? rounded(value) : escapeXml(value)}"`;
  }
  return children.length === 0 ? `${tag}/>` : `${tag}>${children.join('')}</${name}>`;
}

/** A hundredth of a pixel is finer than any screen. */
const rounded = (value: number): string => String(Math.round(value * 100) / 100);

export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, 'font-size': 11, fill: INK, ...attributes }, content(words));
}

/** About how wide text is, in pixels: fonts differ, so that it is rather too much. */
export function textWidth(words: string, size = 11): number {
  let width = 0;
  for (const character of words) {
    width += /[ilj.,:;'|!()[\]/ ftIr-]/.test(character)
      ? 0.36
      : /[mwMW%@—…±×=<>]/.test(character)
        ? 0.9
        : 0.61;
  }
  return width * size;
}

/** Words in lines of a width. */
export function wrapText(words: string, width: number, size = 11): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** What a viewer shows on hovering, where the picture is opened by itself. */
export function tooltip(words: string): string {
  return element('title', {}, content(words));
}

export function rectangle(
  x: number,
  y: number,
  width: number,
  height: number,
  attributes: Attributes,
): string {
  return element('rect', { x, y, width, height, ...attributes });
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, stroke: RULE, ...attributes });
}

/** A bar over what belongs together, with its name above the middle. */
function bracket(x: number, y: number, width: number, name: string): string {
  const middle = text(x + width / 2, y - 6, name, { 'text-anchor': 'middle', 'font-weight': 600 });
  return middle + line(x, y, x + width, y, { 'stroke-width': 1.5 });
}

/** Space around what is drawn, in pixels; where the title's and the subtitle's baselines are. */
export const MARGIN = 20;
const TITLE_Y = 32;
const SUBTITLE_Y = 51;
/** Where the drawing below the titles may begin. */
export const BODY_Y = 68;

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly subtitle: string;
  /** For those who cannot see it. */
  readonly description: string;
}

/** The whole file: a light card, so that it reads on a dark page as well, titles, then the body. */
export function picture(about: Picture, ...body: readonly string[]): string {
  const { height, title, subtitle, description } = about;
  // Room for the titles, whose width can only be estimated: fonts differ.
  const width = Math.max(about.width, 2 * MARGIN + title.length * 10.2, 2 * MARGIN + subtitle.length * 7);
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      role: 'img',
      'font-family': FONT,
    },
    tooltip(title),
    element('desc', {}, content(description)),
    rectangle(0.5, 0.5, width - 1, height - 1, { rx: 8, fill: CARD, stroke: CARD_EDGE }),
    text(MARGIN, TITLE_Y, title, { 'font-size': 16, 'font-weight': 600 }),
    text(MARGIN, SUBTITLE_Y, subtitle, { 'font-size': 12, fill: MUTED }),
    ...body,
  )}\n`;
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** null where there is none: drawn grey. */
  readonly value: number | null;
  /** Written into the cell, the first line larger. */
  readonly lines: readonly string[];
  /** Size of the first line; 12 where it is left out. */
  readonly size?: number;
  /** Exact value, shown on hovering. */
  readonly tip: string;
}

/** A cell of a small grid: coloured by its value, with the value written in it. */
export function drawCell(cell: Cell, scale: Scale, palette: ColourMap): string {
  const { x, y, width, height, value, lines, size = 12, tip } = cell;
  const position = value === null ? null : scale.position(value);
  const fill = position === null ? MISSING : colourAt(palette, position);
  const ink = position === null ? INK : inkAt(palette, position);
  // Baselines that set one or two lines in the middle of the cell.
  const first = y + height / 2 + (lines.length > 1 ? -2 : 4);
  return element(
    'g',
    {},
    tooltip(tip),
    rectangle(x, y, width, height, { fill, stroke: CARD }),
    ...lines.map((content, i) =>
      text(x + width / 2, first + 15 * i, content, {
        'text-anchor': 'middle',
        'font-size': i === 0 ? size : 10,
        'font-weight': i === 0 ? 600 : undefined,
        fill: ink,
      }),
    ),
  );
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
  palette: ColourMap,
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

/** Measures side by side, or one above the other, with the families set apart. */
interface MeasureAxis {
  readonly slots: readonly { readonly measure: Measure; readonly offset: number }[];
  /** Size of one slot. */
  readonly cell: number;
  /** From the first slot to the end of the last. */
  readonly length: number;
}

const FAMILY_GAP = 12;
/** A slot that has a measure's name to itself must hold it: "backward_hess". */
const NAME_WIDTH = 92;

/** @param measures in canonical order, at least one */
export function measureAxis(measures: readonly Measure[], cell: number): MeasureAxis {
  const alone = measures.some(
    (measure) => measures.filter((other) => rawOf(other) === rawOf(measure)).length === 1,
  );
  const size = alone ? Math.max(cell, NAME_WIDTH) : cell;
  let offset = 0;
  const slots = measures.map((measure, i) => {
    const previous = measures[i - 1];
    if (previous !== undefined) offset += familyOf(previous) === familyOf(measure) ? size : size + FAMILY_GAP;
    return { measure, offset };
  });
  return { slots, cell: size, length: offset + size };
}

/** Height of the three lines of a header: family, measure, raw or normalised. */
export const HEADER_HEIGHT = 62;

/** The columns' names, above a grid whose top left corner is (x, y). */
export function measureHeader(axis: MeasureAxis, x: number, y: number): string {
  const span = (key: (measure: Measure) => string) => {
    const groups = new Map<string, { from: number; to: number }>();
    for (const { measure, offset } of axis.slots) {
      const name = key(measure);
      groups.set(name, { from: groups.get(name)?.from ?? offset, to: offset + axis.cell });
    }
    return [...groups];
  };
  return [
    ...span(familyOf).map(([name, { from, to }]) =>
      bracket(x + from, y - HEADER_HEIGHT + 18, to - from, name),
    ),
    ...span(rawOf).flatMap(([name, { from, to }]) => [
      text(x + (from + to) / 2, y - 26, name, { 'text-anchor': 'middle' }),
      line(x + from + 3, y - 20, x + to - 3, y - 20),
    ]),
    ...axis.slots.map(({ measure, offset }) =>
      text(x + offset + axis.cell / 2, y - 7, isNormalised(measure) ? 'norm' : 'raw', {
        'text-anchor': 'middle',
        'font-size': 10,
      }),
    ),
  ].join('');
}
