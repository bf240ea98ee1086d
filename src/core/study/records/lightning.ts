import { join } from 'node:path';
import { LONGEST_LOG, readYaml } from './parse';
import { type Measurement, record, type RunRecord } from './record';
import { readRows } from './rows';
import { flatten, scalarIn } from './values';

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
