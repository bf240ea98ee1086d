import { join } from 'node:path';
import { readYaml } from './parse';
import { record, type RunRecord } from './record';
import { flatten, type Scalar, scalarIn } from './values';

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
