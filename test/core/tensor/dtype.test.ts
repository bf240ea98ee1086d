import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/core/base/error';
import { decodeValues, itemSize, readableItemSize } from '../../../src/core/tensor/dtype';

const bytesOf = (array: ArrayBufferView<ArrayBuffer>) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const uint16 = (...codes: number[]) => bytesOf(Uint16Array.from(codes));

describe('decodeValues', () => {
  test('half: zeros, subnormals, normals, infinities and NaN', () => {
    const codes = uint16(
      0,
      0x8000,
      0x0001,
      0x83ff,
      0x0400,
      0x3c00,
      0x3555,
      0xc000,
      0x7bff,
      0x7c00,
      0xfc00,
      0x7e01,
    );
    expect([...decodeValues('f16', codes)]).toEqual([
      0,
      -0,
      2 ** -24,
      -(1023 * 2 ** -24),
      2 ** -14,
      1,
      0.333251953125,
      -2,
      65504,
      Infinity,
      -Infinity,
      NaN,
    ]);
  });

  test('bfloat16 is the upper half of a float32, denormals and NaN included', () => {
    const codes = Uint16Array.from({ length: 65536 }, (_, code) => code);
    const expected = new Float32Array(Uint32Array.from(codes, (code) => code << 16).buffer);
    expect(decodeValues('bf16', bytesOf(codes))).toEqual(expected);
    expect(decodeValues('bf16', uint16(0x0001))[0]).toBe(2 ** -133);
  });

  test('float8 e4m3 has no infinity, e5m2 has', () => {
    const e4m3 = decodeValues(
      'f8_e4m3',
      Uint8Array.of(0x01, 0x07, 0x08, 0x38, 0xb8, 0x78, 0x7e, 0x7f, 0xff, 0x80),
    );
    expect([...e4m3]).toEqual([2 ** -9, 7 * 2 ** -9, 2 ** -6, 1, -1, 256, 448, NaN, NaN, -0]);
    const e5m2 = decodeValues('f8_e5m2', Uint8Array.of(0x01, 0x03, 0x04, 0x3c, 0x7b, 0x7c, 0xfc, 0x7d));
    expect([...e5m2]).toEqual([2 ** -16, 3 * 2 ** -16, 2 ** -14, 1, 57344, Infinity, -Infinity, NaN]);
  });

  test('integers widen: to float64 from 32 bits, rounded once', () => {
    const longs = BigInt64Array.of(-1n, 2n ** 53n + 1n, -(2n ** 63n), 9223372036854775807n, 4294967296n);
    expect(decodeValues('i64', bytesOf(longs))).toEqual(Float64Array.from(longs, Number));
    const unsigned = BigUint64Array.of(2n ** 64n - 1n, 2n ** 63n, 2n ** 53n + 3n);
    expect(decodeValues('u64', bytesOf(unsigned))).toEqual(Float64Array.from(unsigned, Number));
    expect(decodeValues('i32', bytesOf(Int32Array.of(-5)))).toEqual(Float64Array.of(-5));
    expect(decodeValues('u32', bytesOf(Uint32Array.of(2 ** 32 - 1)))).toEqual(Float64Array.of(2 ** 32 - 1));
    expect(decodeValues('i16', bytesOf(Int16Array.of(-300)))).toEqual(Float32Array.of(-300));
    expect(decodeValues('u16', uint16(65535))).toEqual(Float32Array.of(65535));
    expect(decodeValues('i8', Uint8Array.of(255))).toEqual(Float32Array.of(-1));
    expect(decodeValues('u8', Uint8Array.of(255))).toEqual(Float32Array.of(255));
    expect(decodeValues('bool', Uint8Array.of(0, 1, 2))).toEqual(Float32Array.of(0, 1, 1));
  });

  test('bytes at any alignment, of either order', () => {
    const values = Float64Array.of(1.5, -2.25);
    const shifted = new Uint8Array(17);
    shifted.set(bytesOf(values), 1);
    expect(decodeValues('f64', shifted.subarray(1))).toEqual(values);
    expect(decodeValues('f64', Buffer.from(shifted.buffer, 1))).toEqual(values);
    expect(decodeValues('f32', Uint8Array.of(0x3f, 0x80, 0, 0), { bigEndian: true })).toEqual(
      Float32Array.of(1),
    );
  });

  test('types that are only listed are refused clearly', () => {
    expect(itemSize('c64')).toBeUndefined();
    expect(() => decodeValues('c64', new Uint8Array(8))).toThrow(InputError);
    expect(() => readableItemSize('a.pt', 'w', 'c64')).toThrow('a.pt: w is of type c64');
  });
});
