import { printable } from '../base/text';
import type { Markup } from './words';

// Markdown of reports, as VS Code and GitHub render it.

/**
 * Text out of a file as Markdown that shows it and does nothing else: no markup, HTML, link, mention of a user or
 * break of a table. Entities for what a backslash does not reliably stop, in tables above all.
 */
export function escapeMarkdown(text: string): string {
  return printable(text, 1000)
    .replace(/[`*_[\]<>~$!#&|\\@]|:(?=\/\/)/g, (character) =>
      '|\\@:'.includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`,
    )
    .replace(/^(?=[-+=])/, '\\') // a list, a heading's underline
    .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\');
}

/** A name or path as code; one that could end the code, or a table's cell, is escaped instead. */
export function markdownCode(text: string): string {
  const shown = printable(text);
  return /[`|\\]/.test(shown) || shown.trim() === '' ? `"${escapeMarkdown(shown)}"` : `\`${shown}\``;
}

export const MARKDOWN: Markup = {
  plain: escapeMarkdown,
  code: markdownCode,
  strong: (markup) => `**${markup}**`,
};

/** @param rows cells, markup already; the first row is the header */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [header = [], ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  const columns = rows[0]?.length ?? 0;
  return [header, `|${' :-- |'.repeat(columns)}`, ...body].join('\n');
}

/** A picture beside the report. Its file name is safe as it is. */
export function markdownImage({ file, alt }: { readonly file: string; readonly alt: string }): string {
  return `![${escapeMarkdown(alt)}](${file})`;
}
