import { join } from 'node:path';
import { readJson } from './parse';
import { type Measurement, record, type RunRecord } from './record';
import { flatten, isRecord } from './values';

/** A trial of KerasTuner: the values it chose, its metrics by step, and the step that was best. */
export async function trialRecord(folder: string): Promise<RunRecord> {
  const trial = await readJson(join(folder, 'trial.json'));
  const values = at(trial, 'hyperparameters', 'values');
  const metrics = at(trial, 'metrics', 'metrics');
  const history = Object.entries(isRecord(metrics) ? metrics : {}).flatMap(([name, metric]) => {
    const observations = at(metric, 'observations');
    return Array.isArray(observations)
      ? observations.flatMap((observation) => measurement(name, observation))
      : [];
  });
  const best = at(trial, 'best_step');
  return record('trial.json', flatten(isRecord(values) ? values : {}), {
    history,
    best: typeof best === 'number' ? best : null,
  });
}

/** {"value": [0.91], "step": 3}; of several executions of a trial the mean, as the tuner's own score. */
function measurement(name: string, observation: unknown): Measurement[] {
  const list = at(observation, 'value');
  const values = (Array.isArray(list) ? list : []).filter(
    (value): value is number => typeof value === 'number',
  );
  if (values.length === 0) return [];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const step = at(observation, 'step');
  return [{ epoch: null, step: typeof step === 'number' ? step : null, metrics: new Map([[name, mean]]) }];
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  for (const key of keys) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}
