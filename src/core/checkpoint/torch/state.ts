import { asDictionary, keyName } from '../pickle/plain';
import type { PickleValue } from '../pickle/value';
import {
  type Dictionary,
  isModule,
  isScriptModule,
  type ModuleContents,
  readModule,
  readScriptModule,
} from './modules';
import { TensorRef } from './tensor';
import type { NamedTensor } from './walk';

/** Under which key trainers keep the model, the surest first. */
const MODEL_KEYS: readonly PickleValue[] = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'module',
  'net',
  'network',
  'params',
  'weights',
  'model_weights',
];

/** Keys of what looks like weights and belongs to the training. */
const TRAINING =
  /(?:^|[^a-z])(?:optim[a-z]*|sched[a-z]*|callbacks?|scaler|loops?|rng|[a-z]*moment[a-z]*)(?:[^a-z]|$)/i;

/** Averaged copies of the model: "params_ema", "swa_state". In a state dict, "model_ema.decay", "ema.conv.weight". */
const AVERAGED_KEY = /(?:^|[^a-z])(?:ema|swa|averaged?)(?:[^a-z]|$)/i;
const AVERAGED_NAME = /^(?:[^.]+\.)?(?:[^.]*_)?ema(?:_[^.]*)?\./;

/** How deep the model may be hidden: {'checkpoint': {'model': {'state_dict': …}}}. */
const DEEPEST_STATE = 4;

/**
 * The model's state in whatever torch.save was given: a module, a bare state dict or list of tensors, a
 * trainer's dictionary with one inside, several networks.
 * @throws InputError for a module tree that is too large
 */
export function findState(file: string, root: PickleValue): ModuleContents | undefined {
  return new StateSearch(file).find(root, true, 0);
}

class StateSearch {
  /** What was searched once is not searched again, wherever else it stands. */
  readonly #searched = new Set<PickleValue>();

  constructor(private readonly file: string) {}

  /** @param listed whether a list of tensors will do */
  find(value: PickleValue | undefined, listed: boolean, depth: number): ModuleContents | undefined {
    if (value === undefined || this.#searched.has(value)) return undefined;
    this.#searched.add(value);
    if (isModule(value)) return readModule(this.file, value);
    if (isScriptModule(value)) return readScriptModule(this.file, value);
    const entries = listed && Array.isArray(value) ? new Map(value.entries()) : asDictionary(value);
    // An optimizer's state is known by its groups of parameters.
    if (entries === undefined || entries.has('param_groups') || depth > DEEPEST_STATE) return undefined;
    for (const key of MODEL_KEYS) {
      const found = this.find(entries.get(key), true, depth + 1);
      if (found) return found;
    }
    const direct = separated(entries);
    const nested = this.#networks(entries, depth);
    // A state dict may hold a few things that are no tensors, a trainer's dictionary a few tensors.
    return nested && nested.state.length > (direct?.state.length ?? 0) ? nested : direct;
  }

  /** {'generator': …, 'discriminator': …, 'optimizer': …}. Averaged copies serve where there is nothing else. */
  #networks(entries: Dictionary, depth: number): ModuleContents | undefined {
    const named = [...entries].map(([key, value]) => [keyName(key), value] as const);
    const candidates = named.filter(([name]) => !TRAINING.test(name));
    const averaged = ([name]: readonly [string, PickleValue]) => AVERAGED_KEY.test(name);
    const find = (some: typeof candidates) =>
      joined(
        some.flatMap(([name, value]) => {
          const found = this.find(value, false, depth + 1);
          return found ? [[name, found] as const] : [];
        }),
      );
    return find(candidates.filter((entry) => !averaged(entry))) ?? find(candidates.filter(averaged));
  }
}

/** Each network's key heads its names, unless it is alone. */
function joined(networks: readonly (readonly [string, ModuleContents])[]): ModuleContents | undefined {
  if (networks.length <= 1) return networks[0]?.[1];
  const all = (which: 'state' | 'others') =>
    networks.flatMap(([name, found]) =>
      found[which].map(([inner, tensor]): NamedTensor => [`${name}.${inner}`, tensor]),
    );
  return { state: all('state'), others: all('others') };
}

/** The tensors of a state dict, of which some may be averaged copies of others. */
function separated(entries: Dictionary): ModuleContents | undefined {
  const tensors: NamedTensor[] = [];
  for (const [key, value] of entries) if (value instanceof TensorRef) tensors.push([keyName(key), value]);
  if (tensors.length === 0) return undefined;
  const state = tensors.filter(([name]) => !AVERAGED_NAME.test(name));
  if (state.length === 0) return { state: tensors, others: [] };
  return { state, others: tensors.filter(([name]) => AVERAGED_NAME.test(name)) };
}
