import { describe, expect, test } from 'vitest';
import { MEASURES } from '../../src/core/measures';
import { SOLVERS } from '../../src/core/choices';
import { reportJsonSchema } from '../../src/core/report-schema';
import { BACKENDS } from '../../src/core/tensor/engine';
import { configJsonSchema, withDescriptions, withSettings } from '../../src/settings/generate';
import { SETTING_NAMES } from '../../src/settings/table';
import manifest from '../../package.json' with { type: 'json' };
import strings from '../../package.nls.json' with { type: 'json' };
import schema from '../../schemas/modscope.schema.json' with { type: 'json' };
import reportSchema from '../../schemas/report.schema.json' with { type: 'json' };

/** With the order of the keys. */
const text = (value: unknown): string => JSON.stringify(value, null, 2);

describe('what `npm run schemas` writes is up to date', () => {
  test('schemas/modscope.schema.json', () => {
    expect(text(schema)).toBe(text(configJsonSchema()));
  });

  test('schemas/report.schema.json', () => {
    expect(text(reportSchema)).toBe(text(reportJsonSchema()));
  });

  test('package.json', () => {
    expect(text(manifest)).toBe(text(withSettings(manifest)));
  });

  test('package.nls.json', () => {
    expect(text(strings)).toBe(text(withDescriptions(strings)));
  });
});

describe('a setting is offered everywhere', () => {
  test('in modscope.json, by the names that the code knows', () => {
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining([...SETTING_NAMES]));
    expect(schema.properties.methods.items.enum).toEqual(MEASURES);
    expect(schema.properties.solver.enum).toEqual(SOLVERS);
    expect(schema.properties.backend.enum).toEqual(BACKENDS);
  });

  test('in VS Code', () => {
    const { properties } = manifest.contributes.configuration;
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining(SETTING_NAMES.map((name) => `modscope.${name}`)),
    );
    // Whoever leaves one alone gets the default: modscope.json is heard.
    expect(properties['modscope.nulls'].default).toBe(null);
  });

  test('to language models, but for those of the machine', () => {
    const tool = manifest.contributes.languageModelTools.find(({ name }) => name === 'modscope_analyze');
    const offered = Object.keys(tool?.inputSchema.properties ?? {});
    expect(offered).toEqual([
      'path',
      ...SETTING_NAMES.filter((name) => !['workers', 'backend'].includes(name)),
    ]);
  });
});
