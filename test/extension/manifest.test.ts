import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BACKENDS } from '../../src/core/tensor/engine';
import { MEASURES } from '../../src/core/measures';
import { SOLVERS } from '../../src/core/choices';
import { EXTENSIONS } from '../../src/extension/model/checkpoint-files';
import manifest from '../../package.json';
import strings from '../../package.nls.json';

const ROOT = join(import.meta.dirname, '../..');
const { contributes } = manifest;
const ids = contributes.commands.map(({ command }) => command);

describe('package.json', () => {
  test('has the commands of the issue under their exact titles', () => {
    const titles = Object.entries(strings).flatMap(([key, title]) =>
      key.startsWith('command.') ? [title] : [],
    );
    expect(titles.slice(0, 11)).toEqual([
      'Analyze Checkpoint',
      'Analyze Folder',
      'Cancel Analysis',
      'Open Panel',
      'Inspect Checkpoint',
      'Compare Checkpoints',
      'Select Data Set',
      'Write Report',
      'Export Picture',
      'Open Settings File',
      'Show Log',
    ]);
    expect(contributes.commands.every(({ category }) => category === 'Modscope')).toBe(true);
  });

  test('names only strings that there are, and all of them', () => {
    const named = [...JSON.stringify(manifest).matchAll(/%([\w.]+)%/g)].map(([, key]) => key);
    expect([...new Set(named)].sort()).toEqual(Object.keys(strings).sort());
  });

  test('puts only its own commands into menus and links', () => {
    const inMenus = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    const links = [...JSON.stringify(strings).matchAll(/command:(modscope\.\w+)/g)].map(
      ([, command]) => command,
    );
    expect([...inMenus, ...links].filter((command) => !ids.includes(command ?? ''))).toEqual([]);
  });

  test('registers what it contributes', () => {
    const table =
      readFileSync(join(ROOT, 'src/extension/commands.ts'), 'utf8').split('COMMANDS = {')[1] ?? '';
    const names = [...table.split('}')[0]!.matchAll(/^ {2}(\w+)[:,]/gm)].map(
      ([, name]) => `modscope.${name ?? ''}`,
    );
    expect(names.sort()).toEqual([...ids].sort());
  });

  test('knows the names of files, measures, solvers and engines that the code knows', () => {
    const [editor] = contributes.customEditors;
    const patterns = EXTENSIONS.map((extension) => `*.${extension}`);
    expect(editor?.selector.map(({ filenamePattern }) => filenamePattern)).toEqual(patterns);
    const { properties } = contributes.configuration;
    expect(properties['modscope.methods'].items.enum).toEqual(MEASURES);
    expect(properties['modscope.solver'].enum).toEqual(SOLVERS);
    expect(properties['modscope.backend'].enum).toEqual(BACKENDS);
    const named = [...JSON.stringify(contributes.menus).matchAll(/resourceExtname =~ [^$]*\(([\w|]+)\)/g)];
    expect(named.length).toBe(5);
    expect(new Set(named.map(([, names]) => names))).toEqual(new Set([EXTENSIONS.join('|')]));
    const dotted = EXTENSIONS.map((extension) => `.${extension}`);
    for (const tool of contributes.languageModelTools)
      expect(JSON.stringify(tool.inputSchema)).toContain(`(${dotted.join(', ')})`);
    expect(strings['welcome.noCheckpoint']).toContain(dotted.join(', ').replace(/, (\.\w+)$/, ' or $1'));
  });

  test('activates on what is asked for alone', () => {
    expect(manifest.activationEvents).toEqual([
      'onWebviewPanel:modscope.panel',
      'onWebviewPanel:modscope.study',
      'onWebviewPanel:modscope.compare',
    ]);
  });

  test('ships the strings that the code translates', () => {
    expect(() =>
      execFileSync(process.execPath, ['scripts/l10n.mjs', '--check'], { cwd: ROOT }),
    ).not.toThrow();
  });
});
