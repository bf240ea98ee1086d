import { execFileSync } from 'node:child_process';

/** The browser, and nothing else: the bundles are made for all tests. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/chromium.mjs'], { stdio: 'inherit' });
}
