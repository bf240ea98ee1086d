import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCheckpointName, isDataArchive, isInToolFolder } from '../../src/extension/model/checkpoint-files';

test('checkpoints are known by their names; NumPy archives in a data folder are data', () => {
  expect(['a.ckpt', 'a.PT', 'a.npz', 'a.onnx'].every(isCheckpointName)).toBe(true);
  expect(['a.txt', 'ckpt', 'a.ckpt.tmp'].some(isCheckpointName)).toBe(false);
  expect(isDataArchive('data/mnist.npz')).toBe(true);
  expect(isDataArchive('runs/mnist.npz')).toBe(false);
  expect(isDataArchive('data/model.ckpt')).toBe(false);
});

test('the folders of tools are known at any depth, and others are not taken for them', () => {
  expect(
    [
      ['w', '.git'],
      ['w', 'venv', 'lib', 'a.npz'],
    ].every((path) => isInToolFolder(join(...path))),
  ).toBe(true);
  expect(
    [
      ['w', 'venvs', 'a.npz'],
      ['w', 'my.git'],
    ].some((path) => isInToolFolder(join(...path))),
  ).toBe(false);
});
