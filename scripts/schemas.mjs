// Writes the files that follow from schemas in the code. From the settings (src/settings/table.ts): schemas/modscope.schema.json,
// package.json, package.nls.json. From the report (src/core/report.ts): schemas/report.schema.json. And where package.json and
// package.nls.json name the endings of checkpoints, those of src/extension/model/checkpoint-files.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { bundle } from '../esbuild.config.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist/scripts`;
const entryPoints = {
  generate: 'src/settings/generate.ts',
  'report-schema': 'src/core/report-schema.ts',
  'checkpoint-files': 'src/extension/model/checkpoint-files.ts',
};
await build({ ...bundle, minify: false, entryPoints, outdir });
const { configJsonSchema, withDescriptions, withSettings } = (await import(`${outdir}/generate.cjs`)).default;
const { reportJsonSchema } = (await import(`${outdir}/report-schema.cjs`)).default;

const { EXTENSIONS } = (await import(`${outdir}/checkpoint-files.cjs`)).default;

const read = (name) => JSON.parse(readFileSync(root + name, 'utf8'));
async function write(name, value) {
  const options = { ...(await resolveConfig(root + name)), filepath: root + name };
  writeFileSync(root + name, await format(JSON.stringify(value, null, 2), options));
}

await write('schemas/modscope.schema.json', configJsonSchema());
await write('schemas/report.schema.json', reportJsonSchema());
await write('package.json', withEndings(withSettings(read('package.json'))));
await write('package.nls.json', withEndings(withDescriptions(read('package.nls.json'))));

/** The same with the endings of checkpoints wherever a list of them stands: in when clauses, in the editor's selector, in words. */
function withEndings(json) {
  const dotted = EXTENSIONS.map((ending) => `.${ending}`);
  const words = `${dotted.slice(0, -1).join(', ')} or ${dotted.at(-1)}`;
  const text = JSON.stringify(json)
    .replaceAll(/\(ckpt\|[\w|]+\)/g, `(${EXTENSIONS.join('|')})`)
    .replaceAll(/\.ckpt(?:, \.\w+)+( or \.\w+)?/g, (_, last) => (last ? words : dotted.join(', ')));
  const written = JSON.parse(text);
  const [editor] = written.contributes?.customEditors ?? [];
  if (editor) editor.selector = dotted.map((ending) => ({ filenamePattern: `*${ending}` }));
  return written;
}
