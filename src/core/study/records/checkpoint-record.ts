import { InputError } from '../../base/error';
import type { PlainValue } from '../../base/plain-value';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { openCheckpoint } from '../../checkpoint/formats/open';
import { isMetricName } from './name';
import { baseName } from './record';
import { flatten, isRecord, type Scalar, scalarIn } from './values';

/** What a checkpoint says of itself. */
export interface OwnRecord {
  readonly hyperParameters: ReadonlyMap<string, Scalar>;
  readonly metrics: ReadonlyMap<string, number>;
  readonly epoch: number | null;
  readonly step: number | null;
  /** Base name of the checkpoint that was the run's best when this one was written. */
  readonly best: string | null;
}

const NOTHING: OwnRecord = {
  hyperParameters: new Map(),
  metrics: new Map(),
  epoch: null,
  step: null,
  best: null,
};

/** Reads headers only. A file that cannot be opened says nothing here; whoever analyzes it will tell why. */
export async function ownRecord(path: string): Promise<OwnRecord> {
  try {
    const checkpoint = await openCheckpoint(path);
    try {
      return await recordOf(checkpoint);
    } finally {
      await checkpoint.close();
    }
  } catch (error) {
    if (error instanceof InputError) return NOTHING;
    throw error;
  }
}

const EPOCH = ['epoch', 'current_epoch', 'epochs'];
const STEP = ['global_step', 'step', 'iteration', 'iter', 'num_updates', 'steps'];
/** Notes of programs about themselves. */
const NOT_OF_THE_RUN = /version$|^hparams_name$|^format$|^checkpoint_callback_|^callbacks\./;
/** Where a program puts all its hyper-parameters under one key: the key says nothing. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'hyper_parameters',
  'hyperparameters',
  'hparams',
  'config',
  'args',
]);

async function recordOf(checkpoint: Checkpoint): Promise<OwnRecord> {
  const isText = checkpoint.format === 'safetensors';
  const notes = flatten(isText ? unpacked(checkpoint.metadata) : checkpoint.metadata);
  if (isText)
    for (const [key, value] of notes) if (typeof value === 'string') notes.set(key, scalarIn(value));
  const callback = bestCallback(checkpoint.metadata);
  const hyperParameters = flatten(checkpoint.hyperParameters);
  const metrics = callback === null ? new Map<string, number>() : await scoreOf(checkpoint, callback);
  // Those of an ONNX file are of its exporter.
  for (const [key, value] of checkpoint.graph === undefined ? notes : []) {
    if (NOT_OF_THE_RUN.test(key) || EPOCH.includes(key) || STEP.includes(key)) continue;
    if (typeof value === 'number' && isMetricName(key)) metrics.set(key, value);
    else if (!hyperParameters.has(key)) hyperParameters.set(key, value);
  }
  const number = (keys: readonly string[]): number | null =>
    keys.map((key) => notes.get(key)).find((value) => typeof value === 'number') ?? null;
  const best = callback?.best ?? notes.get('checkpoint_callback_best_model_path');
  return {
    hyperParameters,
    metrics,
    epoch: number(EPOCH),
    step: number(STEP),
    best: typeof best === 'string' && best !== '' ? baseName(best) : null,
  };
}

/** The metadata of safetensors is text by name; a program may have put JSON there. */
function unpacked(metadata: Readonly<Record<string, PlainValue>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(metadata).flatMap(([key, value]): [string, unknown][] => {
    const inner = typeof value === 'string' && value.startsWith('{') ? jsonIn(value) : null;
    if (!isRecord(inner)) return [[key, value]];
    return WRAPPERS.has(key) ? Object.entries(inner) : [[key, inner]];
  });
  return Object.fromEntries(entries);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What Lightning's ModelCheckpoint notes. */
interface Callback {
  readonly name: string;
  readonly monitor: string | null;
  readonly best: string | null;
}

/** The first that watches a metric, or any. */
function bestCallback(metadata: Readonly<Record<string, PlainValue>>): Callback | null {
  const callbacks = metadata['callbacks'];
  if (!isRecord(callbacks)) return null;
  const found = Object.entries(callbacks).map(([name, state]): Callback => {
    const { monitor, best_model_path: best } = isRecord(state) ? state : {};
    return {
      name,
      monitor: typeof monitor === 'string' ? monitor : null,
      best: typeof best === 'string' ? best : null,
    };
  });
  return found.find(({ monitor }) => monitor !== null) ?? found[0] ?? null;
}

/** The watched metric when the checkpoint was written, a tensor of its own. */
async function scoreOf(checkpoint: Checkpoint, { name, monitor }: Callback): Promise<Map<string, number>> {
  const tensor = checkpoint.tensors.get(`callbacks.${name}.current_score`);
  if (monitor === null || tensor === undefined || tensor.shape.length > 0) return new Map();
  const [score] = (await checkpoint.read(tensor.name)).data;
  return new Map(Number.isFinite(Number(score)) ? [[monitor, Number(score)]] : []);
}
