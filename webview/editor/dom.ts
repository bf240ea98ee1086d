/** An element with its attributes and children. Text becomes a text node, so nothing of a file is ever read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const result = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) result.setAttribute(name, value);
  result.append(...children);
  return result;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const result = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) result.setAttribute(name, String(value));
  result.append(...children);
  return result;
}

export function button(text: string, className: string, act: () => void): HTMLButtonElement {
  const result = element('button', { type: 'button', class: className }, text);
  result.addEventListener('click', act);
  return result;
}

/** Terms and what they are. */
export function terms(entries: readonly (readonly [string, Node | string])[]): HTMLDListElement {
  const pairs = entries.map(([term, value]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, value)),
  );
  return element('dl', {}, ...pairs);
}
