// Writes schemas/report.schema.json from the schema in src/core/report.ts.
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import * as prettier from 'prettier';

const file = new URL('../schemas/report.schema.json', import.meta.url);
const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  entryPoints: ['src/core/report-schema.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { reportSchema } = await import(`data:text/javascript;base64,${code}`);
const style = await prettier.resolveConfig(file);
writeFileSync(file, await prettier.format(JSON.stringify(reportSchema()), { ...style, parser: 'json' }));
