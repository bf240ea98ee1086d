import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { Shape } from '../../tensor/shape';
import { GraphBuilder, type Network, stripWrappers } from '../network';
import type { Computed } from '../ops/operation';
import { EPSILON, LayerTensors, pooling } from './layer-tensors';

/** Strides of layers 1 to 4, taken in the first of their two blocks. */
const STRIDES = [1, 2, 2, 2] as const;
const RELU: Computed = { kind: 'activation', activation: { name: 'relu' } };

/** A pre-activation residual block; its shortcut is a convolution where the shape changes. */
interface Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
  readonly projected: boolean;
  /** The hidden layer that its sum is; null inside of a layer. */
  readonly hidden: string | null;
}

/**
 * The CIFAR-10 network of Lange, Rolnick and Kording (2022): a convolution, four layers of two residual blocks, pooling
 * by maximum, or by maximum and average beside each other, and a readout. Hidden layers: the first nonlinearity, the
 * sums at the end of each layer, the pool. The shapes of the tensors tell the channels and the pooling.
 * @returns null where the tensors are not exactly those of one
 */
export function cifar10Fast(checkpoint: Checkpoint): Network | null {
  const weights = [...checkpoint.tensors.values()].filter(({ role }) => role === 'weight');
  const names = stripWrappers(weights.map(({ name }) => name));
  const shapes = new Map(weights.map(({ name, shape }) => [names.get(name) ?? name, shape]));
  const [classes = 0, features = 0] = shapes.get('proj.weight') ?? [];
  const blocks = blocksOf(STRIDES.map((_, l) => shapes.get(`layer${l + 1}.0.conv1.weight`)?.[0] ?? 0));
  const concat = features === 2 * blocks[blocks.length - 1]!.outputs;

  const expected = expectedShapes(blocks, concat, classes);
  const counted = [...shapes.keys()].filter((name) => name.endsWith('num_batches_tracked')).length;
  const isOne = [...expected].every(([name, shape]) => String(shapes.get(name)) === String(shape));
  return isOne && shapes.size === expected.size + counted ? build(checkpoint, blocks, concat) : null;
}

function blocksOf(channels: readonly number[]): Block[] {
  return channels.flatMap((outputs, l) => {
    const [inputs, stride] = [channels[Math.max(0, l - 1)]!, STRIDES[l]!];
    const [layer, projected] = [`layer${l + 1}`, stride !== 1 || inputs !== outputs];
    return [
      { name: `${layer}.0`, inputs, outputs, stride, projected, hidden: null },
      { name: `${layer}.1`, inputs: outputs, outputs, stride: 1, projected: false, hidden: layer },
    ];
  });
}

function expectedShapes(blocks: readonly Block[], concat: boolean, classes: number): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const norm = (name: string, channels: number): void => {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
      shapes.set(`${name}.${part}`, [channels]);
  };
  const width = blocks[0]!.inputs;
  shapes.set('conv1.weight', [width, 3, 3, 3]);
  norm('bn1', width);
  for (const { name, inputs, outputs, projected } of blocks) {
    norm(`${name}.bn1`, inputs);
    shapes.set(`${name}.conv1.weight`, [outputs, inputs, 3, 3]);
    norm(`${name}.bn2`, outputs);
    shapes.set(`${name}.conv2.weight`, [outputs, outputs, 3, 3]);
    if (projected) shapes.set(`${name}.proj.weight`, [outputs, inputs, 1, 1]);
  }
  const features = blocks[blocks.length - 1]!.outputs * (concat ? 2 : 1);
  return shapes.set('proj.weight', [classes, features]).set('proj.bias', [classes]);
}

function build(checkpoint: Checkpoint, blocks: readonly Block[], concat: boolean): Network {
  const tensors = new LayerTensors(checkpoint);
  const graph = new GraphBuilder(checkpoint.path, checkpoint.tensors, [3, 32, 32]);
  const conv = (name: string, stride: number, padding: number, from: number): number => {
    const options = {
      strides: [stride, stride],
      padding: [padding, padding],
      dilations: [1, 1],
      groups: 1,
    } as const;
    return graph.add(name, tensors.conv(name, options), [from]);
  };
  /** relu(norm(x)) */
  const activate = (norm: string, from: number, name = norm): number =>
    graph.add(name, RELU, [graph.add(norm, tensors.batchNorm(norm, EPSILON), [from])]);

  let last = activate('bn1', conv('conv1', 1, 1, 0), 'conv1');
  const hidden = [last];
  for (const { name, stride, projected, hidden: layer } of blocks) {
    const active = activate(`${name}.bn1`, last);
    const shortcut = projected ? conv(`${name}.proj`, stride, 0, active) : active;
    const middle = activate(`${name}.bn2`, conv(`${name}.conv1`, stride, 1, active));
    last = graph.add(layer ?? name, { kind: 'add' }, [shortcut, conv(`${name}.conv2`, 1, 1, middle)]);
    if (layer !== null) hidden.push(last);
  }

  const pools = concat ? (['max', 'average'] as const) : (['max'] as const);
  const pooled = pools.map((mode) =>
    graph.add(concat ? `pool.${mode}` : 'pool', pooling(mode, [4, 4]), [last]),
  );
  hidden.push(concat ? graph.add('pool', { kind: 'concat', axis: 0 }, pooled) : pooled[0]!);
  graph.add('flatten', { kind: 'reshape', shape: [pools.length * blocks[blocks.length - 1]!.outputs] });
  graph.add('proj', tensors.dense('proj'));
  return graph.finish({
    source: 'tensor names and shapes, which are those of the CIFAR-10 network of Lange et al. (2022)',
    assumptions: [],
    notes: [],
    hidden,
  });
}
