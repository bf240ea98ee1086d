import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { zeroBased } from '../../../src/core/dataset/class-names';
import { type NamedData, resolveDataset } from '../../../src/core/dataset/choose';
import type { Dataset, DatasetOptions, Split } from '../../../src/core/dataset/dataset';
import { fillInputs } from '../../../src/core/dataset/inputs';
import type { Shape } from '../../../src/core/tensor/shape';
import { sizeOf } from '../../../src/core/tensor/shape';

const FILES = fileURLToPath(new URL('../../fixtures/data', import.meta.url));

/** What the libraries that wrote the files read from them; see test/fixtures/make_data.py. */
interface Expected {
  readonly shape: readonly number[];
  /** Of the inputs as little-endian float32. */
  readonly sha256: string;
  readonly labels: readonly number[];
  readonly said?: readonly string[];
}
const EXPECTED = JSON.parse(readFileSync(join(FILES, 'expected.json'), 'utf8')) as Record<string, Expected>;

function named(name: string): NamedData {
  return { path: join(FILES, name) };
}

async function load(name: string, options: DatasetOptions, input: Shape | null, limit?: number) {
  return (await resolveDataset(named(name), options, input)).main.load(limit);
}

function inputsOf(dataset: Dataset): Float32Array {
  const inputs = new Float32Array(dataset.samples * sizeOf(dataset.sampleShape));
  fillInputs(dataset, 0, dataset.samples, inputs);
  return inputs;
}

test.each(Object.entries(EXPECTED))('%s', async (entry, { shape, sha256, labels, said = [] }) => {
  const [name = '', split] = entry.split(':');
  const input = shape.slice(1);
  // A split is one of the three.
  const dataset = zeroBased(await load(name, { split: split as Split | undefined }, input), 4);
  expect([...dataset.labels]).toEqual(labels);
  expect(createHash('sha256').update(inputsOf(dataset)).digest('hex')).toBe(sha256);
  const assumptions = dataset.assumptions ?? [];
  expect(assumptions.map((each) => each.name)).toEqual(entry === 'EMNIST' ? ['classes'] : said);
  for (const { says, otherwise, fix } of assumptions)
    for (const sentence of [says, otherwise, fix]) expect(sentence).toMatch(/^[A-Z].*\.$/);
  // The first samples are the same as among all.
  const part = inputsOf(await load(name, { split: split as Split | undefined }, input, 2));
  expect(part).toEqual(inputsOf(dataset).subarray(0, part.length));
});
