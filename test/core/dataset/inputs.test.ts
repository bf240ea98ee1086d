import { expect, test } from 'vitest';
import type { DatasetOptions } from '../../../src/core/dataset/dataset';
import { assemble, fillInputs } from '../../../src/core/dataset/inputs';

function dataset(inputs: Uint8Array | Float32Array, sampleShape: number[], options: DatasetOptions = {}) {
  const samples = inputs.length / sampleShape.reduce((a, b) => a * b, 1);
  const labels = new Uint8Array(samples);
  return assemble({ path: 'a', split: 'test', sampleShape, inputs, labelsPath: 'a', labels }, options);
}

test("every byte as torchvision's ToTensor gives it", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const out = new Float32Array(256);
  fillInputs(dataset(bytes, [256]), 0, 1, out);
  expect(out).toEqual(Float32Array.from(bytes, (byte) => Math.fround(byte / 255)));
});

test('mean and std per channel, every step in float32', () => {
  const mean = [0.4914, 0.4822, 0.4465];
  const std = [0.2023, 0.1994, 0.201];
  const bytes = Uint8Array.from({ length: 4 * 3 * 6 }, (_, i) => (i * 37) % 256);
  const out = new Float32Array(2 * 18);
  fillInputs(dataset(bytes, [3, 2, 3], { mean, std }), 1, 2, out);
  const step = new Float32Array(1);
  const float = (value: number): number => {
    step[0] = value;
    return step[0];
  };
  out.forEach((value, i) => {
    const channel = Math.floor((i % 18) / 6);
    const centred = float(float(bytes[18 + i]! / 255) - float(mean[channel]!));
    expect(value).toBe(float(centred / float(std[channel]!)));
  });
});

test('floats are taken as they are, or shifted and scaled', () => {
  const values = Float32Array.of(0.1, -2, 3, 4);
  const out = new Float32Array(4);
  fillInputs(dataset(values, [2]), 0, 2, out);
  expect(out).toEqual(values);
  fillInputs(dataset(values, [2], { mean: [1], std: [2] }), 1, 1, out);
  expect([...out.subarray(0, 2)]).toEqual([1, 1.5]);
});

test('one mean and one std hold for all channels', () => {
  const bytes = Uint8Array.of(0, 51, 102, 255);
  const out = new Float32Array(4);
  fillInputs(dataset(bytes, [2, 1, 2], { mean: [0.5], std: [0.25] }), 0, 1, out);
  const expected = new Float32Array(4);
  fillInputs(dataset(bytes, [2, 1, 2], { mean: [0.5, 0.5], std: [0.25, 0.25] }), 0, 1, expected);
  expect(out).toEqual(expected);
  expect([out[0], out[3]]).toEqual([-2, 2]);
});
