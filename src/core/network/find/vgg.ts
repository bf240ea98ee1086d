import type { Checkpoint } from '../../checkpoint/checkpoint';
import { InputError } from '../../base/error';
import type { Shape } from '../../tensor/shape';
import { sizeOf } from '../../tensor/shape';
import { GraphBuilder, type Network } from '../network';
import type { Computed } from '../ops/operation';
import { pictureShape } from './chain';
import { isCounter, shortShapes } from './layer-names';
import { EPSILON, LayerTensors, pooling } from './layer-tensors';

const RELU: Computed = { kind: 'activation', activation: { name: 'relu' } };

/** A convolution of `features`, and what stands behind it. */
interface Feature {
  readonly name: string;
  readonly stride: number;
  readonly padding: number;
  readonly norm: string | null;
  readonly pool: boolean;
}

interface Plan {
  readonly title: string;
  readonly features: readonly Feature[];
  /** Size and stride of max-pools. */
  readonly pool: readonly [size: number, stride: number];
  /** Rows and columns after adaptive average pooling; null without it. */
  readonly adaptive: number | null;
  /** Dense layers, in order. */
  readonly classifier: readonly string[];
  readonly channels: number;
}

/**
 * The VGGs of torchvision, with and without batch norm, of whatever depth and width, and its AlexNet: 3 × 3 convolutions with
 * padding 1 in `features`, whose numbers tell the pools, adaptive pooling to 7 × 7, three dense layers in `classifier`.
 * The VGGs of small images have one dense layer there and no adaptive pooling. Simonyan and Zisserman (2015).
 * @returns how to build it for samples of a shape; null where the tensors are not exactly those of one
 */
export function vggOrAlexNet(checkpoint: Checkpoint): ((sampleShape: Shape) => Network) | null {
  const { prefix, shapes } = shortShapes(checkpoint);
  const plan = vggPlan(shapes) ?? alexNetPlan(shapes);
  return plan && ((sampleShape) => build(checkpoint, prefix, plan, pictureShape(sampleShape, plan.channels)));
}

/** The numbers of the layers in `features`, ascending. */
function featureNumbers(shapes: ReadonlyMap<string, Shape>): number[] {
  const found = [...shapes.keys()].flatMap((name) => {
    const number = /^features\.(\d{1,4})\.weight$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return found.sort((a, b) => a - b);
}

/** Whether these layers, with their biases and norms, are all that there is. */
function isAll(
  shapes: ReadonlyMap<string, Shape>,
  layers: readonly string[],
  norms: readonly string[],
): boolean {
  const expected = new Set([
    ...layers.flatMap((name) => [`${name}.weight`, `${name}.bias`]),
    ...norms.flatMap((name) =>
      ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${name}.${part}`),
    ),
  ]);
  const others = [...shapes.keys()].filter((name) => !isCounter(name));
  return others.length === expected.size && others.every((name) => expected.has(name));
}

function vggPlan(shapes: ReadonlyMap<string, Shape>): Plan | null {
  const isConv = (number: number): boolean => shapes.get(`features.${number}.weight`)?.length === 4;
  const numbers = featureNumbers(shapes);
  const convs = numbers.filter(isConv);
  const norms = numbers.filter((number) => !isConv(number));
  const normed = norms.length > 0;
  if (convs.length < 2 || (normed && norms.length !== convs.length)) return null;
  const features: Feature[] = [];
  for (const [i, number] of convs.entries()) {
    const [, , rows, columns] = shapes.get(`features.${number}.weight`) ?? [];
    const next = convs[i + 1];
    // Convolution, batch norm where there are any, ReLU; one more is the pool, which stands after the last too.
    const gap = next === undefined ? null : next - number - (normed ? 3 : 2);
    if (rows !== 3 || columns !== 3 || (gap !== null && gap !== 0 && gap !== 1)) return null;
    if (normed && norms[i] !== number + 1) return null;
    const name = `features.${number}`;
    const norm = normed ? `features.${number + 1}` : null;
    features.push({ name, stride: 1, padding: 1, norm, pool: gap !== 0 });
  }
  const single = shapes.has('classifier.weight');
  const classifier = single ? ['classifier'] : ['classifier.0', 'classifier.3', 'classifier.6'];
  const layers = [...features.map(({ name }) => name), ...classifier];
  const [, inputs = 0] = shapes.get(`${classifier[0] ?? ''}.weight`) ?? [];
  const [outputs = 0] = shapes.get(`${features.at(-1)?.name ?? ''}.weight`) ?? [];
  const side = Math.sqrt(inputs / outputs);
  if (
    !isAll(
      shapes,
      layers,
      features.flatMap(({ norm }) => norm ?? []),
    ) ||
    !Number.isInteger(side)
  )
    return null;
  const [, channels = 0] = shapes.get(`${features[0]?.name ?? ''}.weight`) ?? [];
  const adaptive = single ? null : side;
  return { title: 'VGG', features, pool: [2, 2], adaptive, classifier, channels };
}

/** Kernel, stride, padding and pool by number. Krizhevsky (2014). */
const ALEXNET = new Map<number, readonly [kernel: number, stride: number, padding: number, pool: boolean]>([
  [0, [11, 4, 2, true]],
  [3, [5, 1, 2, true]],
  [6, [3, 1, 1, false]],
  [8, [3, 1, 1, false]],
  [10, [3, 1, 1, true]],
]);

function alexNetPlan(shapes: ReadonlyMap<string, Shape>): Plan | null {
  const features: Feature[] = [];
  for (const [number, [kernel, stride, padding, pool]] of ALEXNET) {
    const [, , rows, columns] = shapes.get(`features.${number}.weight`) ?? [];
    if (rows !== kernel || columns !== kernel) return null;
    features.push({ name: `features.${number}`, stride, padding, norm: null, pool });
  }
  const classifier = ['classifier.1', 'classifier.4', 'classifier.6'];
  if (!isAll(shapes, [...features.map(({ name }) => name), ...classifier], [])) return null;
  const [, channels = 0] = shapes.get('features.0.weight') ?? [];
  return { title: 'AlexNet', features, pool: [3, 2], adaptive: 6, classifier, channels };
}

function build(checkpoint: Checkpoint, prefix: string, plan: Plan, input: Shape): Network {
  const tensors = new LayerTensors(checkpoint);
  const graph = new GraphBuilder(checkpoint.path, checkpoint.tensors, input);
  const [size, step] = plan.pool;
  for (const { name, stride, padding, norm, pool } of plan.features) {
    const options = {
      strides: [stride, stride],
      padding: [padding, padding],
      dilations: [1, 1],
      groups: 1,
    } as const;
    graph.add(prefix + name, tensors.conv(prefix + name, options));
    if (norm !== null) graph.add(prefix + norm, tensors.batchNorm(prefix + norm, EPSILON));
    graph.add(prefix + name, RELU);
    if (pool) graph.add(`${prefix}${name}.pool`, pooling('max', [size, size], { strides: [step, step] }));
  }
  if (plan.adaptive !== null) adapt(checkpoint, graph, `${prefix}avgpool`, plan.adaptive);
  graph.add('flatten', { kind: 'reshape', shape: [sizeOf(graph.node(graph.last).shape)] });
  for (const [i, name] of plan.classifier.entries()) {
    graph.add(prefix + name, tensors.dense(prefix + name));
    if (i < plan.classifier.length - 1) graph.add(prefix + name, RELU);
  }
  return graph.finish({
    source: `tensor names and shapes, which are those of torchvision's ${plan.title}`,
    assumptions: [
      {
        name: 'structure',
        says: `The network was taken to be torchvision's ${plan.title}, with its strides, paddings, max-pools and ReLU.`,
        otherwise: 'With other pools or another nonlinearity, all measures differ.',
        fix: 'The graph settles it: {"model": "model.onnx"} in modscope.json, an ONNX export of the network.',
      },
    ],
    notes: [],
  });
}

/**
 * Adaptive average pooling to side × side, where windows do not overlap: they lie beside each other, or the picture is one
 * point, which is repeated.
 */
function adapt(checkpoint: Checkpoint, graph: GraphBuilder, name: string, side: number): void {
  const [, height = 0, width = 0] = graph.node(graph.last).shape;
  if (height === side && width === side) return;
  if (height % side === 0 && width % side === 0 && height > 0 && width > 0) {
    graph.add(name, pooling('average', [height / side, width / side]));
    return;
  }
  if (height !== 1 || width !== 1)
    throw new InputError(
      checkpoint.path,
      `its adaptive pooling makes ${side} × ${side} of ${height} × ${width} values, in windows that overlap, which cannot be analyzed`,
      'Choose images of the size that the network was trained on',
      'data',
    );
  for (const axis of [1, 2]) {
    const copies = Array.from({ length: side }, () => graph.last);
    graph.add(name, { kind: 'concat', axis }, copies);
  }
}
