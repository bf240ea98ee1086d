// Writes the files that follow from schemas in the code. From the settings (src/settings/table.ts): schemas/modscope.schema.json,
// package.json, package.nls.json. From the report (src/core/report.ts): schemas/report.schema.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { bundle } from '../esbuild.config.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist/scripts`;
const entryPoints = { generate: 'src/settings/generate.ts', 'report-schema': 'src/core/report-schema.ts' };
await build({ ...bundle, minify: false, entryPoints, outdir });
const { configJsonSchema, withDescriptions, withSettings } = (await import(`${outdir}/generate.cjs`)).default;
const { reportJsonSchema } = (await import(`${outdir}/report-schema.cjs`)).default;

const read = (name) => JSON.parse(readFileSync(root + name, 'utf8'));
async function write(name, value) {
  const options = { ...(await resolveConfig(root + name)), filepath: root + name };
  writeFileSync(root + name, await format(JSON.stringify(value, null, 2), options));
}

await write('schemas/modscope.schema.json', configJsonSchema());
await write('schemas/report.schema.json', reportJsonSchema());
await write('package.json', withSettings(read('package.json')));
await write('package.nls.json', withDescriptions(read('package.nls.json')));
