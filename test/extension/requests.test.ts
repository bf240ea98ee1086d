import { expect, test } from 'vitest';
import { analysisSettings } from '../../src/extension/model/requests';

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
