import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SOLVERS } from '../../src/core/choices';
import { findConfig, readConfig } from '../../src/settings/config';
import schema from '../../schemas/modscope.schema.json' with { type: 'json' };

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

test('null networks in the order of their kinds, however they are written', async () => {
  expect((await read('{"nulls": {"permuted": 3, "untrained": 2}}')).nulls).toEqual([
    { kind: 'untrained', count: 2 },
    { kind: 'permuted', count: 3 },
  ]);
  expect((await read('{"nulls": {}}')).nulls).toEqual([]);
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

test.each([
  ['"tan"', 'model.layers.1 must be one of flatten, dropout, '],
  ['"tan"', '; did you mean "tanh"?'],
  ['"conv"', ', or an object with one of dense, conv, '],
  ['3', 'model.layers.1 must be one of flatten, '],
  ['[]', 'model.layers.1 must be one of flatten, '],
  ['{"dens": "a"}', 'model.layers.1 must have one of dense, conv, '],
  ['{"dens": "a"}', '; did you mean "dense"?'],
  ['{}', 'model.layers.1 must have one of dense, conv, '],
  ['{"conv": "a", "strid": 2}', 'model.layers.1.strid is not a setting; did you mean "stride"?'],
  ['{"conv": "a", "stride": [1, 2]}', 'model.layers.1.stride must be an integer, 1 or more'],
  ['{"group_norm": "a"}', 'model.layers.1.groups is missing'],
  ['{"dense": 1}', 'model.layers.1.dense must be a string'],
])('a layer that is none says what one is: %s', async (layer, message) => {
  const found = await problem(`{"model": {"layers": ["flatten", ${layer}]}}`);
  expect(found).toContain(message);
  expect(found).toMatch(/^modscope\.json: model\.layers\.1/);
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

  test('documents every key', () => {
    const documented = keysOf(schema);
    expect(documented.length).toBeGreaterThan(45);
    for (const [name, description] of documented) {
      expect(typeof description, name).toBe('string');
      expect(String(description).length, name).toBeGreaterThan(10);
    }
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
    '{"model": {"layers": ["flatten", "dropout", "global_avg_pool", "relu", "relu6", "tanh", "sigmoid", "gelu", "silu"]}}',
    '{"model": {"input": [3, 32, 32], "layers": [{"conv": "a", "stride": 2, "padding": 0, "dilation": 1, "groups": 3}]}}',
    '{"model": {"layers": [{"batch_norm": "a", "epsilon": 1e-3}, {"layer_norm": "a"}, {"group_norm": "a", "groups": 2}]}}',
    '{"model": {"layers": [{"max_pool": 2, "stride": 1, "padding": 1}, {"avg_pool": 2}, {"gelu": "tanh"}]}}',
    '{"model": {"input": [], "layers": ["relu"]}}',
    '{"model": {"input": [0], "layers": ["relu"]}}',
    '{"model": {"layers": ["elu", "glu", "hardswish", {"prelu": "a"}, {"activation": "celu(alpha=0.5)"}]}}',
    '{"model": {"layers": [{"glu": "silu", "dim": 1, "gate_half": "first"}, {"gate": "w1", "up": "w3"}]}}',
    '{"model": {"layers": [{"glu": "silu", "gate_half": "third"}]}}',
    '{"model": {"layers": [{"gate": "w1"}]}}',
    '{"model": {"layers": ["maxout"]}}',
    '{"model": {"layers": [{"conv": "a", "stride": 0}]}}',
    '{"model": {"layers": [{"conv": "a", "padding": -1}]}}',
    '{"model": {"layers": [{"conv": "a", "epsilon": 1}]}}',
    '{"model": {"layers": [{"batch_norm": "a", "epsilon": 0}]}}',
    '{"model": {"layers": [{"group_norm": "a"}]}}',
    '{"model": {"layers": [{"max_pool": "a"}]}}',
    '{"model": {"layers": [{"gelu": "none"}]}}',
    '{"model": {"layers": [{"stride": 1}]}}',
    '{"model": {"layers": [[]]}}',
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
    '{"nulls": {"untrained": 2, "permuted": 20}, "bootstrap": 0, "probes": 2, "exact": true}',
    '{"nulls": {"untrained": 1}}',
    '{"nulls": {"trained": 2}}',
    '{"nulls": []}',
    '{"bootstrap": -1}',
    '{"probes": 1}',
    '{"exact": 1}',
    '{"layers": []}',
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

/** Of a JSON schema, the keys that there are at any depth, and what it says of them. */
function keysOf(part: unknown): [name: string, description: unknown][] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]: [string, unknown]) => {
    if (name !== 'properties' || typeof inner !== 'object' || inner === null) return keysOf(inner);
    return Object.entries(inner).flatMap(([key, of]: [string, { description?: unknown }]) => [
      [key, of.description] as [string, unknown],
      ...keysOf(of),
    ]);
  });
}
