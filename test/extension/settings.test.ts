import { expect, test } from 'vitest';
import { isCheckpointName, isDataArchive } from '../../src/extension/model/checkpoint-files';
import { shareDone } from '../../src/extension/model/entry';
import { analysisSettings } from '../../src/extension/model/settings';

test('settings of VS Code count where modscope.json says nothing', () => {
  const set: Readonly<Record<string, unknown>> = {
    samples: 100,
    seed: 7,
    solver: 'louvain',
    exact: true,
    probes: null,
    workers: null,
    methods: [],
  };
  expect(analysisSettings((key) => set[key], { seed: 1 })).toEqual({
    samples: 100,
    solver: 'louvain',
    exact: true,
  });
});

test('null networks and resamples are asked for as in modscope.json; none is not the default', () => {
  const set: Readonly<Record<string, unknown>> = { nulls: { shuffled: 20 }, bootstrap: 10 };
  expect(analysisSettings((key) => set[key], {})).toEqual(set);
  expect(analysisSettings((key) => (key === 'nulls' ? {} : null), {})).toEqual({ nulls: {} });
});

test('what is out of bounds is left for the worker to refuse', () => {
  expect(analysisSettings((key) => (key === 'seed' ? -1 : undefined), {})).toEqual({ seed: -1 });
});

test('checkpoints are known by their names; NumPy archives in a data folder are data', () => {
  expect(['a.ckpt', 'a.PT', 'a.npz', 'a.onnx'].every(isCheckpointName)).toBe(true);
  expect(['a.txt', 'ckpt', 'a.ckpt.tmp'].some(isCheckpointName)).toBe(false);
  expect(isDataArchive('data/mnist.npz')).toBe(true);
  expect(isDataArchive('runs/mnist.npz')).toBe(false);
  expect(isDataArchive('data/model.ckpt')).toBe(false);
});

test('progress goes from 0 to 1 through the stages', () => {
  const at = (stage: string, done: number, total: number): number =>
    shareDone({ type: 'progress', stage, done, total, secondsLeft: null });
  const shares = [
    at('read', 0, 0),
    at('compute', 0, 4),
    at('compute', 2, 4),
    at('cluster', 1, 8),
    at('write', 1, 1),
  ];
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares[0]).toBe(0);
  expect(shares.at(-1)).toBe(1);
  expect(at('unheard of', 1, 2)).toBe(0);
});
