import { basename, join } from 'node:path';
import { InputError } from '../../base/error';
import { listed } from '../../base/text';
import { exists, listFolder } from '../../file/folders';
import {
  DEEPSPEED_REMEDY,
  DISTRIBUTED_REMEDY,
  ORBAX_REMEDY,
  SAVED_MODEL_REMEDY,
  TENSORFLOW_CHECKPOINT_REMEDY,
} from './unread';

/** A checkpoint that was found in a folder. */
export interface FoundCheckpoint {
  readonly path: string;
  /** What was taken, and of what: a sentence. */
  readonly note: string;
}

/** What a Hugging Face folder keeps its weights in, the surest first. */
const WEIGHTS = [
  'model.safetensors.index.json',
  'model.safetensors',
  'pytorch_model.bin.index.json',
  'pytorch_model.bin',
  'diffusion_pytorch_model.safetensors',
];
/** What trainers keep beside the weights. */
const BESIDE =
  /^(?:optimizer|scheduler|scaler|rng_state|random_states|training_args|train_state|trainer_state|sampler|dl_state_dict)|optim_states\.pt$/;
const CHECKPOINT =
  /\.(?:ckpt|pt|pth|safetensors|onnx|keras|h5|hdf5|joblib|pt2)$|^model\.(?:json|pkl|npz|bin)$/i;
/** Shards are told by their index. */
const SHARD = /-\d{5}-of-\d{5}\./;
const NUMBERED = /^(?:checkpoint|epoch|step|global_step|iter)[-_=]?(\d+)$/;

/** lightning_logs/version_0/checkpoints, mlruns/0/<run>/artifacts/model/data */
const MAX_DEPTH = 6;
const MAX_FOLDERS = 500;

/**
 * The checkpoint in a folder: of Hugging Face, accelerate or the Trainer by their names, of others the only one in it.
 * @throws InputError where there is none, there are several, or they are of a format that is not read
 */
export async function checkpointInFolder(folder: string): Promise<FoundCheckpoint> {
  const { files, folders } = await listFolder(folder);
  await refuseUnreadFolder(folder, files, folders);
  const weights = WEIGHTS.find((name) => files.includes(name));
  if (weights !== undefined) return taken(folder, weights, 'the weights of the folder');
  const numbered = folders.flatMap((name) => {
    const number = NUMBERED.exec(name)?.[1];
    return number === undefined ? [] : [{ name, number: Number(number) }];
  });
  const last = numbered.sort((a, b) => b.number - a.number)[0];
  const own = files.filter(isCheckpoint);
  if (last !== undefined && own.length === 0) {
    const found = await checkpointInFolder(join(folder, last.name));
    const others = numbered.length > 1 ? `, the last of ${numbered.length} checkpoints by number` : '';
    return { path: found.path, note: `${basename(found.path)} of ${last.name} was taken${others}.` };
  }
  const all = await checkpointsBelow(folder);
  const [only, ...more] = all;
  if (only === undefined)
    throw new InputError(
      folder,
      'is a folder without a checkpoint that Modscope knows',
      'Give the file with the weights, such as model.safetensors, or a folder with one in it',
    );
  if (more.length > 0)
    throw new InputError(
      folder,
      `is a folder with ${all.length} checkpoints: ${listed(all.map((name) => name))}`,
      'Name one of them, or analyze all as a study: modscope study FOLDER',
    );
  return taken(folder, only, 'the only checkpoint in the folder');
}

function taken(folder: string, name: string, what: string): FoundCheckpoint {
  return { path: join(folder, name), note: `${name} was taken, ${what}.` };
}

function isCheckpoint(name: string): boolean {
  return CHECKPOINT.test(name) && !BESIDE.test(name) && !SHARD.test(name);
}

/** Paths below the folder, breadth first. */
async function checkpointsBelow(root: string): Promise<string[]> {
  const found: string[] = [];
  const open = [{ path: '', depth: 0 }];
  for (let visited = 0; visited < MAX_FOLDERS; visited++) {
    const next = open.shift();
    if (next === undefined) break;
    const { files, folders } = await listFolder(join(root, next.path));
    const index = WEIGHTS.find((name) => files.includes(name));
    const names = index === undefined ? files.filter(isCheckpoint) : [index];
    found.push(...names.map((name) => join(next.path, name)));
    if (next.depth < MAX_DEPTH)
      open.push(...folders.map((name) => ({ path: join(next.path, name), depth: next.depth + 1 })));
  }
  return found;
}

/** Formats that are folders. @throws InputError with a remedy */
async function refuseUnreadFolder(
  folder: string,
  files: readonly string[],
  folders: readonly string[],
): Promise<void> {
  const refuse = (kind: string, remedy: string): InputError =>
    new InputError(folder, `is ${kind}, which Modscope does not read`, remedy);
  const has = (...names: string[]): boolean =>
    names.some((name) => files.includes(name) || folders.includes(name));
  if (has('saved_model.pb', 'saved_model.pbtxt')) throw refuse('a TensorFlow SavedModel', SAVED_MODEL_REMEDY);
  if (has('_METADATA', '_CHECKPOINT_METADATA', 'manifest.ocdbt'))
    throw refuse('an orbax checkpoint', ORBAX_REMEDY);
  if (files.some((name) => name.endsWith('.distcp')) || (await exists(join(folder, '.metadata'))))
    throw refuse('a distributed PyTorch checkpoint', DISTRIBUTED_REMEDY);
  if (has('zero_to_fp32.py') || files.some((name) => /zero_pp_rank_.*optim_states\.pt$/.test(name)))
    throw refuse('a DeepSpeed checkpoint of parts', DEEPSPEED_REMEDY);
  if (/\.mlpackage$|\.mlmodelc$/.test(folder))
    throw refuse('a Core ML model', 'Give the model that it was made from, or an ONNX export of it');
  if (files.some((name) => /\.data-\d{5}-of-\d{5}$/.test(name)) && !files.some(isCheckpoint))
    throw refuse('a TensorFlow checkpoint', TENSORFLOW_CHECKPOINT_REMEDY);
}
