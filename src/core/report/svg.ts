import { printable } from '../base/text';

/** SVG is written as strings. Styles are attributes, never CSS: GitHub serves pictures under a policy against it. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Colours of everything that is not data. */
export const INK = '#1f2328';
export const MUTED = '#59636e';
export const RULE = '#afb8c1';
export const CARD = '#ffffff';
/** What there is no value for. */
export const MISSING = '#e4e8ec';

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
export function bracket(x: number, y: number, width: number, name: string): string {
  const middle = text(x + width / 2, y - 6, name, { 'text-anchor': 'middle', 'font-weight': 600 });
  return middle + line(x, y, x + width, y, { 'stroke-width': 1.5 });
}

/** Space around what is drawn, in pixels; where the title's and the subtitle's baselines are. */
export const MARGIN = 20;
const TITLE_Y = 32;
const SUBTITLE_Y = 51;
/** Where the drawing below the titles may begin. */
export const BODY_Y = 68;

export interface Picture {
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
    rectangle(0.5, 0.5, width - 1, height - 1, { rx: 8, fill: CARD, stroke: '#d1d9e0' }),
    text(MARGIN, TITLE_Y, title, { 'font-size': 16, 'font-weight': 600 }),
    text(MARGIN, SUBTITLE_Y, subtitle, { 'font-size': 12, fill: MUTED }),
    ...body,
  )}\n`;
}
