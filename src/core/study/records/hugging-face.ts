import { join } from 'node:path';
import { openCheckpoint } from '../../checkpoint/formats/open';
import { readJson } from './parse';
import { baseName, type Measurement, record, type RunRecord } from './record';
import { flatten, isRecord, numbersAmong } from './values';

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
    history: Array.isArray(log) ? log.map(measurement) : [],
    best: typeof best === 'string' ? baseName(best) : null,
  });
}

function measurement(entry: unknown): Measurement {
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
