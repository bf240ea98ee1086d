// Writes l10n/bundle.l10n.json: all strings that the extension gives to vscode.l10n.t, for translators.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {string[]} the strings, sorted */
export function strings() {
  const found = new Set();
  for (const entry of readdirSync(`${root}src/extension`, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.ts')) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    const visit = (node) => {
      if (ts.isCallExpression(node) && node.expression.getText() === 'vscode.l10n.t') {
        const [message] = node.arguments;
        if (!ts.isStringLiteral(message)) throw new Error(`${path}: ${message.getText()} is no plain string`);
        found.add(message.text);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
  }
  return [...found].sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bundle = Object.fromEntries(strings().map((string) => [string, string]));
  writeFileSync(`${root}l10n/bundle.l10n.json`, `${JSON.stringify(bundle, null, 2)}\n`);
}
