import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from '../support/command';

/** A real VS Code, and the extension as it ships. */
export default function setup(): void {
  for (const script of ['vscode.mjs', 'package.mjs'])
    execFileSync(process.execPath, [join(PROJECT, 'scripts', script)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
}
