import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { Random } from '../../src/core/base/random';
import { onnxReader } from '../../src/core/checkpoint/formats/onnx/onnx';
import { networkFromOnnx } from '../../src/core/network/onnx/from-onnx';
import { MemoryFile } from '../support/memory-file';
import { field, graphModel, integersAttribute, nodeProto, tensorProto, varint } from '../support/onnx';

const FOLDER = join(import.meta.dirname, '../fixtures');
const FILES = [
  ...['onnx', 'onnx_constants'].flatMap((folder) =>
    readdirSync(join(FOLDER, folder)).map((name) => `${folder}/${name}`),
  ),
  ...['softplus_beta_dynamo', 'packed_swiglu_dynamo', 'prelu_channels_script'].map(
    (name) => `onnx_activations/${name}.onnx`,
  ),
].filter((name) => name.endsWith('.onnx'));
const MUTANTS = 150;

async function translate(bytes: Uint8Array): Promise<void> {
  await networkFromOnnx(await onnxReader.open(new MemoryFile(bytes, 'bad.onnx')));
}

/** Either a network or one line that says what is wrong. */
async function survives(bytes: Uint8Array): Promise<void> {
  const error: unknown = await translate(bytes).catch((reason: unknown) => reason);
  if (error === undefined) return;
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toMatch(/^\P{Cc}{1,600}$/u);
}

test.each(FILES)('damaged graphs are read or refused in one line: %s', async (file) => {
  const bytes = Uint8Array.from(readFileSync(join(FOLDER, file)));
  const random = new Random(1);
  for (let i = 0; i < MUTANTS; i++) {
    const copy = bytes.slice();
    for (let n = 1 + random.integer(4); n > 0; n--) copy[random.integer(copy.length)] = random.integer(256);
    await survives(copy);
  }
});

test('sizes beyond reason are refused before anything is allocated', async () => {
  const list = (name: string, ...values: (number | bigint)[]) =>
    tensorProto(name, 'i64', [values.length], field(7, Buffer.concat(values.map(varint))));
  const sum = nodeProto('Add', ['x', 'c'], ['y']);
  const huge = 2n ** 62n;
  const graphs: [Uint8Array[], Uint8Array[]][] = [
    [[nodeProto('ConstantOfShape', ['s'], ['c']), sum], [list('s', 1, 2 ** 40)]],
    [[nodeProto('ConstantOfShape', ['s'], ['c']), sum], [list('s', huge, huge)]],
    [[nodeProto('ConstantOfShape', ['s'], ['c']), sum], [list('s', -1, 4)]],
    [[nodeProto('Expand', ['x', 's'], ['y'])], [list('s', 1, 2 ** 50, 1)]],
    [
      [nodeProto('Range', ['a', 'b', 'b'], ['c']), sum],
      [list('a', 0), list('b', 0)],
    ],
    [
      [nodeProto('Range', ['a', 'b', 'd'], ['c']), sum],
      [list('a', 0), list('b', huge), list('d', 1)],
    ],
    [[nodeProto('Unsqueeze', ['x', 'a'], ['y'])], [list('a', huge)]],
    [[nodeProto('Pad', ['x', 'p'], ['y'])], [list('p', 0, 0, 0, huge)]],
    [[nodeProto('Reshape', ['x', 's'], ['y'])], [list('s', -1, -1)]],
    [[nodeProto('Reshape', ['x', 's'], ['y'])], [list('s', -1, 0, 0, 0)]],
    [
      [nodeProto('Slice', ['x', 'a', 'b', 'c', 'd'], ['y'])],
      [list('a', -huge), list('b', huge), list('c', 1), list('d', 0)],
    ],
    [[nodeProto('Transpose', ['x'], ['y'], integersAttribute('perm', [0, 0]))], []],
    [[nodeProto('Transpose', ['x'], ['y'], integersAttribute('perm', [0, 7]))], []],
  ];
  for (const [i, [nodes, constants]] of graphs.entries()) {
    const bytes = graphModel(['n', 4], nodes, constants);
    const error: unknown = await translate(bytes).catch((reason: unknown) => reason);
    expect(error, `graph ${i}`).toBeInstanceOf(InputError);
  }
});

test('a chain of a hundred thousand nodes is read without recursion', async () => {
  const nodes = Array.from({ length: 100_000 }, (_, i) =>
    nodeProto('Neg', [i === 0 ? 'x' : `v${i}`], [i === 99_999 ? 'y' : `v${i + 1}`]),
  );
  await translate(graphModel(['n', 4], nodes));
});
