import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scripts } from '../package.json';
import { PROJECT } from './support/command';

const FOLDERS = ['src', 'webview', 'test', 'bench', 'scripts'];
const names = new Set(
  FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).map(baseName),
  ),
);

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

/** Whether there is what a document calls so: a path from the root, a file by its name alone, a script of package.json. */
function exists(said: string): boolean {
  const script = /^npm run ([\w:]+)/.exec(said)?.[1];
  if (script !== undefined) return script in scripts;
  if (/[<*{ ]/.test(said)) return true; // a pattern, or no file
  if (!/^(src|webview|test|bench|scripts|schemas|samples|docs|media)\/|^[\w.-]+\.(ts|mjs)$/.test(said))
    return true;
  return existsSync(join(PROJECT, said)) || names.has(said);
}

describe.each(['README.md', 'CONTRIBUTING.md', 'docs/ARCHITECTURE.md', 'docs/RECIPES.md'])(
  '%s',
  (document) => {
    const text = readFileSync(join(PROJECT, document), 'utf8');

    test('names files and scripts that there are', () => {
      const said = [...text.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name);
      expect(said.filter((name) => !exists(name))).toEqual([]);
    });

    test('links to files that there are', () => {
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = '']) => link);
      expect(links.filter((link) => !existsSync(join(PROJECT, document, '..', link)))).toEqual([]);
    });
  },
);
