import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { reportJson } from '../../../src/core/render/report-json';
import { Report } from '../../../src/core/report';
import { exampleLayer, exampleMethod, exampleReport } from './example';

const schema = JSON.parse(readFileSync('schemas/report.schema.json', 'utf8')) as Record<string, unknown>;
const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

describe('reportJson', () => {
  it('writes what the schema describes, and loses nothing', () => {
    const report = exampleReport();
    const parsed: unknown = JSON.parse(reportJson(report));
    expect(parsed).toEqual(report);
    expect(validate(parsed), JSON.stringify(validate.errors)).toBe(true);
  });

  it('has one key order, whatever the order of the object', () => {
    const report = exampleReport();
    const reversed = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map(reversed);
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, reversed(item)]),
      );
    };
    const { checkpoint, timings } = report;
    // Records keep the order they are given in.
    const other = { ...(reversed(report) as Report), checkpoint, timings };
    expect(reportJson(other)).toBe(reportJson(report));
  });

  it('keeps numbers and cluster lists on one line', () => {
    const clusters = Array.from({ length: 300 }, (_, i) => i % 7);
    const report = exampleReport({
      layers: [
        exampleLayer('fc', 300, {
          methods: { forward_cov: exampleMethod(300, { clusters }) },
          agreement: [],
        }),
      ],
    });
    expect(reportJson(report)).toContain(`"clusters": [${clusters.join(', ')}]`);
  });

  it.each([NaN, Infinity, -Infinity])('refuses a result of %s and says where', (q) => {
    const layer = exampleLayer('fc', 8, { methods: { forward_cov: exampleMethod(8, { q }) } });
    expect(() => reportJson(exampleReport({ layers: [layer] }))).toThrow(
      `report.layers[0].methods.forward_cov.q is ${q}`,
    );
  });

  it('takes infinite hyper-parameters, which a checkpoint may hold', () => {
    const { checkpoint } = exampleReport();
    const hyperParameters = { best: Infinity, list: [1, { worst: NaN }] };
    const report = JSON.parse(
      reportJson(exampleReport({ checkpoint: { ...checkpoint, hyperParameters } })),
    ) as Report;
    expect(report.checkpoint.hyperParameters).toEqual({ best: 'Infinity', list: [1, { worst: 'NaN' }] });
    expect(validate(report)).toBe(true);
  });
});

describe('the schema', () => {
  const breaks: [string, path: string, value: unknown][] = [
    ['another version', 'schema', 'modscope-report/2'],
    ['a field too many', 'extra', 1],
    ['a field too few', 'stats', undefined],
    ['null for a statistic', 'stats/l1Norm', null],
    ['an accuracy in percent', 'stats/test/accuracy', 97],
    ['an unknown method', 'layers/0/methods/sideways', {}],
    ['a label below −1', 'layers/1/methods/forward_cov/clusters', [-2]],
    ['half a cluster', 'layers/1/methods/forward_cov/count', 1.5],
    ['a path out of the folder', 'layers/1/methods/forward_cov/matrix', 'matrices/../../x.npy'],
    ['a transfer one way only', 'layers/0/agreement/0/transfer', [1]],
    ['a local time', 'createdAt', '23 Nov 2026'],
  ];
  it.each(breaks)('refuses %s', (_, path, value) => {
    const report: unknown = JSON.parse(reportJson(exampleReport()));
    // As JSON, where undefined leaves a field out.
    const broken: unknown = JSON.parse(JSON.stringify(replace(report, path.split('/'), value)));
    expect([validate(report), v.is(Report, report)]).toEqual([true, true]);
    expect([validate(broken), v.is(Report, broken)]).toEqual([false, false]);
  });

  it('says what every field is', () => {
    const missing: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(value as Record<string, Record<string, unknown>>)) {
            if (!('description' in property) && !('$ref' in property)) missing.push(`${path}.${name}`);
          }
        }
        visit(value, `${path}.${key}`);
      }
    };
    visit(schema, '');
    expect(missing).toEqual([]);
  });
});

function replace(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(node))
    return node.map((item: unknown, i): unknown => (String(i) === key ? replace(item, rest, value) : item));
  const fields = Object.entries(node as object);
  const old: unknown = fields.find(([name]) => name === key)?.[1];
  return Object.fromEntries([...fields, [key, replace(old, rest, value)]]);
}
