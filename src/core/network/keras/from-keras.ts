import { InputError } from '../../base/error';
import { isArray, type PlainRecord, type PlainValue } from '../../base/plain-value';
import { listed, quote } from '../../base/text';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { layersOf, recordOf, wordOf } from '../../checkpoint/formats/keras/variable-names';
import type { Shape } from '../../tensor/shape';
import { sizeOf } from '../../tensor/shape';
import type { Network } from '../network';
import { LayerConfig } from './keras-config';
import { KERAS_LAYERS } from './keras-layers';
import { KerasGraph, type KerasValue } from './keras-value';

/** Models in models. */
const MAX_DEPTH = 8;
/** Values of one sample at the input. */
const MAX_INPUT = 2 ** 28;

const EXPORT =
  'Export the network to ONNX (pip install tf2onnx), model.export("model.onnx", format="onnx"), and name that file, {"model": "model.onnx"} in modscope.json';

/**
 * The network that a Keras model's configuration describes, with the weights of the same file.
 * @param sampleShape of the data, for a Sequential that does not say what it takes
 * @returns null where it takes the shape of a sample to tell, and none was given
 * @throws InputError naming the layer that cannot be read, and why
 */
export function networkFromKeras(
  checkpoint: Checkpoint,
  config: PlainRecord,
  sampleShape?: Shape,
): Network | null {
  const className = wordOf(config['class_name']);
  if (!MODELS.has(className)) throw unknownModel(checkpoint, className);
  const input = inputShape(checkpoint, config) ?? sampleShape ?? null;
  if (input === null) return null;
  if (!(sizeOf(input) >= 1 && sizeOf(input) <= MAX_INPUT))
    throw new InputError(checkpoint.path, `its input has the shape [${input.join(', ')}]`);
  const graph = new KerasGraph(checkpoint, input);
  const reader = new ModelReader(checkpoint, graph);
  const output = reader.model(config, [], graph.inputValue);
  return graph.finish(output, `the Keras configuration of ${checkpoint.path.split(/[\\/]/).at(-1) ?? ''}`);
}

const MODELS = new Set(['Sequential', 'Functional', 'Model']);

function unknownModel(checkpoint: Checkpoint, className: string): InputError {
  return new InputError(
    checkpoint.path,
    `its model is of the class ${className}, whose layers the configuration does not tell`,
    EXPORT,
  );
}

/** Without samples; null where the model leaves it open. @throws InputError where it is open in part, or there are several */
function inputShape(checkpoint: Checkpoint, model: PlainRecord): Shape | null {
  const layers = layersOf(model['config'] ?? null);
  const inputs = layers.filter((layer) => layer['class_name'] === 'InputLayer');
  if (inputs.length > 1)
    throw new InputError(
      checkpoint.path,
      `the model has several inputs: ${listed(inputs.map((layer) => nameOf(layer)))}`,
      'Models of one input can be analyzed',
    );
  const [first] = inputs.length > 0 ? inputs : layers;
  if (first === undefined) throw new InputError(checkpoint.path, 'its configuration has no layers');
  const config = recordOf(first['config']);
  // A model at the beginning has the input in itself.
  if (layersOf(config).length > 0) return inputShape(checkpoint, first);
  const built = recordOf(first['build_config'])['input_shape'];
  const given =
    config['batch_shape'] ??
    config['batch_input_shape'] ??
    recordOf(model['build_config'])['input_shape'] ??
    built;
  if (typeof given !== 'object' || given === null || !isArray(given)) return null;
  const sizes: readonly PlainValue[] = given;
  const shape = sizes.slice(1);
  if (
    shape.every((size): size is number => typeof size === 'number' && Number.isSafeInteger(size) && size > 0)
  )
    return shape.length > 0 ? shape : [1];
  throw new InputError(
    checkpoint.path,
    `its input ${quote(nameOf(first))} leaves its shape open, [${shape.map((size) => JSON.stringify(size)).join(', ')}]`,
    'Build the model with the size of the data, keras.Input(shape=(32, 32, 3)), load its weights into it and save it',
  );
}

function nameOf(layer: PlainRecord): string {
  return wordOf(recordOf(layer['config'])['name'] ?? layer['name']);
}

/** Reads models and the models in them. */
class ModelReader {
  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly graph: KerasGraph,
  ) {}

  model(model: PlainRecord, path: readonly string[], input: KerasValue): KerasValue {
    const className = wordOf(model['class_name']);
    if (path.length > MAX_DEPTH) throw new InputError(this.checkpoint.path, 'its models nest too deep');
    const config = model['config'] ?? null;
    if (className === 'Sequential') return this.#sequential(layersOf(config), path, input);
    if (className === 'Functional' || className === 'Model')
      return this.#functional(recordOf(config), path, input);
    throw unknownModel(this.checkpoint, className);
  }

  #sequential(layers: readonly PlainRecord[], path: readonly string[], input: KerasValue): KerasValue {
    return layers.reduce((value, layer) => this.#layer(layer, path, [value]), input);
  }

  /** Layers in the order in which their inputs are known. */
  #functional(config: PlainRecord, path: readonly string[], input: KerasValue): KerasValue {
    const layers = layersOf(config);
    const [output, ...others] = references(config['output_layers']);
    if (output === undefined || others.length > 0)
      throw new InputError(
        this.checkpoint.path,
        `the model has ${others.length + (output === undefined ? 0 : 1)} outputs; one can be analyzed`,
        EXPORT,
      );
    const calls = callsOf(layers, (this.checkpoint.keras?.version ?? '3') < '3');
    const values = new Map<string, KerasValue>();
    let open = calls;
    while (open.length > 0) {
      const ready = open.filter(({ inputs }) => inputs.every((one) => values.has(keyOf(one))));
      if (ready.length === 0)
        throw new InputError(
          this.checkpoint.path,
          `the layer ${quote(nameOf(open[0]?.layer ?? {}))} takes what no layer gives`,
          EXPORT,
        );
      for (const call of ready) {
        const given = call.inputs.flatMap((one) => values.get(keyOf(one)) ?? []);
        if (call.extra !== null)
          throw new InputError(
            this.checkpoint.path,
            `the layer ${quote(nameOf(call.layer))} is given ${call.extra} beside values of other layers`,
            EXPORT,
          );
        const isInput = call.layer['class_name'] === 'InputLayer';
        values.set(call.key, isInput ? input : this.#layer(call.layer, path, given));
      }
      open = open.filter((call) => !ready.includes(call));
    }
    const value = values.get(keyOf(output));
    if (value === undefined)
      throw new InputError(this.checkpoint.path, `its output ${quote(output.layer)} is given by no layer`);
    return value;
  }

  #layer(layer: PlainRecord, path: readonly string[], inputs: readonly KerasValue[]): KerasValue {
    const className = classOf(layer);
    const inner = recordOf(layer['config']);
    const own = [...path, nameOf(layer)];
    const [first] = inputs;
    if (className === 'InputLayer' && first !== undefined) return first;
    if (layersOf(layer['config'] ?? null).length > 0 && first !== undefined) {
      if (inputs.length > 1)
        throw new InputError(
          this.checkpoint.path,
          `the model ${quote(own.join('/'))} takes several values`,
          EXPORT,
        );
      return this.model(layer, own, first);
    }
    const meaning = KERAS_LAYERS.get(className);
    if (meaning === undefined)
      throw new InputError(
        this.checkpoint.path,
        `the layer ${quote(own.join('/'))} is a ${className}, which Modscope does not know`,
        EXPORT,
      );
    const config = new LayerConfig(this.checkpoint, className, inner, own);
    return meaning({ config, graph: this.graph, inputs });
  }
}

/** A class of the user's own is registered under another name than Keras's, whatever it is called. */
function classOf(layer: PlainRecord): string {
  const registered = layer['registered_name'];
  const isOwn = typeof registered === 'string' && registered.includes('>');
  return isOwn ? registered : wordOf(layer['class_name']);
}

/** What a call of a layer gives. */
interface Reference {
  readonly layer: string;
  /** Which of the layer's calls. */
  readonly call: number;
}

interface Call {
  readonly layer: PlainRecord;
  readonly key: string;
  readonly inputs: readonly Reference[];
  /** What it is given that is no value of a layer, in words; null where that is nothing. */
  readonly extra: string | null;
}

function keyOf({ layer, call }: Reference): string {
  return `${call}:${layer}`;
}

/**
 * Every call of every layer, with what it is given.
 * @param trains whether a layer that was called with training=True trains in evaluation too: before Keras 3 it does
 */
function callsOf(layers: readonly PlainRecord[], trains: boolean): Call[] {
  const all = layers.map((layer) => ({
    layer,
    nodes: listOf(layer['inbound_nodes']).map((node) => ({
      inputs: references(node),
      extra: extraOf(node, trains),
    })),
  }));
  const used = all.flatMap(({ nodes }) => nodes.flatMap(({ inputs }) => inputs));
  return all.flatMap(({ layer, nodes }): Call[] => {
    const name = wordOf(layer['name'], nameOf(layer));
    if (nodes.length === 0) return [{ layer, key: keyOf({ layer: name, call: 0 }), inputs: [], extra: null }];
    // Keras 2 counts a model's own making as its first call, which no configuration lists.
    const most = used.reduce((most, one) => (one.layer === name ? Math.max(most, one.call) : most), 0);
    const before = most >= nodes.length ? most - nodes.length + 1 : 0;
    return nodes.map(({ inputs, extra }, index) => ({
      layer,
      key: keyOf({ layer: name, call: index + before }),
      inputs,
      extra,
    }));
  });
}

const MAX_NESTING = 6;

/**
 * The values that a part of a configuration refers to: in Keras 3 objects with a keras_history of layer, call and output, in
 * Keras 2 lists of the three and the other arguments.
 */
function references(value: PlainValue | undefined, depth = 0): Reference[] {
  if (typeof value !== 'object' || value === null || depth > MAX_NESTING) return [];
  if (isArray(value)) {
    const list: readonly PlainValue[] = value;
    const [layer, call, output] = list;
    if (typeof layer === 'string' && typeof call === 'number' && typeof output === 'number')
      return [{ layer, call }];
    return list.flatMap((one) => references(one, depth + 1));
  }
  const record = recordOf(value);
  if (record['class_name'] === '__keras_tensor__')
    return references(recordOf(record['config'])['keras_history'], depth + 1);
  // Positions alone are read: what a layer is given by name changes what it computes.
  return record['args'] === undefined ? [] : references(record['args'], depth + 1);
}

/** Arguments of a call that are no values of layers and would change what it computes, in words; null for none. */
function extraOf(node: PlainValue, trains: boolean): string | null {
  if (typeof node !== 'object' || node === null) return null;
  if (!isArray(node)) {
    const { args, kwargs } = recordOf(node);
    const plain = listOf(args).filter((one) => one !== null && references(one).length === 0);
    return plain.length > 0 ? JSON.stringify(plain[0]).slice(0, 60) : namedExtra(recordOf(kwargs), trains);
  }
  const values: readonly PlainValue[] = node;
  const calls = typeof values[0] === 'string' ? [values] : values.map(listOf);
  return calls.map((call) => namedExtra(recordOf(call[3]), trains)).find((extra) => extra !== null) ?? null;
}

function namedExtra(given: PlainRecord, trains: boolean): string | null {
  const found = Object.entries(given).find(
    ([name, value]) => value !== null && value !== false && (trains || name !== 'training'),
  );
  return found === undefined ? null : `${found[0]}=${JSON.stringify(found[1]).slice(0, 60)}`;
}

function listOf(value: PlainValue | undefined): readonly PlainValue[] {
  return typeof value === 'object' && value !== null && isArray(value) ? value : [];
}
