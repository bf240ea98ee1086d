import { basename, dirname, resolve } from 'node:path';
import { ownRecord } from './checkpoint-record';
import { metricsAt, type Sourced } from './record';
import type { RecordFinder } from './folder';
import { isMetricName, nameRecord, type NameRecord, stemOf } from './name';
import type { Scalar } from './values';

/** What is found out about a checkpoint, source by source: what was said first stands. */
export class Draft {
  readonly hyperParameters = new Map<string, Sourced>();
  readonly metrics = new Map<string, Sourced>();
  epoch: Sourced | null = null;
  step: Sourced | null = null;
  /** The run's best as this checkpoint's records have it: base name of a file or folder, or a step. */
  best: string | number | null = null;
  /** It is called so. */
  isBest = false;

  constructor(readonly path: string) {}

  addHyperParameters(values: ReadonlyMap<string, Scalar>, source: string): void {
    for (const [key, value] of values)
      if (!this.hyperParameters.has(key)) this.hyperParameters.set(key, { value, source });
  }

  addMetrics(values: ReadonlyMap<string, number>, source: string): void {
    for (const [key, value] of values) if (!this.metrics.has(key)) this.metrics.set(key, { value, source });
  }

  addTime(epoch: number | null, step: number | null, source: string): void {
    if (epoch !== null) this.epoch ??= { value: epoch, source };
    if (step !== null) this.step ??= { value: step, source };
  }

  /** A row of the user's table, which overrules everything; an empty cell says nothing. */
  overrule(row: ReadonlyMap<string, Scalar>, source: string): void {
    for (const [column, value] of row) {
      const [, kind = '', key = ''] = COLUMN.exec(column) ?? [];
      if (value === null) continue;
      if (column === 'epoch') this.epoch = { value, source };
      else if (column === 'step') this.step = { value, source };
      else if (kind.startsWith('metric') || (kind === '' && typeof value === 'number' && isMetricName(key)))
        this.metrics.set(key, { value, source });
      else this.hyperParameters.set(key, { value, source });
    }
  }

  get epochNumber(): number | null {
    return typeof this.epoch?.value === 'number' ? this.epoch.value : null;
  }

  get stepNumber(): number | null {
    return typeof this.step?.value === 'number' ? this.step.value : null;
  }
}

/** Exported tables say what a column is: "params.lr" of MLflow, "hp.lr" of this program. */
const COLUMN = /^(?:(hp|params|config|metrics?)\.)?(.*)$/s;

/** All that a checkpoint, its run's records and its path say; the nearest source first. */
export async function draftOf(path: string, finder: RecordFinder): Promise<Draft> {
  const draft = new Draft(path);
  const own = await ownRecord(path);
  draft.addHyperParameters(own.hyperParameters, 'checkpoint');
  draft.addMetrics(own.metrics, 'checkpoint');
  draft.addTime(own.epoch, own.step, 'checkpoint');

  const names = await namesOf(path, finder);
  for (const { epoch, step } of names) draft.addTime(epoch, step, 'name');
  const records = await finder.of(path);
  for (const { source, hyperParameters, history } of records) {
    draft.addHyperParameters(hyperParameters, source);
    draft.addMetrics(metricsAt(history, draft.epochNumber, draft.stepNumber), source);
  }
  for (const { hyperParameters, metrics } of names) {
    draft.addHyperParameters(hyperParameters, 'name');
    draft.addMetrics(metrics, 'name');
  }
  draft.best = own.best ?? records.map(({ best }) => best).find((best) => best !== null) ?? null;
  draft.isBest = names[0]?.isBest === true;
  return draft;
}

/** What the file's name says, and those of the folders that it is in, below the root of the project. */
async function namesOf(path: string, finder: RecordFinder): Promise<NameRecord[]> {
  const { folders, endsAtRoot } = await finder.foldersOf(path);
  const inside = endsAtRoot ? folders.slice(0, -1) : folders;
  return [
    nameRecord(stemOf(basename(path))),
    ...inside.map((folder) => nameRecord(basename(resolve(folder)))),
  ];
}

/** Whether the file, or the folder that it is alone in, is called so: Hugging Face names a checkpoint by its folder. */
export function isCalled(path: string, name: string): boolean {
  const full = resolve(path);
  return basename(full) === name || basename(dirname(full)) === name;
}
