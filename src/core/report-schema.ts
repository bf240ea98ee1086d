import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { Report, REPORT_PARTS } from './report';

// Apart from the report because nothing that ships imports the converter; scripts/schemas.mjs does.

/** schemas/report.schema.json: the report as JSON Schema, draft 2020-12, for editors and for programs in any language. */
export function reportJsonSchema(): JsonSchema {
  const schema = toJsonSchema(Report, {
    target: 'draft-2020-12',
    definitions: REPORT_PARTS,
    ignoreActions: ['readonly'], // says nothing of what is written
  });
  const { $schema, ...rest } = schema;
  return { $schema, $id: 'modscope-report-1.schema.json', title: 'Modscope report', ...rest };
}
