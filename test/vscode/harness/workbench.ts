import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type * as vscode from 'vscode';
import { callInHost, installBridge } from './host';
import { log } from './logs';
import { runCommand } from './palette';
import { CHROMIUM, SCREENSHOTS, VSIX } from './paths';
import { install, makeProfile, type Profile } from './profile';
import { type Server, startServer } from './server';
import { until } from './wait';

const CHROMIUM_FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
];

/** Whether an error comes from VS Code's own scripts, with nothing of the extension's pages in its stack. */
function isOfVscodeAlone({ stack = '' }: Error): boolean {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.length > 0 && frames.every((frame) => /\/out\/(?:vs|nls)/.test(frame));
}

/** A real VS Code with the packaged extension, open in a browser on a folder. */
export class Workbench {
  /** What pages complained of: errors, refused content. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    readonly folder: string,
    private readonly profile: Profile,
    private readonly server: Server,
    private readonly browser: Browser,
  ) {
    page.on('pageerror', (error) => {
      if (!isOfVscodeAlone(error)) this.complaints.push(error.stack ?? error.message);
    });
    page.on('console', (message) => {
      if (/Content Security Policy|Uncaught/.test(message.text())) this.complaints.push(message.text());
    });
  }

  /** @param open whether the window opens the folder, or nothing */
  static async start(
    folder: string,
    open: boolean,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<Workbench> {
    const profile = await makeProfile(settings);
    await install(profile, VSIX);
    await installBridge(profile);
    const server = await startServer(profile);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const workbench = new Workbench(await context.newPage(), folder, profile, server, browser);
    const query = new URLSearchParams(open ? { folder } : { ew: 'true' });
    await workbench.page.goto(`${server.url}/?${query.toString()}`);
    await workbench.ready(1);
    return workbench;
  }

  async reload(): Promise<void> {
    const started = await this.starts();
    // A window that is told to reload writes down its state first; a page that is reloaded may not get to it.
    await runCommand(this.page, 'Developer: Reload Window');
    await this.ready(started + 1);
  }

  log(name: string): Promise<string> {
    return log(this.profile, name);
  }

  /** Runs a function in the extension host: see callInHost. */
  inHost<A, T>(run: (api: typeof vscode, argument: A) => T | Thenable<T>, argument: A): Promise<T> {
    return callInHost(this.profile, run, argument);
  }

  async screenshot(name: string): Promise<void> {
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await rm(this.profile.root, { recursive: true, force: true });
  }

  /** Contributed commands appear once the extension host has started. */
  private async ready(started: number): Promise<void> {
    await this.page.locator('.part.activitybar .action-item').first().waitFor({ timeout: 60_000 });
    await until('the extension host', async () => (await this.starts()) >= started, 60);
  }

  private async starts(): Promise<number> {
    return (await this.log('remoteexthost')).split('Eager extensions activated').length - 1;
  }
}
