/** What a webview's page is made of. */
interface Page {
  readonly title: string;
  /** BCP 47. */
  readonly language: string;
  /** Addresses of its bundles. */
  readonly script: string;
  readonly style: string;
  /** Where such addresses may lie, as a policy names it. */
  readonly source: string;
  /** Fresh for every page: only what carries it is run. */
  readonly nonce: string;
  /** English text → text in the user's language, as vscode.l10n has it; undefined: English. */
  readonly strings: Readonly<Record<string, string>> | undefined;
}

/** The page's HTML. It loads nothing from elsewhere and runs no inline code; its words are data (see webview/l10n.ts). */
export function pageHtml({ title, language, script, style, source, nonce, strings }: Page): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' ${source}`,
    `font-src ${source}`,
    `img-src ${source} data: blob:`,
  ].join('; ');
  // JSON has no other place for "<" than in strings, where it may be written so: no translation ends the element.
  const words = JSON.stringify(strings ?? {}).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escaped(title)}</title>
    <link rel="stylesheet" nonce="${nonce}" href="${style}">
  </head>
  <body>
    <script type="application/json" nonce="${nonce}" id="l10n">${words}</script>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
