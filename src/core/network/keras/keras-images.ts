import type { ConvLayout } from '../ops/conv';
import type { Pool } from '../ops/pooling';
import type { Pads, Sides, Steps } from '../ops/window';
import type { LayerConfig } from './keras-config';
import type { KerasValue } from './keras-value';
import { activated, type KerasLayer, logicalShape, type LayerCall, onlyInput } from './layer-call';

/** Far above any window, stride or padding. */
const MAX_SIDE = 2 ** 14;

/** An image with its channels first, whatever Keras has them. */
interface Image {
  readonly node: number;
  readonly sides: Sides;
  readonly channels: number;
  /** A result, channels first, as Keras has it. */
  readonly restore: (node: number, units: string | null) => KerasValue;
}

function imageOf({ graph, config, ...call }: LayerCall): Image {
  const input = onlyInput({ ...call, config });
  const [a, b, c, ...rest] = input.shape;
  if (a === undefined || b === undefined || c === undefined || rest.length > 0)
    throw config.refuse(`takes images and is given values of [${input.shape.join(', ')}]`);
  const first = config.text('data_format', 'channels_last', 'channels_first') === 'channels_first';
  return {
    node: first ? graph.inOrder(input, config.name) : graph.channelsFirst(input, config.name),
    sides: first ? [b, c] : [a, b],
    channels: first ? a : c,
    restore: (node, units) => ({
      node,
      shape: logicalShape(graph.shapeOf(node), !first),
      turned: !first,
      units,
    }),
  };
}

/** Padding as TensorFlow does it: with "same", what cannot be halved goes below and to the right. */
function padding(config: LayerConfig, sides: Sides, kernel: Sides, strides: Steps, dilations: Steps): Pads {
  if (config.text('padding', 'valid', 'same') === 'valid') return [0, 0, 0, 0];
  const around = (side: 0 | 1): readonly [number, number] => {
    const reach =
      (Math.ceil(sides[side] / strides[side]) - 1) * strides[side] + dilations[side] * (kernel[side] - 1) + 1;
    const total = Math.max(0, reach - sides[side]);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const [[top, bottom], [left, right]] = [around(0), around(1)];
  return [top, left, bottom, right];
}

function sized(config: LayerConfig, name: string, otherwise: number | Sides): Sides {
  const pair = config.pair(name, 1, otherwise);
  return Math.max(...pair) <= MAX_SIDE ? pair : config.fail(name, `sizes up to ${MAX_SIDE}`);
}

interface Filters {
  readonly weight: string;
  readonly bias: string | null;
  readonly layout: ConvLayout;
  readonly groups: number;
}

function convolved(call: LayerCall, image: Image, filters: Filters, name = call.config.name): number {
  const { config, graph } = call;
  const [height = 1, width = 1] = config.shapeOf(filters.weight);
  const kernel: Sides = [height, width];
  const strides = sized(config, 'strides', 1);
  const dilations = sized(config, 'dilation_rate', 1);
  const pads = padding(config, image.sides, kernel, strides, dilations);
  return graph.add(name, { kind: 'conv', ...filters, strides, pads, dilations }, [image.node]);
}

const conv2d: KerasLayer = (call) => {
  const { config } = call;
  const image = imageOf(call);
  const node = convolved(call, image, {
    weight: config.tensor('kernel'),
    bias: biasOf(config),
    layout: 'hwio',
    groups: config.number('groups', 1),
  });
  return activated(call, image.restore(node, config.name));
};

/** Keras 2 calls the kernel depthwise_kernel. */
const depthwiseConv2d: KerasLayer = (call) => {
  const { config } = call;
  const image = imageOf(call);
  const own = config.has('kernel') ? 'kernel' : 'depthwise_kernel';
  const filters = {
    weight: config.tensor(own),
    bias: biasOf(config),
    layout: 'hwcm',
    groups: image.channels,
  } as const;
  return activated(call, image.restore(convolved(call, image, filters), config.name));
};

/** A depthwise convolution, then one over single pixels. */
const separableConv2d: KerasLayer = (call) => {
  const { config, graph } = call;
  const image = imageOf(call);
  const depthwise = {
    weight: config.tensor('depthwise_kernel'),
    bias: null,
    layout: 'hwcm',
    groups: image.channels,
  } as const;
  const between = convolved(call, image, depthwise, `${config.name}:depthwise`);
  const node = graph.add(
    config.name,
    {
      kind: 'conv',
      ...{ weight: config.tensor('pointwise_kernel'), bias: biasOf(config), layout: 'hwio', groups: 1 },
      ...{ strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] },
    },
    [between],
  );
  return activated(call, image.restore(node, config.name));
};

function biasOf(config: LayerConfig): string | null {
  return config.truth('use_bias', true) ? config.tensor('bias') : null;
}

const pool = (mode: Pool['mode']): KerasLayer => {
  return (call) => {
    const { config, graph } = call;
    const image = imageOf(call);
    const kernel = sized(config, 'pool_size', 2);
    const strides = config.value('strides') === null ? kernel : sized(config, 'strides', kernel);
    const pads = padding(config, image.sides, kernel, strides, [1, 1]);
    // TensorFlow averages what lies in the image alone.
    const operation = { kind: 'pool', mode, kernel, strides, pads, ceil: false, countPads: false } as const;
    const node = graph.add(config.name, { ...operation, dilations: [1, 1] }, [image.node]);
    return image.restore(node, null);
  };
};

const globalPool = (mode: Pool['mode']): KerasLayer => {
  return (call) => {
    const { config, graph } = call;
    const image = imageOf(call);
    const keep = config.truth('keepdims', false);
    const node = graph.add(config.name, { kind: 'reduce', mode, axes: [1, 2], keep }, [image.node]);
    return keep ? image.restore(node, null) : { node, shape: [image.channels], turned: false, units: null };
  };
};

const zeroPadding: KerasLayer = (call) => {
  const { config, graph } = call;
  const image = imageOf(call);
  const [[top, bottom], [left, right]] = margins(config, 'padding');
  const pads = [
    [0, 0],
    [top, bottom],
    [left, right],
  ] as const;
  return image.restore(graph.add(config.name, { kind: 'pad', pads, value: 0 }, [image.node]), null);
};

const cropping: KerasLayer = (call) => {
  const { config, graph } = call;
  const image = imageOf(call);
  let { node } = image;
  for (const [side, [before, after]] of margins(config, 'cropping').entries()) {
    if (before === 0 && after === 0) continue;
    const end = image.sides[side as 0 | 1] - after; // margins are two
    node = graph.add(config.name, { kind: 'slice', axis: side + 1, start: before, end, step: 1 }, [node]);
  }
  return image.restore(node, null);
};

/** Before and after, of height and width: given as one number, one for each, or two for each. */
function margins(
  config: LayerConfig,
  name: string,
): readonly [readonly [number, number], readonly [number, number]] {
  const nested = config.lists(name);
  if (nested === null) {
    const [vertical, horizontal] = config.pair(name, 0, 1);
    return [
      [vertical, vertical],
      [horizontal, horizontal],
    ];
  }
  const [[top = -1, bottom = -1] = [], [left = -1, right = -1] = []] = nested;
  if ([top, bottom, left, right].some((margin) => !(margin >= 0 && margin <= MAX_SIDE)))
    return config.fail(name, 'margins of images');
  return [
    [top, bottom],
    [left, right],
  ];
}

export const convolutionLayers: Readonly<Record<string, KerasLayer>> = {
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  MaxPooling2D: pool('max'),
  AveragePooling2D: pool('average'),
  GlobalMaxPooling2D: globalPool('max'),
  GlobalAveragePooling2D: globalPool('average'),
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
};
