import { expect, test } from 'vitest';
import { decodeVarint, unpackVarints } from '../../../../../src/core/checkpoint/formats/onnx/protobuf';
import { varint } from '../../../../support/onnx';

const VALUES = [
  0n,
  1n,
  127n,
  128n,
  2n ** 28n - 1n,
  2n ** 28n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 35n,
  2n ** 53n,
  -1n,
];

test('reads varints as signed integers', () => {
  for (const value of [...VALUES, -(2n ** 31n), 2n ** 63n - 1n, -(2n ** 63n)]) {
    const bytes = varint(value);
    expect(decodeVarint(bytes, 0)).toEqual({ value: Number(value), length: bytes.length });
  }
});

test('a varint must end, in ten bytes', () => {
  expect(decodeVarint(Uint8Array.of(0x80), 0)).toBeNull();
  expect(decodeVarint(new Uint8Array(11).fill(0x80, 0, 10), 0)).toBeNull();
  expect(decodeVarint(new Uint8Array(10).fill(0x80, 0, 9), 0)).toEqual({ value: 0, length: 10 });
});

test('unpacks varints to integers of any size', () => {
  const bytes = Buffer.concat(VALUES.map(varint));
  const words = unpackVarints(bytes, VALUES.length, 8);
  expect([...new BigInt64Array(words?.buffer ?? new ArrayBuffer(0))]).toEqual(VALUES);
  const halves = unpackVarints(Buffer.concat([0x3c00, 0xc000].map(varint)), 2, 2);
  expect([...new Uint16Array(halves?.buffer ?? new ArrayBuffer(0))]).toEqual([0x3c00, 0xc000]);
  expect(unpackVarints(bytes, VALUES.length - 1, 8)).toBeNull();
  expect(unpackVarints(bytes, VALUES.length + 1, 8)).toBeNull();
});
