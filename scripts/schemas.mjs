// Writes what the settings (src/settings/table.ts) come to in files: schemas/modscope.schema.json, package.json, package.nls.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { bundle } from '../esbuild.config.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = `${root}dist/scripts/generate.cjs`;
await build({ ...bundle, minify: false, entryPoints: ['src/settings/generate.ts'], outfile });
const { configJsonSchema, withDescriptions, withSettings } = (await import(outfile)).default;

const read = (name) => JSON.parse(readFileSync(root + name, 'utf8'));
async function write(name, value) {
  const options = { ...(await resolveConfig(root + name)), filepath: root + name };
  writeFileSync(root + name, await format(JSON.stringify(value, null, 2), options));
}

await write('schemas/modscope.schema.json', configJsonSchema());
await write('package.json', withSettings(read('package.json')));
await write('package.nls.json', withDescriptions(read('package.nls.json')));
