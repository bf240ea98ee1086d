import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LONGEST_LOG, readText } from './parse';
import { type Measurement, record, type RunRecord } from './record';
import { type Scalar, scalarIn } from './values';

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
