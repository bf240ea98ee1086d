import { type Scalar, scalarIn } from './values';

/** What a name says: "mnist_drop=0.3_run=2-epoch=4-val_loss=0.12". */
export interface NameRecord {
  readonly hyperParameters: ReadonlyMap<string, Scalar>;
  readonly metrics: ReadonlyMap<string, number>;
  readonly epoch: number | null;
  readonly step: number | null;
  /** It calls itself the best. */
  readonly isBest: boolean;
  /** It calls itself the last. */
  readonly isLast: boolean;
  /** What is left once all that changes during training is taken out: the run's name; '' where nothing is. */
  readonly rest: string;
}

/**
 * key=value; a key has no hyphen. The value is a number or a word, up to a separator; a hyphen is one where another
 * key follows.
 */
const PAIR =
  /([A-Za-z][\w.]*)=([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![A-Za-z0-9.])|[^_,;&=\s]*?(?=[_,;&\s]|-[A-Za-z][\w.]*=|$))/gi;
/** "seed3", "run_7", "epoch-10". */
const COUNTED =
  /(?<![A-Za-z0-9])(seed|run|fold|trial|rep|repeat|replicate|epoch|ep|e|step|iter|iteration|it|global_step|checkpoint|ckpt)[_ -]?(\d{1,9})(?![A-Za-z0-9=.])/gi;

const EPOCH = /^(?:epoch|ep|e)$/i;
const STEP = /^(?:step|iter|iteration|it|global_step|checkpoint|ckpt)$/i;

/** What a key of two words begins with: in "mnist_val_loss=1" the key is val_loss, in "mnist_drop=1" it is drop. */
const FIRST_WORDS: ReadonlySet<string> = new Set(
  'batch dev drop dropout early embed embedding eval global grad hidden init kernel label latent layer learning max min n noise num random test train val valid validation warmup weight'.split(
    ' ',
  ),
);

/** @param name of a file, without what formats add at its end, or of a folder */
export function nameRecord(name: string): NameRecord {
  const hyperParameters = new Map<string, Scalar>();
  const metrics = new Map<string, number>();
  let epoch: number | null = null;
  let step: number | null = null;
  const note = (key: string, value: Scalar): boolean => {
    const number = typeof value === 'number' ? value : null;
    if (number !== null && EPOCH.test(key)) epoch = number;
    else if (number !== null && STEP.test(key)) step = number;
    else if (number !== null && isMetricName(key)) metrics.set(key, number);
    else {
      hyperParameters.set(key, value);
      return false;
    }
    return true;
  };
  // What stays of the pairs is put aside, so that a key such as weight_decay is not taken apart below.
  const kept: string[] = [];
  let afterNumber = false;
  let rest = name.slice(0, LONGEST).replaceAll(ASIDE, '_');
  rest = rest.replace(PAIR, (_, words: string, text: string) => {
    // Behind a number nothing of the last value is left to be taken for a part of the key.
    const key = afterNumber ? words : keyIn(words);
    const value = scalarIn(text);
    afterNumber = typeof value === 'number';
    const before = words.slice(0, words.length - key.length);
    if (note(key, value)) return before;
    kept.push(`${key}=${text}`);
    return before + ASIDE;
  });
  rest = rest.replace(COUNTED, (all: string, key: string, digits: string) => {
    // "run-20240131" is a date.
    const isNumber = key.toLowerCase() !== 'run' || digits.length < 8;
    return isNumber && note(key.toLowerCase(), Number(digits)) ? '' : all;
  });
  const [isBest, isLast] = [BEST.test(rest), LAST.test(rest)];
  return {
    hyperParameters,
    metrics,
    epoch,
    step,
    isBest,
    isLast,
    rest: withoutGeneric(rest).replaceAll(ASIDE, () => kept.shift() ?? ''),
  };
}

/** Stands for a pair; no file's name has it. */
const ASIDE = '\0';
/** No file system has longer names. */
const LONGEST = 255;
const BEST = /(?<![A-Za-z])best(?![A-Za-z])/i;
const LAST = /(?<![A-Za-z])(?:last|latest|final)(?![A-Za-z])/i;

/** The key at the end of words: "mnist_sup_l2" ends in l2. */
function keyIn(words: string): string {
  const parts = words.split('_');
  if (parts.at(-1) === '') return words;
  let first = parts.length - 1;
  while (first > 0 && FIRST_WORDS.has((parts[first - 1] ?? '').toLowerCase())) first--;
  return parts.slice(first).join('_');
}

/** Words that tell checkpoints of a run apart, or say that there is one: no part of the run's name. */
const GENERIC =
  /(?<![A-Za-z0-9])(?:best|last|latest|final|v\d+|checkpoints?|ckpts?|weights?|models?|state_?dict|pytorch_model|adapter_model|snapshots?|net|network|params)(?![A-Za-z0-9])/gi;

function withoutGeneric(rest: string): string {
  const left = trimmed(rest.replace(GENERIC, ''));
  // The number alone of "model_3" is no name.
  return /^\d+$/.test(left) ? trimmed(rest) : left;
}

/** Without separators at the ends, and one where several follow each other. */
function trimmed(name: string): string {
  return name.replace(/([_,;& .-])[_,;& .-]+/g, '$1').replace(/^[_,;& .-]|[_,;& .-]$/g, '');
}

const EXTENSION = /\.(?:ckpt|pt|pth|pt2|bin|safetensors|npz|onnx|pkl|tar|zip|h5|keras|weights|index|json)$/i;

/** A file's name without what its format adds: "model" of "model.safetensors.index.json". */
export function stemOf(name: string): string {
  while (EXTENSION.test(name)) name = name.replace(EXTENSION, '');
  return name;
}

const METRICS: ReadonlySet<string> = new Set(
  'acc acc1 acc5 accuracy auc auroc best bleu bpd dice err error f1 fid iou loss metric miou mae mse nll perplexity ppl psnr recall rmse rouge score sparsity ssim top1 top5'.split(
    ' ',
  ),
);
const NORM = /(?:^|[_./-])(?:l[12]|nuc|nuclear|weight)_?norm$/i;

/** Whether a name is one of a metric, where a source does not say which of its numbers are metrics. */
export function isMetricName(name: string): boolean {
  return NORM.test(name) || name.split(/[^A-Za-z0-9]+/).some((word) => METRICS.has(word.toLowerCase()));
}
