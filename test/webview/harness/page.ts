import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageHtml } from '../../../src/extension/model/page-html';
import type { ComparisonMethods, EditorMethods, PanelMethods, StudyMethods } from '../../../src/protocol';
import { PROJECT } from '../../support/command';
import { styleSheet, type ThemeName } from './themes';
import { pack } from './wire';

const ORIGIN = 'https://modscope.test';
const NONCE = 'bm9uY2U';

type AnswersTo<M extends { [K in keyof M]: { input: unknown; output: unknown } }> = {
  [K in keyof M]?: (input: M[K]['input']) => M[K]['output'] | Promise<M[K]['output']>;
};
/** What a page is answered, method by method. */
export type Answers = AnswersTo<PanelMethods>;
export type EditorAnswers = AnswersTo<EditorMethods>;
export type StudyAnswers = AnswersTo<StudyMethods>;
export type ComparisonAnswers = AnswersTo<ComparisonMethods>;

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS });
}

const bundled = new Map<string, string>();

/** A file of this folder as one script. */
export function script(name: string): string {
  const known = bundled.get(name);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'chrome128',
    platform: 'browser',
  });
  const code = outputFiles.map(({ text }) => text).join('');
  bundled.set(name, code);
  return code;
}

export interface Opened {
  readonly page: Page;
  /** Calls of the page, in order. */
  readonly calls: { readonly name: string; readonly input: unknown }[];
  /** What the policy refused and what was thrown. */
  readonly problems: () => Promise<string[]>;
}

export interface Opening {
  /** Which of the pages. */
  readonly name?: 'panel' | 'editor' | 'study' | 'compare';
  /** Translations of what it says. */
  readonly strings?: Readonly<Record<string, string>>;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Started by the test, once it has prepared what it needs. */
  readonly waiting?: boolean;
}

/** Opens a page as the extension writes it, with VS Code's side faked. */
export async function open(
  browser: Browser,
  answers: Answers | EditorAnswers | StudyAnswers | ComparisonAnswers,
  opening: Opening = {},
): Promise<Opened> {
  const { name = 'panel', theme = 'vscode-dark', width = 1440, height = 1000, waiting = false } = opening;
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const calls: Opened['calls'] = [];
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  // The page asks for what its protocol has.
  const methods = answers as Readonly<Record<string, (input: unknown) => unknown>>;
  await page.exposeFunction('answer', async (method: string, input: unknown) => {
    calls.push({ name: method, input });
    return pack(await methods[method]?.(input));
  });
  await page.addInitScript({ content: script('vscode-api') });
  const written = pageHtml({
    ...{ title: 'Modscope', language: 'en', strings: opening.strings, source: ORIGIN, nonce: NONCE },
    ...{ script: `${name}.js`, style: `${name}.css` },
  });
  // VS Code adds its theme.
  const html = (waiting ? written.replace(/<script nonce[^>]*><\/script>/, '') : written)
    .replace('<body>', `<body class="${theme}">`)
    .replace('<link', `<link rel="stylesheet" nonce="${NONCE}" href="theme.css"><link`);
  await page.route(`${ORIGIN}/**`, async (route) => {
    const file = new URL(route.request().url()).pathname.slice(1);
    if (file === '') await route.fulfill({ body: html, contentType: 'text/html' });
    else if (file === 'theme.css') await route.fulfill({ body: styleSheet(theme), contentType: 'text/css' });
    else if (file === `${name}.js` || file === `${name}.css`)
      await route.fulfill({
        body: await readFile(join(PROJECT, 'dist/webview', file)),
        contentType: file.endsWith('js') ? 'text/javascript' : 'text/css',
      });
    else await route.fulfill({ status: 404 });
  });
  await page.goto(`${ORIGIN}/`);
  return {
    page,
    calls,
    problems: async () => [...errors, ...(await page.evaluate(() => window.violations))],
  };
}

/** Starts a page that was waiting, and marks when. */
export async function start(page: Page, name: NonNullable<Opening['name']> = 'panel'): Promise<void> {
  await page.evaluate(
    ([nonce, file]) => {
      const element = document.createElement('script');
      element.nonce = nonce;
      element.src = file;
      performance.mark('start');
      document.body.append(element);
    },
    [NONCE, `${name}.js`] as const,
  );
}
