import * as v from 'valibot';
import { LAYOUTS, SCALES, SPLITS } from '../core/dataset/dataset';
import { nearestName } from '../core/base/text';
import { type LayerSpec, PLAIN_LAYERS } from '../core/network/find/from-spec';
import { KNOWN_ACTIVATIONS } from '../core/network/ops/activation';
import { parseActivation } from '../core/network/ops/activation-text';
import {
  described,
  didYouMean,
  finite,
  formed,
  integer,
  isObject,
  keys,
  listOf,
  oneOf,
  optional,
  positive,
  nonEmptyText,
} from './schema-parts';

/** A column of a table. */
const columnKey = v.union([nonEmptyText, integer(-1_000_000)], 'must be the name of a column, or its number');

/** "data" of modscope.json as an object. */
export const dataObject = v.pipe(
  keys({
    path: optional(
      nonEmptyText,
      'A file or a folder: IDX, CIFAR-10 and CIFAR-100, NumPy, PyTorch tensors, CSV, or PNG and JPEG images in a folder per class.',
    ),
    images: optional(nonEmptyText, 'The inputs, where they are named one by one: IDX or .npy. Needs labels.'),
    labels: optional(nonEmptyText, 'The labels of images.'),
    split: optional(
      oneOf(SPLITS),
      'The split to analyse with; by default test, else val, else train. Files whose names say no split are of this one.',
    ),
    x: optional(nonEmptyText, 'Name of the array of inputs in NumPy files: x by default, as in x_test.'),
    y: optional(nonEmptyText, 'Name of the array of labels in NumPy files: y by default, as in y_test.'),
    label: optional(
      columnKey,
      "The label's column of a CSV file, by name or number: 0 is the first, -1 the last. By default one called label, class, target or y, else what its values say. Of CIFAR-100: fine (the default) or coarse.",
    ),
    ignore: optional(
      v.array(columnKey, 'must be a list of columns'),
      'Columns of a CSV file that are neither input nor label, by name or number; by default those that only number the rows.',
    ),
    classes: optional(
      listOf(nonEmptyText, 'classes'),
      'The names of the classes in the order of the logits, where labels are words; by default sorted.',
    ),
    labelsFrom: optional(
      v.picklist([0, 1], 'must be 0 or 1'),
      'The number of the first class: by default 0, or 1 where the labels run from 1 to the number of logits.',
    ),
    scale: optional(
      oneOf(SCALES),
      'What is done with stored values before mean and std: as_is, or divide_255. By default bytes, and what looks like pixels in a CSV file, are divided by 255.',
    ),
    layout: optional(
      oneOf(LAYOUTS),
      'How images in arrays are stored: NCHW, channels before rows and columns, or NHWC, after them. By default what fits the network, NCHW where both or neither do.',
    ),
    mean: optional(
      listOf(finite, 'numbers'),
      'One value or one per channel, subtracted from the inputs after they were scaled.',
    ),
    std: optional(
      listOf(positive, 'numbers'),
      'One value or one per channel, what the inputs are divided by after the mean was subtracted.',
    ),
  }),
  v.check(
    ({ images, labels }) => (images === undefined) === (labels === undefined),
    'needs both images and labels',
  ),
  v.check(({ path, images }) => path === undefined || images === undefined, 'has both a path and images'),
  // The same two in JSON schema.
  v.metadata({
    dependencies: { images: { required: ['labels'], not: { required: ['path'] } }, labels: ['images'] },
  }),
);

const size = integer(1);
const prefix = (example: string) =>
  described(nonEmptyText, `What the names of its tensors begin with: ${example}.`);
const stride = optional(size, 'Step of the windows; 1 by default.');
const padding = optional(integer(0), 'Zeros on every side; 0 by default.');
const epsilon = optional(positive, 'What is added to the variance; 1e-5 by default.');
const windows = {
  stride: optional(size, 'Step of the windows; their size by default.'),
  padding: optional(integer(0), 'Padding on every side, which counts in an average; 0 by default.'),
};
const window = described(size, 'Height and width of the windows.');

const nonlinearity = v.pipe(
  nonEmptyText,
  v.check(
    (text) => parseActivation(text) !== null,
    `must be a nonlinearity, with parameters as in "elu(alpha=0.5)": ${KNOWN_ACTIVATIONS}`,
  ),
);

/** Layers that are objects, by the key that says which: the first of these that one has. */
const LAYERS = {
  dense: keys({ dense: prefix('fc1 for fc1.weight and fc1.bias') }),
  conv: keys({
    conv: prefix('conv1 for conv1.weight and conv1.bias'),
    stride,
    padding,
    dilation: optional(size, 'Step between the taps of a filter; 1 by default.'),
    groups: optional(size, 'Groups of channels that are convolved apart; 1 by default.'),
  }),
  batch_norm: keys({
    batch_norm: prefix('bn1 for bn1.weight, bn1.bias, bn1.running_mean and bn1.running_var'),
    epsilon,
  }),
  layer_norm: keys({ layer_norm: prefix('ln1 for ln1.weight and ln1.bias'), epsilon }),
  group_norm: keys({
    group_norm: prefix('gn1 for gn1.weight and gn1.bias'),
    groups: described(size, 'Groups of channels that are normalised together.'),
    epsilon,
  }),
  leaky_relu: keys({ leaky_relu: described(finite, 'The slope left of zero.') }),
  gelu: keys({
    gelu: described(oneOf(['tanh']), 'The approximation by tanh; "gelu" alone is the exact one.'),
  }),
  prelu: keys({ prelu: prefix('act1 for act1.weight, the slopes') }),
  glu: keys({
    glu: described(
      nonlinearity,
      'What the gate goes through, e.g. "sigmoid" for GLU and "silu" for SwiGLU; half of its inputs is the gate.',
    ),
    dim: optional(
      integer(-8, 8),
      'The dimension that is halved, counted as in PyTorch with the samples as 0; the last by default.',
    ),
    gate_half: optional(oneOf(['second', 'first']), 'Which half is the gate; the second by default.'),
  }),
  gate: keys({
    gate: prefix('w1 for w1.weight; it gates the layer "up", of the same input, as in SwiGLU'),
    up: prefix('w3 for w3.weight; its outputs are multiplied by the nonlinearity of those of "gate"'),
    activation: optional(nonlinearity, 'What the gate goes through; "silu" by default.'),
  }),
  activation: keys({
    activation: described(
      nonlinearity,
      'A nonlinearity with parameters as in PyTorch, e.g. "elu(alpha=0.5)" or "softplus(beta=2)".',
    ),
  }),
  max_pool: keys({ max_pool: window, ...windows }),
  avg_pool: keys({ avg_pool: window, ...windows }),
};
type Kind = keyof typeof LAYERS;
const KINDS = Object.keys(LAYERS);

const plainLayer = v.picklist(PLAIN_LAYERS, ({ input }) => {
  const objects = `an object with one of ${KINDS.join(', ')}`;
  return `must be one of ${PLAIN_LAYERS.join(', ')}, or ${objects}${didYouMean(input, [...PLAIN_LAYERS, ...KINDS])}`;
});

const unknownLayer = v.custom<never>(
  () => false,
  ({ input }) => {
    const meant = isObject(input) ? Object.keys(input).map((key) => didYouMean(key, KINDS)) : [];
    return `must have one of ${KINDS.join(', ')}${meant.find((ending) => ending !== '') ?? ''}`;
  },
);

const layer: v.GenericSchema<unknown, LayerSpec> = formed([plainLayer, ...Object.values(LAYERS)], (input) => {
  if (!isObject(input)) return plainLayer;
  const kind = KINDS.find((key): key is Kind => Object.hasOwn(input, key));
  return kind === undefined ? unknownLayer : LAYERS[kind];
});

const spec = keys({
  input: optional(
    listOf(size, 'sizes'),
    'The shape of a sample, channels first, e.g. [3, 32, 32]; that of the data by default.',
  ),
  layers: described(listOf(layer, 'layers'), 'The layers from input to logits.'),
});

/** What settles one thing each that the tensors do not tell. */
const hints = v.pipe(
  keys({
    activation: optional(
      nonlinearity,
      'What stands between the layers, where the checkpoint does not tell: relu, tanh, gelu, leaky_relu(0.2), …',
    ),
    order: optional(
      listOf(nonEmptyText, 'names of layers'),
      'The names of the dense layers from input to logits, where the checkpoint does not tell their order.',
    ),
    kernels: optional(
      oneOf(['out_in', 'in_out']),
      'How the weights of dense layers are stored: [outputs, inputs], as in PyTorch, or [inputs, outputs], as in Keras.',
    ),
  }),
  // An empty object is meant to have layers; the same in JSON schema.
  v.metadata({ minProperties: 1 }),
);
const HINTS = ['activation', 'order', 'kernels'];

/** "model" of modscope.json as an object: the layers, or what the tensors do not tell of them. */
export const modelObject = formed([spec, hints], (input) =>
  isObject(input) && Object.keys(input).some((key) => nearestName(key, HINTS) !== null) ? hints : spec,
);
