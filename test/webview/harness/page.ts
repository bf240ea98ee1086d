import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PROJECT } from '../../support/command';
import type { Answers } from './digits';
import { styleSheet, type ThemeName } from './themes';
import { pack } from './wire';

const ORIGIN = 'https://modscope.test';
const NONCE = 'bm9uY2U';
/** As strict as the one the extension writes. */
const POLICY = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src ${ORIGIN} 'nonce-${NONCE}'; img-src ${ORIGIN} data: blob:; font-src ${ORIGIN}`;

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
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Started by the test, once it has prepared what it needs. */
  readonly waiting?: boolean;
}

/** Opens the panel's page as the extension does, with VS Code's side faked. */
export async function open(browser: Browser, answers: Answers, opening: Opening = {}): Promise<Opened> {
  const { theme = 'vscode-dark', width = 1440, height = 1000, waiting = false } = opening;
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const calls: Opened['calls'] = [];
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.exposeFunction('answer', async (name: keyof Answers, input: never) => {
    calls.push({ name, input });
    const output: unknown = await answers[name]?.(input);
    return pack(output);
  });
  await page.addInitScript({ content: script('vscode-api') });
  const started = waiting ? '' : `<script nonce="${NONCE}" src="panel.js"></script>`;
  const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>Modscope</title>
<link rel="stylesheet" nonce="${NONCE}" href="theme.css"><link rel="stylesheet" nonce="${NONCE}" href="panel.css">
</head><body class="${theme}">${started}</body></html>`;
  await page.route(`${ORIGIN}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') await route.fulfill({ body: html, contentType: 'text/html' });
    else if (name === 'theme.css') await route.fulfill({ body: styleSheet(theme), contentType: 'text/css' });
    else if (name === 'panel.js' || name === 'panel.css')
      await route.fulfill({
        body: await readFile(join(PROJECT, 'dist/webview', name)),
        contentType: name.endsWith('js') ? 'text/javascript' : 'text/css',
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
export async function start(page: Page): Promise<void> {
  await page.evaluate((nonce) => {
    const element = document.createElement('script');
    element.nonce = nonce;
    element.src = 'panel.js';
    performance.mark('start');
    document.body.append(element);
  }, NONCE);
}
