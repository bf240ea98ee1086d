import { printable } from '../base/text';
import type { Markup } from './words';

// HTML of reports: one file that needs no other.

/** Markup, or text that was made into it: what is to be shown goes through `escapeHtml` first. */
export type Html = string;

/** Text out of a file as HTML that shows it and does nothing else. */
export function escapeHtml(text: string): Html {
  return printable(text, 1000).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export const htmlCode = (text: string): Html => `<code>${escapeHtml(text)}</code>`;

export const HTML: Markup = {
  plain: escapeHtml,
  code: htmlCode,
  strong: (markup) => `<strong>${markup}</strong>`,
};

/** @param rows cells, markup already; the first row and the first cell of every row are headers */
export function htmlTable(caption: string, [header = [], ...body]: readonly (readonly Html[])[]): Html {
  const head = header.map((cell) => `<th scope="col">${cell}</th>`).join('');
  const rows = body.map(([first = '', ...rest]) => {
    const cells = rest.map((cell) => `<td>${cell}</td>`).join('');
    return `<tr><th scope="row">${first}</th>${cells}</tr>`;
  });
  return `<div class="scroll"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

/** @param entries a term, and what is said of it */
export function descriptionList(entries: readonly (readonly Html[])[]): Html {
  const items = entries.map(([term = '', value = '']) => `<dt>${escapeHtml(term)}</dt><dd>${value}</dd>`);
  return `<dl>${items.join('\n')}</dl>`;
}

/** Drawn figures side by side, as many as the width holds. */
export function gallery(figures: readonly { readonly svg: string }[]): Html {
  if (figures.length === 0) return '';
  return `<div class="figures">${figures.map(({ svg }) => `<figure>${svg}</figure>`).join('\n')}</div>`;
}

/** Follows the reader's theme; nothing is fetched, so that the file can be mailed. */
const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --muted: #59636e; --page: #fff; --rule: #d1d9e0; --soft: #f6f8fa }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --muted: #9198a1; --page: #0d1117; --rule: #3d444d; --soft: #151b23 }
}
body { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  color: var(--ink); background: var(--page); max-width: 72rem; margin: 2rem auto; padding: 0 1.25rem }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 .75rem } h2 { border-bottom: 1px solid var(--rule); padding-bottom: .3rem }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere }
.scroll { overflow-x: auto } table { border-collapse: collapse; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--muted); padding-bottom: .35rem }
th, td { border: 1px solid var(--rule); padding: .3rem .7rem; text-align: left } td { text-align: right }
th { background: var(--soft); font-weight: 600 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem } dt { color: var(--muted) } dd { margin: 0 }
.figures { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0; max-width: 100% }
figure svg { max-width: 100%; height: auto; display: block } .muted { color: var(--muted) }
@media print { body { max-width: none } figure, table { break-inside: avoid } }
`;

/** A whole page that needs no other file, and may not fetch one. */
export function page(title: string, ...body: readonly Html[]): Html {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body.filter((part) => part !== '').join('\n')}
</main>
</body>
</html>
`;
}
