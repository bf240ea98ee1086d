// Writes the files that follow from tables in the source (npm run schemas): of the settings (src/settings/table.ts)
// schemas/modscope.schema.json and parts of package.json and package.nls.json; of the report (src/core/report.ts)
// schemas/report.schema.json. Tests fail where a file is not what its table says.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { bundle } from '../esbuild.config.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist/scripts`;
const entryPoints = ['src/settings/generate.ts', 'src/core/report-schema.ts'];
await build({ ...bundle, minify: false, entryPoints, outdir, entryNames: '[name]' });
const { configJsonSchema, withDescriptions, withSettings } = (await import(`${outdir}/generate.cjs`)).default;
const { reportSchema } = (await import(`${outdir}/report-schema.cjs`)).default;

const read = (name) => JSON.parse(readFileSync(root + name, 'utf8'));
/** @param indent 0: what fits on a line is put on one; else objects stay apart, as npm writes package.json */
async function write(name, value, indent = 2) {
  const options = { ...(await resolveConfig(root + name)), filepath: root + name };
  writeFileSync(root + name, await format(JSON.stringify(value, null, indent), options));
}

await write('schemas/modscope.schema.json', configJsonSchema());
await write('package.json', withSettings(read('package.json')));
await write('package.nls.json', withDescriptions(read('package.nls.json')));
await write('schemas/report.schema.json', reportSchema(), 0);
