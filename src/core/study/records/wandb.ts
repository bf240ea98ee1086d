import { join } from 'node:path';
import { readJson, readYaml } from './parse';
import { type Measurement, record, type RunRecord } from './record';
import { flatten, isRecord, numbersAmong } from './values';

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
