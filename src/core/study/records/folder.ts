import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../../base/error';
import { exists, foldersUpward, MARKERS } from '../../file/folders';
import { naturalOrder } from '../../network/network';
import {
  configRecord,
  hparamsRecord,
  hydraRecord,
  metricFilesRecord,
  metricsRecord,
  modelConfigRecord,
  overridesRecord,
  parametersRecord,
  summaryRecord,
  trainerStateRecord,
  trainingArgumentsRecord,
  trialRecord,
} from './trackers';
import type { RunRecord } from './record';

/** A record that may lie in a folder: by which regular file (or folder) it is known, and how it is read. */
interface Kind {
  readonly name: string;
  readonly read: (folder: string) => Promise<RunRecord>;
  /** Its name is that of many other files too: at the root of a project it is taken for one of those. */
  readonly isCommon?: true;
  /** What else must lie there. */
  readonly beside?: string;
}

/** Surest first: where two of a folder disagree, the first is believed. */
const KINDS: readonly Kind[] = [
  { name: '.hydra', read: overridesRecord },
  { name: '.hydra', read: hydraRecord },
  { name: 'hparams.yaml', read: hparamsRecord },
  { name: 'trial.json', read: trialRecord },
  { name: 'params', beside: 'meta.yaml', read: parametersRecord },
  { name: 'metrics', beside: 'meta.yaml', read: metricFilesRecord },
  { name: 'config.yaml', read: configRecord, isCommon: true },
  { name: 'trainer_state.json', read: trainerStateRecord },
  { name: 'training_args.bin', read: trainingArgumentsRecord },
  { name: 'config.json', read: modelConfigRecord, isCommon: true },
  { name: 'wandb-summary.json', read: summaryRecord },
  { name: 'metrics.csv', read: metricsRecord, isCommon: true },
];

/** Folders of checkpoints inside a run's. */
const CHECKPOINTS = /^(?:weights|checkpoints?|ckpts?|models?)$/i;
/** Lightning's and Weights & Biases' folders of one run, where their records lie. */
const VERSION = /^version_\d+$/;
const WANDB_RUN = /^run-\d{8}_\d{6}-\w+$/;

/** Folders upward, and whether the last is the root of a project. */
interface Upward {
  readonly folders: readonly string[];
  readonly endsAtRoot: boolean;
}

async function upward(checkpoint: string): Promise<Upward> {
  const folders = await foldersUpward(checkpoint);
  const last = folders.at(-1) ?? '';
  const markers = await Promise.all(MARKERS.map((marker) => exists(join(last, marker))));
  return { folders, endsAtRoot: markers.includes(true) };
}

/** Finds and reads the records of runs, each folder once for all checkpoints below it. */
export class RecordFinder {
  readonly #folders = new Map<string, Promise<readonly RunRecord[]>>();
  readonly #upward = new Map<string, Promise<Upward>>();

  /** @param onProblem told of each record that cannot be read; what the others say still counts */
  constructor(private readonly onProblem: (error: InputError) => void) {}

  /** The folders from a checkpoint's own up to the root of its project, which may be the last. */
  foldersOf(checkpoint: string): Promise<Upward> {
    const own = dirname(checkpoint);
    const found = this.#upward.get(own) ?? upward(checkpoint);
    this.#upward.set(own, found);
    return found;
  }

  /** The records that lie on the way from a checkpoint up to the root of its project, the nearest first. */
  async of(checkpoint: string): Promise<readonly RunRecord[]> {
    const { folders } = await this.foldersOf(checkpoint);
    const found = await Promise.all(
      folders.map((folder, level) => {
        const below = folders[level - 1];
        return this.#inFolder(folder, below === undefined ? null : basename(below));
      }),
    );
    return found.flat();
  }

  /** @param below the folder that the search came from; null for the checkpoint's own */
  #inFolder(folder: string, below: string | null): Promise<readonly RunRecord[]> {
    const isRunFolder = below !== null && CHECKPOINTS.test(below);
    const key = `${folder}\0${below === null ? 'own' : isRunFolder ? 'run' : 'above'}`;
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    // A study of thousands of runs needs each folder for a while only.
    const [oldest] = this.#folders.keys();
    if (this.#folders.size >= MOST_FOLDERS && oldest !== undefined) this.#folders.delete(oldest);
    const reading = this.#read(folder, below === null, isRunFolder);
    this.#folders.set(key, reading);
    return reading;
  }

  async #read(folder: string, isOwn: boolean, isRunFolder: boolean): Promise<readonly RunRecord[]> {
    const names = await namesIn(folder);
    const isRoot = !isOwn && MARKERS.some((marker) => names.has(marker));
    const records = await this.#records(folder, names, isRoot);
    const inside = [
      names.has('files') ? 'files' : null,
      isRunFolder ? latest(names, VERSION) : null, // the authors' layout: <uid>/version_0 beside <uid>/weights
    ].filter((name) => name !== null);
    if (isRunFolder && names.has('wandb')) {
      // Only one that is alone can be the checkpoint's.
      const runs = [...(await namesIn(join(folder, 'wandb')))].filter((name) => WANDB_RUN.test(name));
      if (runs.length === 1) inside.push(join('wandb', runs.join(), 'files'));
    }
    for (const name of inside) {
      const within = join(folder, name);
      records.push(...(await this.#records(within, await namesIn(within), false)));
    }
    return records;
  }

  async #records(folder: string, names: ReadonlySet<string>, isRoot: boolean): Promise<RunRecord[]> {
    const records: RunRecord[] = [];
    for (const { name, beside, isCommon, read } of KINDS) {
      if (!names.has(name) || (beside !== undefined && !names.has(beside))) continue;
      if (isCommon === true && isRoot) continue;
      try {
        records.push(await read(folder));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        this.onProblem(error);
      }
    }
    return records;
  }
}

const MOST_FOLDERS = 256;

/** Regular files and folders; a link could lead anywhere. */
async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return new Set(entries.filter((entry) => entry.isFile() || entry.isDirectory()).map((entry) => entry.name));
}

function latest(names: ReadonlySet<string>, pattern: RegExp): string | null {
  return (
    [...names]
      .filter((name) => pattern.test(name))
      .sort(naturalOrder)
      .at(-1) ?? null
  );
}
