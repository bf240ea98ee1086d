import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findConfig, readConfig } from '../../../src/core/analysis/config';
import { BACKENDS, configSchema } from '../../../src/core/analysis/config-schema';
import { METHODS, SOLVERS } from '../../../src/core/analysis/report';
import { LAYOUTS, SPLITS } from '../../../src/core/dataset/dataset';
import schema from '../../../schemas/modscope.schema.json' with { type: 'json' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modscope-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string) {
  const path = join(folder, 'modscope.json');
  await writeFile(path, text);
  return readConfig(path);
}

async function problem(text: string): Promise<string> {
  const error: unknown = await read(text).catch((reason: unknown) => reason);
  return error instanceof Error ? error.message.replace(`${folder}/`, '') : 'no error';
}

test('reads comments and trailing commas; paths lead from the file', async () => {
  const config = await read(`\uFEFF// made by Modscope
  {
    "data": { "path": "../data", "split": "val", "mean": [0.1307], }, // MNIST
    "model": "net.onnx",
    "out": "/tmp/reports", "seed": 3,
  }`);
  expect(config).toEqual({
    data: { named: { path: join(folder, '../data') }, options: { split: 'val', mean: [0.1307] } },
    model: join(folder, 'net.onnx'),
    out: '/tmp/reports',
    seed: 3,
  });
});

test('data by name, by pair, or by options alone', async () => {
  expect((await read('{"data": "a.csv"}')).data).toEqual({
    named: { path: join(folder, 'a.csv') },
    options: {},
  });
  expect((await read('{"data": {"images": "i", "labels": "l"}}')).data).toEqual({
    named: { images: join(folder, 'i'), labels: join(folder, 'l') },
    options: {},
  });
  expect((await read('{"data": {"std": [2]}}')).data).toEqual({ named: null, options: { std: [2] } });
});

test.each([
  ['{"data": {"images": 3, "labels": "l"}}', 'modscope.json: data.images must be a string'],
  ['{"sampels": 10}', 'modscope.json: sampels is not a setting; did you mean "samples"?'],
  ['{"data": {"imges": "a"}}', 'modscope.json: data.imges is not a setting; did you mean "images"?'],
  ['{"data": {"images": "a"}}', 'modscope.json: data needs both images and labels'],
  ['{"data": {"path": "p", "images": "a", "labels": "b"}}', 'modscope.json: data has both a path and images'],
  ['{"data": 3}', 'modscope.json: data must be a string or an object'],
  ['{"data": {"std": [1, 0]}}', 'modscope.json: data.std.1 must be larger than 0'],
  ['{"samples": 0}', 'modscope.json: samples must be an integer, 1 or more'],
  ['{"seed": 1.5}', 'modscope.json: seed must be an integer, 0 to 4294967295'],
  [
    '{"solver": "luvain"}',
    `modscope.json: solver must be one of ${SOLVERS.join(', ')}; did you mean "louvain"?`,
  ],
  ['{"methods": []}', 'modscope.json: methods must name at least one of methods'],
  ['{"model": {"layer": []}}', 'modscope.json: model.layers is missing'],
  ['{"zzzzzzzzzzzz": 1}', 'modscope.json: zzzzzzzzzzzz is not a setting; known are $schema, data, model'],
  ['[]', 'modscope.json: it must be an object'],
  ['', 'modscope.json: is not JSON (line 1, column 1: ValueExpected)'],
  ['{"seed": 1,\n  "out" 2}', 'modscope.json: is not JSON (line 2, column 9: ColonExpected)'],
])('%s', async (text, message) => {
  const found = await problem(text);
  expect(found.startsWith(message), found).toBe(true);
  expect(found).not.toContain('\n');
});

test('a layer that is none says what one is', async () => {
  expect(await problem('{"model": {"layers": ["flatten", "tanh"]}}')).toMatch(
    /^modscope.json: model.layers.1 must be "flatten", "dropout", "relu", {"leaky_relu": SLOPE}/,
  );
});

test('the nearest modscope.json, not beyond the root of the project', async () => {
  const run = join(folder, 'project', 'runs', 'a');
  await mkdir(run, { recursive: true });
  await writeFile(join(folder, 'modscope.json'), '{}');
  await writeFile(join(folder, 'project', 'pyproject.toml'), '');
  expect(await findConfig(join(run, 'last.ckpt'))).toBe(null);
  await writeFile(join(folder, 'project', 'modscope.json'), '{}');
  expect(await findConfig(join(run, 'last.ckpt'))).toBe(join(folder, 'project', 'modscope.json'));
});

describe('schemas/modscope.schema.json', () => {
  const validate = new Ajv({ allErrors: true }).compile(schema);
  const { data, model } = schema.definitions;

  test('has the same keys and names', () => {
    expect(Object.keys(schema.properties)).toEqual(Object.keys(configSchema.pipe[1].entries));
    expect(schema.properties.methods.items.enum).toEqual(METHODS);
    expect(schema.properties.solver.enum).toEqual(SOLVERS);
    expect(schema.properties.backend.enum).toEqual(BACKENDS);
    expect(data.properties.split.enum).toEqual(SPLITS);
    expect(data.properties.layout.enum).toEqual(LAYOUTS);
  });

  test('documents every key', () => {
    for (const [name, property] of Object.entries({
      ...schema.properties,
      ...data.properties,
      ...model.properties,
    }))
      expect(property.description.length, name).toBeGreaterThan(10);
  });

  test.each([
    '{}',
    '{"$schema": "x", "data": "d", "model": "m", "out": "o"}',
    '{"data": ""}',
    '{"data": {}}',
    '{"data": {"path": "p", "split": "train", "x": "a", "y": "b", "label": "c", "mean": [0, -1], "std": [0.5]}}',
    '{"data": {"images": "a", "labels": "b"}}',
    '{"data": {"images": "a"}}',
    '{"data": {"labels": "b"}}',
    '{"data": {"path": "p", "images": "a", "labels": "b"}}',
    '{"data": {"mean": []}}',
    '{"data": {"std": [0]}}',
    '{"data": {"std": [-1]}}',
    '{"data": {"split": "dev"}}',
    '{"data": {"layout": "NHWC"}}',
    '{"data": {"layout": "nhwc"}}',
    '{"data": []}',
    '{"data": null}',
    '{"model": {"layers": ["flatten", {"dense": "fc1"}, "relu", {"leaky_relu": 0.01}, "dropout"]}}',
    '{"model": {"layers": []}}',
    '{"model": {"layers": ["tanh"]}}',
    '{"model": {"layers": [{"dense": ""}]}}',
    '{"model": {"layers": [{"dense": "a", "leaky_relu": 1}]}}',
    '{"model": {}}',
    '{"methods": ["forward_cov", "backward_hess_norm"]}',
    '{"methods": ["forward"]}',
    '{"methods": []}',
    '{"samples": 100, "seed": 4294967295, "workers": 1, "nulls": 0, "solver": "best", "backend": "wasm"}',
    '{"seed": 4294967296}',
    '{"seed": -1}',
    '{"samples": 0}',
    '{"samples": null}',
    '{"workers": 0}',
    '{"workers": 1.5}',
    '{"nulls": -1}',
    '{"solver": "worst"}',
    '{"backend": "cuda"}',
    '{"out": ""}',
    '{"other": 1}',
    '[]',
    '3',
  ])('judges %s as the program does', async (text) => {
    const ours = await problem(text);
    expect(validate(JSON.parse(text)), ours).toBe(ours === 'no error');
  });
});
