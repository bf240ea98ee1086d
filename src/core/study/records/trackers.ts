import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '../../checkpoint/formats/open';
import { LONGEST_LOG, readJson, readRows, readText, readYaml } from './parse';
import { baseName, type Measurement, record, type RunRecord } from './record';
import { flatten, isRecord, numbersAmong, type Scalar, scalarIn } from './values';

// What tools of training leave in a run's folder: hyper-parameters, metrics by time, which checkpoint was the best. Each
// function reads one file, or one folder of files, and nothing that it names.

// Lightning

/** What Lightning's loggers save of the hyper-parameters: YAML with Python's tags. */
export async function hparamsRecord(folder: string): Promise<RunRecord> {
  return record('hparams.yaml', flatten(await readYaml(join(folder, 'hparams.yaml'))));
}

/**
 * Lightning's CSVLogger: columns step, epoch and the metrics; a row has values for those that were logged together.
 * A table of metrics with other first columns is read the same way.
 */
export async function metricsRecord(folder: string): Promise<RunRecord> {
  const [header = [], ...rows] = await readRows(join(folder, 'metrics.csv'), LONGEST_LOG);
  const history = rows.map((row): Measurement => {
    const metrics = new Map<string, number>();
    let epoch: number | null = null;
    let step: number | null = null;
    header.forEach((name, column) => {
      const value = scalarIn(row[column] ?? '');
      if (typeof value !== 'number') return;
      if (name === 'epoch') epoch = value;
      else if (name === 'step') step = value;
      else metrics.set(name, value);
    });
    return { epoch, step, metrics };
  });
  return record('metrics.csv', new Map(), { history });
}

// Hydra

/** What the user set for this job alone: ["optimizer.lr=0.1", "+seed=3", "~scheduler"]. */
export async function overridesRecord(folder: string): Promise<RunRecord> {
  const list = await readYaml(join(folder, '.hydra', 'overrides.yaml'));
  const values = new Map<string, Scalar>();
  for (const override of Array.isArray(list) ? list.slice(0, 1000) : []) {
    const [, key, value] = OVERRIDE.exec(typeof override === 'string' ? override : '') ?? [];
    if (key !== undefined && value !== undefined) values.set(key, scalarIn(value));
  }
  return record('overrides.yaml', values);
}

/** "+" and "++" add a key; "@package" tells where a group goes. */
const OVERRIDE = /^\+{0,2}([\w./-]+)(?:@[^=]*)?=(.*)$/s;

/** The whole configuration of a Hydra job. Interpolations such as ${oc.env:HOME} stay text. */
export async function hydraRecord(folder: string): Promise<RunRecord> {
  return record('config.yaml', flatten(await readYaml(join(folder, '.hydra', 'config.yaml'))));
}

// Weights & Biases

/**
 * A config.yaml: that of a Weights & Biases run ({desc, value} by key, and its own notes under _wandb), or plain
 * values by key, as Lightning's command line writes it.
 */
export async function configRecord(folder: string): Promise<RunRecord> {
  const config = await readYaml(join(folder, 'config.yaml'));
  return record('config.yaml', flatten(isRecord(config) ? withoutWrappers(config) : {}));
}

function withoutWrappers(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(config).filter(([key]) => key !== '_wandb' && key !== 'wandb_version');
  const isWrapped = entries.every(([, value]) => isRecord(value) && Object.hasOwn(value, 'value'));
  if (!isWrapped) return config;
  return Object.fromEntries(entries.map(([key, value]) => [key, isRecord(value) ? value['value'] : value]));
}

/** The last value of what a Weights & Biases run logged; keys that begin with _ are its own. */
export async function summaryRecord(folder: string): Promise<RunRecord> {
  const summary = flatten(await readJson(join(folder, 'wandb-summary.json')));
  const metrics = numbersAmong(summary);
  for (const name of metrics.keys()) if (name.startsWith('_')) metrics.delete(name);
  const { epoch, ...rest } = Object.fromEntries(metrics);
  const last: Measurement = { epoch: epoch ?? null, step: null, metrics: new Map(Object.entries(rest)) };
  return record('wandb-summary.json', new Map(), { history: [last] });
}

// The Trainer of Hugging Face

/** Names of classes: thousands, and no hyper-parameters. */
const CLASSES = /^(?:id2label|label2id)(?:\.|$)/;

/** A model's configuration beside its weights. */
export async function modelConfigRecord(folder: string): Promise<RunRecord> {
  const config = await readJson(join(folder, 'config.json'));
  const own = isRecord(config) ? Object.entries(config).filter(([key]) => !CLASSES.test(key)) : [];
  return record('config.json', flatten(Object.fromEntries(own)));
}

/** What the Trainer notes in each of its checkpoint-N folders: metrics so far, and which checkpoint was the best. */
export async function trainerStateRecord(folder: string): Promise<RunRecord> {
  const state = await readJson(join(folder, 'trainer_state.json'));
  if (!isRecord(state)) return record('trainer_state.json', new Map());
  const log: unknown = state['log_history'];
  const best = state['best_model_checkpoint'];
  return record('trainer_state.json', new Map(), {
    history: Array.isArray(log) ? log.map(logEntry) : [],
    best: typeof best === 'string' ? baseName(best) : null,
  });
}

function logEntry(entry: unknown): Measurement {
  const { epoch, step, ...metrics } = Object.fromEntries(numbersAmong(flatten(isRecord(entry) ? entry : {})));
  return { epoch: epoch ?? null, step: step ?? null, metrics: new Map(Object.entries(metrics)) };
}

/** The Trainer's arguments: a pickle, of which the attributes are read and nothing is called. */
export async function trainingArgumentsRecord(folder: string): Promise<RunRecord> {
  const file = await openCheckpoint(join(folder, 'training_args.bin'));
  try {
    return record('training_args.bin', flatten(file.hyperParameters));
  } finally {
    await file.close();
  }
}

// MLflow's file store

const MOST_FILES = 2000;
/** MLflow's own limit is 6000 characters. */
const LONGEST_PARAMETER = 2 ** 16;
/** A key may have slashes, which are folders then. */
const DEEPEST = 4;

/** A run of MLflow's file store: a file per parameter in params/. */
export async function parametersRecord(folder: string): Promise<RunRecord> {
  const values = new Map<string, Scalar>();
  for (const key of await keysIn(join(folder, 'params'))) {
    values.set(key, scalarIn(await readText(join(folder, 'params', key), LONGEST_PARAMETER)));
  }
  return record('params', values);
}

/** A run of MLflow's file store: a file per metric in metrics/, with lines "timestamp value step". */
export async function metricFilesRecord(folder: string): Promise<RunRecord> {
  const history: Measurement[] = [];
  for (const key of await keysIn(join(folder, 'metrics'))) {
    const text = await readText(join(folder, 'metrics', key), LONGEST_LOG);
    for (const line of text.split('\n')) {
      const [, value = '', step = ''] = line.trim().split(/\s+/);
      const [measured, at] = [scalarIn(value), scalarIn(step)];
      if (typeof measured !== 'number') continue;
      history.push({
        epoch: null,
        step: typeof at === 'number' ? at : null,
        metrics: new Map([[key, measured]]),
      });
    }
  }
  return record('metrics', new Map(), { history });
}

/** Paths of the regular files below a folder, with slashes; links are not followed. */
async function keysIn(folder: string, depth = 0): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const keys: string[] = [];
  for (const entry of entries) {
    if (keys.length >= MOST_FILES) break;
    if (entry.isFile()) keys.push(entry.name);
    else if (entry.isDirectory() && depth < DEEPEST) {
      const inner = await keysIn(join(folder, entry.name), depth + 1);
      keys.push(...inner.map((key) => `${entry.name}/${key}`));
    }
  }
  return keys.slice(0, MOST_FILES);
}

// KerasTuner

/** A trial of KerasTuner: the values it chose, its metrics by step, and the step that was best. */
export async function trialRecord(folder: string): Promise<RunRecord> {
  const trial = await readJson(join(folder, 'trial.json'));
  const values = at(trial, 'hyperparameters', 'values');
  const metrics = at(trial, 'metrics', 'metrics');
  const history = Object.entries(isRecord(metrics) ? metrics : {}).flatMap(([name, metric]) => {
    const observations = at(metric, 'observations');
    return Array.isArray(observations)
      ? observations.flatMap((observation) => observed(name, observation))
      : [];
  });
  const best = at(trial, 'best_step');
  return record('trial.json', flatten(isRecord(values) ? values : {}), {
    history,
    best: typeof best === 'number' ? best : null,
  });
}

/** {"value": [0.91], "step": 3}; of several executions of a trial the mean, as the tuner's own score. */
function observed(name: string, observation: unknown): Measurement[] {
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
