/**
 * The twin of vscode.l10n.t in a page: the English text is the key of the extension's bundle, which the page carries as data.
 * `npm run l10n` collects the texts of both.
 */
const element = document.getElementById('l10n');
// The extension wrote it (see pageHtml): English text → text in the user's language.
const bundle = JSON.parse(element?.textContent ?? '{}') as Readonly<Record<string, string>>;

/** @param values what stands for {0}, {1} … */
export function t(english: string, ...values: readonly (string | number)[]): string {
  return (bundle[english] ?? english).replace(/\{(\d+)\}/g, (_, index) =>
    String(values[Number(index)] ?? ''),
  );
}
