import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { onnxReader } from '../../../../../src/core/checkpoint/formats/onnx/onnx';
import { MemoryFile } from '../../../../support/memory-file';
import {
  externalData,
  field,
  integersAttribute,
  nodeProto,
  onnxModel,
  rawFloats,
  tensorProto,
  type TYPES,
  valueProto,
  varint,
  whole,
} from '../../../../support/onnx';

const open = (bytes: Uint8Array, siblings: Record<string, Uint8Array> = {}) =>
  onnxReader.open(new MemoryFile(bytes, 'net.onnx', siblings));

test('reads values of every type from where they can be', async () => {
  const packed = (...values: (number | bigint)[]) => Buffer.concat(values.map(varint));
  const doubles = new Uint8Array(Float64Array.of(0.1, -2).buffer);
  const floats = new Uint8Array(Float32Array.of(1.5, -2).buffer);
  const cases: [keyof typeof TYPES, Uint8Array, number[]][] = [
    ['f32', rawFloats(1.5, -2), [1.5, -2]],
    ['f32', field(4, floats), [1.5, -2]],
    ['f64', field(10, doubles), [0.1, -2]],
    ['f16', field(5, packed(0x3c00, 0xc000)), [1, -2]],
    ['bf16', field(5, packed(0x3f80, 0xc000)), [1, -2]],
    ['i32', field(5, packed(7, -2)), [7, -2]],
    ['i8', field(5, packed(7, -2)), [7, -2]],
    ['u8', field(5, packed(7, 255)), [7, 255]],
    ['bool', field(5, packed(1, 0)), [1, 0]],
    ['i64', field(7, packed(2 ** 40, -2)), [2 ** 40, -2]],
    ['u64', field(11, packed(7, 2n ** 64n - 1n)), [7, 2 ** 64]],
    ['i64', field(9, new Uint8Array(BigInt64Array.of(-5n, 2n ** 33n).buffer)), [-5, 2 ** 33]],
  ];
  const initializers = cases.map(([type, values], i) => tensorProto(`t${i}`, type, [2], values));
  const checkpoint = await open(onnxModel({ initializers }));
  expect([...checkpoint.tensors.values()].map(({ dtype }) => dtype)).toEqual(cases.map(([type]) => type));
  for (const [i, [, , values]] of cases.entries()) {
    const { shape, data } = await checkpoint.read(`t${i}`);
    expect([shape, [...data]]).toEqual([[2], values]);
  }
  expect([...((await checkpoint.readPart('t0', 1, 1)) ?? [])]).toEqual([-2]);
  expect([...((await checkpoint.readPart('t2', 1, 1)) ?? [])]).toEqual([-2]);
  expect(await checkpoint.readPart('t9', 1, 1)).toBeUndefined();
});

test('reads values from a file beside the model, when they are asked for', async () => {
  const values = new Uint8Array(Float32Array.of(9, 1, 2, 3).buffer);
  const entries = { location: 'net.onnx.data', offset: '4', length: '12' };
  const model = onnxModel({
    initializers: [
      tensorProto('w', 'f32', [3], externalData(entries)),
      tensorProto('rest', 'f32', [1], externalData({ location: 'net.onnx.data' })),
    ],
  });
  const checkpoint = await open(model, { 'net.onnx.data': values });
  expect(checkpoint.files).toEqual([checkpoint.path]);
  expect([...(await checkpoint.read('w')).data]).toEqual([1, 2, 3]);
  expect(checkpoint.files.map((path) => basename(path))).toEqual(['net.onnx', 'net.onnx.data']);
  expect([...((await checkpoint.readPart('w', 1, 2)) ?? [])]).toEqual([2, 3]);
  expect([...(await checkpoint.read('rest')).data]).toEqual([9]);
  await checkpoint.close();
  const alone = await open(model);
  expect([...alone.tensors.keys()]).toEqual(['w', 'rest']);
  await expect(alone.read('w')).rejects.toThrow('net.onnx.data: no such file');
});

test('keeps the graph as plain data, and what made it', async () => {
  const value = field(5, tensorProto('', 'i64', [1], field(7, varint(3))));
  const model = onnxModel(
    {
      nodes: [
        nodeProto('Constant', [], ['c'], Buffer.concat([field(1, 'value'), value, whole(20, 4)])),
        nodeProto(
          'MaxPool',
          ['x', '', 'c'],
          ['y'],
          integersAttribute('pads', [1, -1]),
          integersAttribute('n', 7),
        ),
      ],
      initializers: [tensorProto('w', 'f32', [1], rawFloats(1)), tensorProto('s', 'f32', [], rawFloats(1))],
      inputs: [valueProto('x', ['batch', 3, 8]), valueProto('w', [1])],
      outputs: [valueProto('y', [])],
    },
    9,
  );
  const checkpoint = await open(Buffer.concat([model, field(2, 'pytorch'), field(3, '2.9')]));
  expect(checkpoint.metadata).toEqual({ ir_version: 8, producer: 'pytorch 2.9', opset: { 'ai.onnx': 9 } });
  expect([...checkpoint.tensors.values()].map(({ name, role }) => [name, role])).toEqual([
    ['w', 'weight'],
    ['s', 'other'],
    ['c.value', 'other'],
  ]);
  expect([...(await checkpoint.read('c.value')).data]).toEqual([3]);
  expect(structuredClone(checkpoint.graph)).toEqual({
    opset: 9,
    inputs: [{ name: 'x', shape: [null, 3, 8] }],
    outputs: [{ name: 'y', shape: [] }],
    initializers: new Set(['w', 's']),
    nodes: [
      expect.objectContaining({
        operator: 'Constant',
        attributes: new Map([['value', { tensor: 'c.value' }]]),
      }),
      {
        name: '/MaxPool',
        operator: 'MaxPool',
        domain: '',
        inputs: ['x', '', 'c'],
        outputs: ['y'],
        attributes: new Map<string, unknown>([
          ['pads', [1, -1]],
          ['n', 7],
        ]),
      },
    ],
  });
});

test('lists without reading values', async () => {
  const raw = field(9, new Uint8Array(4_000_000));
  const initializers = Array.from({ length: 10 }, (_, i) => tensorProto(`w${i}`, 'f32', [1000, 1000], raw));
  const file = new MemoryFile(onnxModel({ initializers }), 'net.onnx');
  const checkpoint = await onnxReader.open(file);
  expect(checkpoint.tensors.size).toBe(10);
  expect(file.bytesRead).toBeLessThan(200_000);
});
