import { isArray, type PlainRecord, type PlainValue } from '../../../base/plain-value';

// Keras 3 stores a layer's variables by number, under the layer's class. Here they get the names that Keras shows.

/** A layer of a model, by the path of its variables in the file. */
export interface LayerPlace {
  /** The names of the models it is in, and its own. */
  readonly names: readonly string[];
  readonly className: string;
  readonly config: PlainRecord;
}

/** Models nest in models, if seldom. */
const MAX_DEPTH = 8;
const MAX_LAYERS = 100_000;

/**
 * Where Keras 3 puts the variables of each layer: `layers/` and its class in small letters, counted where there are several
 * in one model. Source: keras/src/saving/saving_lib.py, _save_container_state.
 * @param model a model's configuration: class_name and config
 */
export function layerPlaces(model: PlainRecord): Map<string, LayerPlace> {
  const places = new Map<string, LayerPlace>();
  const walk = (config: PlainRecord, prefix: string, names: readonly string[]): void => {
    const counts = new Map<string, number>();
    for (const layer of layersOf(config)) {
      const inner = recordOf(layer['config']);
      const className = wordOf(layer['class_name']);
      const kind = snakeCase(className);
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      const place = `${prefix}layers/${count === 0 ? kind : `${kind}_${count}`}`;
      const path = [...names, wordOf(inner['name'] ?? layer['name'], kind)];
      if (places.size >= MAX_LAYERS) return;
      places.set(place, { names: path, className, config: inner });
      if (path.length <= MAX_DEPTH) walk(inner, `${place}/`, path);
    }
  };
  walk(recordOf(model['config']), '', []);
  return places;
}

/** The layers of a model's configuration; none where it is a layer's. Before Keras 2.3, Sequential's config was the list. */
export function layersOf(config: PlainValue): readonly PlainRecord[] {
  const layers =
    typeof config === 'object' && config !== null && !isArray(config)
      ? (recordOf(config)['layers'] ?? [])
      : config;
  return typeof layers === 'object' && layers !== null && isArray(layers) ? layers.map(recordOf) : [];
}

/** The value where it is a record, else an empty one. */
export function recordOf(value: PlainValue | undefined): PlainRecord {
  if (typeof value !== 'object' || value === null || isArray(value)) return {};
  return value as PlainRecord; // neither a list nor a plain value
}

/** The value where it is text. */
export function wordOf(value: PlainValue | undefined, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}

/** "BatchNormalization" as "batch_normalization", as Keras does it. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

const KERNEL = ['kernel', 'bias'];
const SCALE = ['gamma', 'beta'];
const NAMES: Readonly<Record<string, readonly string[]>> = {
  dense: KERNEL,
  conv1d: KERNEL,
  conv2d: KERNEL,
  conv3d: KERNEL,
  conv1d_transpose: KERNEL,
  conv2d_transpose: KERNEL,
  depthwise_conv2d: KERNEL,
  separable_conv2d: ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  layer_normalization: SCALE,
  group_normalization: SCALE,
  embedding: ['embeddings'],
  p_re_lu: ['alpha'],
  normalization: ['mean', 'variance', 'count'],
};

/**
 * What a layer's variables are called, in the order in which Keras stores them.
 * @param kind the class in small letters
 * @param config the layer's, where it is known
 * @returns numbers for a kind of layer that is not known, or has more variables than it should
 */
export function variableNames(kind: string, count: number, config: PlainRecord): string[] {
  const numbers = Array.from({ length: count }, (_, index) => String(index));
  if (kind === 'batch_normalization') {
    const scale = config['scale'] === false || (count < 4 && config['scale'] === undefined) ? [] : ['gamma'];
    const center =
      config['center'] === false || (count < 4 && config['center'] === undefined) ? [] : ['beta'];
    const names = [...scale, ...center, 'moving_mean', 'moving_variance'];
    return names.length === count ? names : numbers;
  }
  const known = (NAMES[kind] ?? []).filter(
    (name) =>
      !(name === 'gamma' && config['scale'] === false) && !(name === 'beta' && config['center'] === false),
  );
  return known.length >= count ? known.slice(0, count) : numbers;
}
