// Writes l10n/bundle.l10n.json, for translators: all strings of the extension and of its pages. --check compares.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where the strings are, and what they are given to. */
const SOURCES = [
  { folder: 'src/extension', translate: 'vscode.l10n.t' },
  { folder: 'webview', translate: 't' },
];

/** @returns {string[]} the strings, sorted */
function strings() {
  const found = new Set();
  for (const { folder, translate } of SOURCES) {
    for (const entry of readdirSync(root + folder, { recursive: true, withFileTypes: true })) {
      if (!entry.name.endsWith('.ts')) continue;
      const path = `${entry.parentPath}/${entry.name}`;
      const visit = (node) => {
        if (ts.isCallExpression(node) && node.expression.getText() === translate) {
          const [message] = node.arguments;
          if (!ts.isStringLiteral(message))
            throw new Error(`${path}: ${message.getText()} is no plain string`);
          found.add(message.text);
        }
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
    }
  }
  return [...found].sort();
}

const bundle = Object.fromEntries(strings().map((string) => [string, string]));
const text = `${JSON.stringify(bundle, null, 2)}\n`;
const path = `${root}l10n/bundle.l10n.json`;
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (readFileSync(path, 'utf8') !== text) {
  console.error('l10n/bundle.l10n.json is not what the code says: run npm run l10n');
  process.exitCode = 1;
}
