import type { PlainRecord } from '../../../base/plain-value';
import type { Hdf5Contents, Hdf5Dataset } from '../../../file/hdf5/hdf5';
import { readValues, readValuesPart } from '../../../file/hdf5/hdf5-values';
import { decodeValues, type Tensor } from '../../../tensor/dtype';
import type { LazyTensor } from '../../lazy';
import { layerPlaces, variableNames } from './variable-names';

/** The group in which model.save of old puts the weights; those that are saved alone lie at the root. */
const LEGACY_ROOT = 'model_weights';
/** Keras 3 and Keras 2.12 on: `<place>/vars/<number>`. */
const NUMBERED = /^(?:(.*)\/)?vars\/(\d+)$/;
/** What training leaves beside the weights. */
const TRAINING = /^(?:optimizer|metrics|optimizer_weights|_metrics|compile_metrics|loss_tracker)(?:\/|$)/;

/** Whether Keras wrote the file. */
export function isKerasHdf5({ groups, datasets }: Hdf5Contents): boolean {
  const root = groups.get('')?.attributes;
  return (
    root?.has('model_config') === true ||
    root?.has('layer_names') === true ||
    root?.has('layer_names0') === true ||
    [...datasets.keys()].some((name) => NUMBERED.test(name))
  );
}

/**
 * The tensors of a file of Keras's, under the names that Keras shows: layer and variable, "dense/kernel", the names of
 * nested models before them.
 * @param config the model's, class_name and config; null for weights alone
 */
export function kerasTensors(contents: Hdf5Contents, config: PlainRecord | null): LazyTensor[] {
  const names = config === null ? new Map<string, string>() : numberedNames(contents, config);
  for (const [path, name] of numberedNames(contents, null)) if (!names.has(path)) names.set(path, name);
  for (const [path, name] of legacyNames(contents, config)) names.set(path, name);
  const taken = new Set<string>();
  const order = [...new Set([...names.keys(), ...contents.datasets.keys()])];
  return order.flatMap((path): LazyTensor[] => {
    const dataset = contents.datasets.get(path);
    if (dataset === undefined) return [];
    const wanted = names.get(path) ?? path;
    const name = taken.has(wanted) ? path : wanted;
    taken.add(name);
    return [kerasTensor(contents, dataset, name, TRAINING.test(path) ? 'other' : 'weight')];
  });
}

function kerasTensor(
  { source }: Hdf5Contents,
  dataset: Hdf5Dataset,
  name: string,
  role: 'weight' | 'other',
): LazyTensor {
  // Keras keeps bfloat16, which HDF5 has no name for, as two bytes of anything, and says so beside.
  const isBrain = dataset.type.dtype === 'opaque2' && dataset.attributes.get('dtype')?.[0] === 'bfloat16';
  const { shape } = dataset;
  const dtype = isBrain ? 'bf16' : dataset.type.dtype;
  const place = isBrain
    ? { ...dataset, type: { ...dataset.type, kind: 'numbers' as const, dtype: 'u16' } }
    : dataset;
  const widened = ({ data }: Pick<Tensor, 'data'>): Tensor['data'] =>
    isBrain ? decodeValues('bf16', new Uint8Array(Uint16Array.from(data).buffer)) : data;
  return {
    info: { name, dtype, shape, role },
    read: async () => ({ shape, data: widened(await readValues(source, place)) }),
    async readPart(first, count) {
      const data = await readValuesPart(source, place, first, count);
      return data && widened({ data });
    },
  };
}

/** Of `<place>/vars/<number>`: the layer's name by the file's attributes, or the configuration, or its place. */
function numberedNames({ groups, datasets }: Hdf5Contents, config: PlainRecord | null): Map<string, string> {
  const places = config === null ? null : layerPlaces(config);
  const counts = new Map<string, number>();
  for (const path of datasets.keys()) {
    const place = NUMBERED.exec(path)?.[1];
    if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  for (const path of datasets.keys()) {
    const [, place, number = ''] = NUMBERED.exec(path) ?? [];
    if (place === undefined || TRAINING.test(path)) continue;
    const known = places?.get(place);
    if (places !== null && known === undefined) continue;
    const kind = (place.split('/').at(-1) ?? '').replace(/_\d+$/, '');
    const variable =
      variableNames(kind, counts.get(place) ?? 0, known?.config ?? {})[Number(number)] ?? number;
    const layer = known?.names ?? storedNames(groups, place);
    names.set(path, [...layer, variable].join('/'));
  }
  return names;
}

/** The names that newer files give the layers on the way to a place; the place's own parts where they do not. */
function storedNames(groups: Hdf5Contents['groups'], place: string): string[] {
  const parts = place.split('/');
  return parts.flatMap((part, index) => {
    if (part === 'layers') return [];
    const path = parts.slice(0, index + 1).join('/');
    return [groups.get(`${path}/vars`)?.attributes.get('name')?.[0] ?? part];
  });
}

/** Of model.save("….h5"): a group per layer, whose attribute lists its weights. */
function legacyNames({ groups }: Hdf5Contents, config: PlainRecord | null): Map<string, string> {
  const names = new Map<string, string>();
  const root = groups.has(LEGACY_ROOT) ? LEGACY_ROOT : '';
  const nested = config === null ? null : nestedModels(config);
  for (const layer of textList(groups, root, 'layer_names')) {
    const group = root === '' ? layer : `${root}/${layer}`;
    const weights = textList(groups, group, 'weight_names');
    const parts = weights.map((weight) => weight.replace(/:0$/, '').split('/'));
    const parents = new Set(parts.map((path) => path.slice(0, -1).join('/')));
    const isNested = nested === null ? parents.size > 1 : nested.has(layer);
    for (const [i, weight] of weights.entries()) {
      const path = parts[i] ?? [];
      const own = path.indexOf(layer);
      const inner = isNested ? path.slice(own < 0 || own === path.length - 1 ? 0 : own + 1) : path.slice(-1);
      names.set(`${group}/${weight}`, [layer, ...inner].join('/'));
    }
  }
  return names;
}

function nestedModels(config: PlainRecord): Set<string> {
  const places = [...layerPlaces(config).values()];
  return new Set(places.flatMap(({ names }) => (names.length > 1 ? [names[0] ?? ''] : [])));
}

/** A list of texts, which is in several attributes where it is long: weight_names0, weight_names1, … */
function textList(groups: Hdf5Contents['groups'], group: string, name: string): string[] {
  const attributes = groups.get(group)?.attributes;
  const whole = attributes?.get(name);
  if (whole !== undefined) return [...whole];
  const parts: string[] = [];
  for (
    let i = 0, part = attributes?.get(`${name}0`);
    part !== undefined;
    part = attributes?.get(`${name}${++i}`)
  )
    parts.push(...part);
  return parts;
}
