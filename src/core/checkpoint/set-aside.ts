import { plural } from '../base/text';
import type { AsideKind, Checkpoint, TensorInfo } from './checkpoint';

const SAID: Readonly<Record<AsideKind, string>> = {
  averaging: 'of weight averaging',
  loss: 'of losses',
  metric: 'of metrics',
  optimizer: 'of the optimizer',
  auxiliary: 'of auxiliary heads',
};

/** Longer names are told nothing by: patterns would take long. */
const MAX_NAME = 500;

/** A part of a name, e.g. "criterion", "loss_fn", "bce_loss2". */
const LOSS = /^(?:\w+_)?(?:loss|criterion|criteria)(?:_?(?:fn|func|function|module))?s?_?\d*$/i;
/** A part of a name, e.g. "train_acc", "val_f1", "metrics". */
const METRIC =
  /^(?:(?:train|val|valid|validation|test)_)*(?:acc|accuracy|metrics?|f1|f1_?score|auroc|auc|confmat|confusion_?matrix|precision|recall|mse|mae|rmse|r2|r2_?score|perplexity)(?:_?(?:train|val|valid|validation|test|metrics?))?_?\d*$/i;
/** The first part of a name. */
const OPTIMIZER = /^(?:optim|optimizers?|optimizer_states?|opt_states?|lr_schedulers?|schedulers?)$/i;
/** The last part of a name: moments and counters of optimizers as torch, TensorFlow 1 and Keras name them. */
const MOMENT =
  /^(?:exp_avg|exp_avg_sq|max_exp_avg_sq|momentum_buffer|square_avg|Adam|Adam_\d+|Momentum|RMSProp|RMSProp_\d+|Adagrad|Adadelta|beta[12]_power|global_step)$/;
/** A part of a name. Auxiliary heads help in training; no logit depends on them. */
const AUXILIARY = /^aux(?:iliary)?(?:_?(?:heads?|classifiers?|logits|fc))?_?\d*$/i;
const AVERAGING = /^(?:n_averaged|ExponentialMovingAverage)$/;
/** What averages keep beside copies, in a module of this name. */
const COUNTER = /^(?:decay|num_updates|step|initted)$/;
const EMA = /^(?:\w+_)?ema(?:_\w+)?$/i;

/**
 * What a tensor is for by its name, where that leaves no doubt; null for all others. Losses and metrics are told by a module
 * of their own name: one that stands alone, such as "accuracy", may be anything.
 */
function asideByName(name: string): AsideKind | null {
  if (name.length > MAX_NAME) return null;
  const parts = name.replace(/:\d+$/, '').split(/[./]/);
  const last = parts.at(-1) ?? '';
  const modules = parts.slice(0, -1);
  const isAveraging = AVERAGING.test(last) || (COUNTER.test(last) && modules.some((part) => EMA.test(part)));
  if (isAveraging) return 'averaging';
  if (modules.some((part) => LOSS.test(part))) return 'loss';
  if (MOMENT.test(last) || (modules.length > 0 && OPTIMIZER.test(parts[0] ?? ''))) return 'optimizer';
  if (modules.some((part) => METRIC.test(part))) return 'metric';
  if (modules.some((part) => AUXILIARY.test(part))) return 'auxiliary';
  return null;
}

/**
 * The copy of the weights that an exponential average keeps beside them: "ema.fc1.weight" beside "fc1.weight",
 * "ema_model.fc1.weight" beside "model.fc1.weight". Where there is nothing beside, the average is the network.
 */
function isAveragedCopy(name: string, names: ReadonlySet<string>): boolean {
  if (name.length > MAX_NAME) return false;
  const match =
    /^(?:(model|module|net|network)[._])?(?:ema|swa|averaged)(?:_(?:model|module|net|network|weights|params))?[./](?:module[./])?(.+)$/.exec(
      name,
    );
  const rest = match?.[2];
  if (rest === undefined) return false;
  return ['', 'model.', 'module.', 'net.', 'network.', 'online_model.'].some((prefix) =>
    names.has(`${prefix}${rest}`),
  );
}

/**
 * A checkpoint in which the tensors that belong to the training by their names are `other`. Where all would be, the names
 * mean something else, and none is.
 */
export function withTrainingSetAside(checkpoint: Checkpoint): Checkpoint {
  const weights = [...checkpoint.tensors.values()].filter(({ role }) => role === 'weight');
  const names = new Set(weights.map(({ name }) => name));
  const aside = new Map<string, AsideKind>();
  for (const { name } of weights) {
    const kind = isAveragedCopy(name, names) ? 'averaging' : asideByName(name);
    if (kind !== null) aside.set(name, kind);
  }
  if (aside.size === 0 || aside.size === weights.length) return checkpoint;
  const tensors = [...checkpoint.tensors].map(([name, info]): [string, TensorInfo] => {
    const kind = aside.get(name);
    return [name, kind === undefined ? info : { ...info, role: 'other', aside: kind }];
  });
  return { ...checkpoint, tensors: new Map(tensors) };
}

/** "Set aside, because no network is made of them: 2 tensors of losses (criterion.weight, …)."; null for none. */
export function asideSentence(tensors: Iterable<TensorInfo>): string | null {
  const byKind = new Map<AsideKind, string[]>();
  for (const { name, aside } of tensors) {
    if (aside === undefined) continue;
    const names = byKind.get(aside);
    if (names === undefined) byKind.set(aside, [name]);
    else names.push(name);
  }
  if (byKind.size === 0) return null;
  const counts = [...byKind].map(([kind, names]) => {
    const shown = names.slice(0, 2).join(', ') + (names.length > 2 ? ', …' : '');
    return `${plural(names.length, 'tensor')} ${SAID[kind]} (${shown})`;
  });
  return `Set aside, because no network is made of them: ${counts.join('; ')}.`;
}
