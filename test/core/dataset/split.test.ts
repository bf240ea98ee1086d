import { expect, test } from 'vitest';
import { splitOfPath } from '../../../src/core/dataset/dataset';

test.each([
  ['d/t10k-images', 'test', 'd/-images'],
  ['d/train-images', 'train', 'd/-images'],
  ['d/t10k-first2000-images', 'test', 'd/-first2000-images'],
  ['d/emnist-letters-test-images', 'test', 'd/emnist-letters--images'],
  ['d/X_train.npy', 'train', 'd/X_.npy'],
  ['d/Xtrain.npy', 'train', 'd/X.npy'],
  ['d/validation.csv', 'val', 'd/.csv'],
  ['d/my_dev_set.csv', 'val', 'd/my__set.csv'],
  ['d/cifar10jpeg_test256.bin', 'test', 'd/cifar10jpeg_256.bin'],
  ['d/train/x.npy', 'train', 'd/x.npy'],
  ['d/val/x.npy', 'val', 'd/x.npy'],
  ['d/latest.csv', 'test', 'd/latest.csv'],
  ['d/trainer.csv', 'test', 'd/trainer.csv'],
  ['d/values.csv', 'test', 'd/values.csv'],
])('%s is %s of %s', (path, split, set) => {
  expect(splitOfPath(path)).toEqual({ split, set });
});

test('what says nothing is of the split given', () => {
  expect(splitOfPath('d/x.csv', 'val').split).toBe('val');
  expect(splitOfPath('d/test.csv', 'val').split).toBe('test');
});
