import type { Scalar } from '../records/values';

/** A hyper-parameter over the runs of a study: a value for each run, null where it is not given. */
export interface Column {
  readonly key: string;
  readonly values: readonly Scalar[];
  /** It changes within a run, so that it is none of the run's choices. */
  readonly isUnsteady: boolean;
  /** Where it is left out, that is a choice too: names and commands say only what differs from the usual. */
  readonly isTerse: boolean;
}

/** What a key of this name tells: a replicate of the same, something of no interest, or a choice. */
export type Meaning = 'replicate' | 'incidental' | 'choice';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** What is run again. */
const REPLICATE = words('seed run fold trial rep repeat repetition replicate replica restart rng');
/** May stand beside: "random_seed", "run_idx", "data_seed", "seed_everything". */
const BESIDE_REPLICATE = words(
  'random global data split model init train torch np numpy cv idx index number num no nr everything state base i k',
);
/** Where, when, by whom and with what machine, not what. */
const INCIDENTAL = words(
  'path paths dir dirs directory folder root file files filename url uri host hostname ip port pid gpu gpus device devices accelerator rank workers time date datetime timestamp timestamps created runtime uuid uid id sha hash commit git user username email project entity notes tags tag version wandb mlflow logger logging log verbose debug slurm job jobs resume checkpoint checkpoints ckpt callbacks',
);
const INCIDENTAL_KEYS = words('name run_name exp_name experiment experiment_name exp comment description');

/** What a key's last part means, in words of either style: "data.numWorkers" is num workers. */
export function meaningOf(key: string): Meaning {
  const name = key.slice(key.lastIndexOf('.') + 1);
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
  const isReplicate =
    parts.some((part) => REPLICATE.has(part)) &&
    parts.every((part) => REPLICATE.has(part) || BESIDE_REPLICATE.has(part));
  if (isReplicate) return 'replicate';
  if (parts.some((part) => INCIDENTAL.has(part)) || INCIDENTAL_KEYS.has(parts.join('_'))) return 'incidental';
  return 'choice';
}

const INCIDENTAL_VALUES: readonly RegExp[] = [
  /^(?:~|\.{0,2})?[/\\]|^[A-Za-z]:[/\\]|^\w+:\/\//, // a path, an address
  /^<.*(?:Path|device).*>$/, // what pickles hold of them
  /^\d{4}-\d\d-\d\d|^\d{8}[-_T]\d{4,6}|^\d{4}\/\d\d\/\d\d/, // a date
  /^[\da-f]{8}-[\da-f]{4}-|^(?=.*\d)(?=.*[a-f])[\da-f]{16,}$/i, // an id, a commit
];

/** Whether all texts among values are paths, dates or ids. */
export function areIncidental(values: readonly Scalar[]): boolean {
  const texts = values.filter((value) => value !== null);
  return (
    texts.length > 0 &&
    texts.every(
      (value) => typeof value === 'string' && INCIDENTAL_VALUES.some((pattern) => pattern.test(value)),
    )
  );
}
