import type { Assumption } from '../../base/assumption';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { Shape } from '../../tensor/shape';
import { GraphBuilder, type Network } from '../network';
import type { Computed } from '../ops/operation';
import { pictureShape } from './chain';
import { EPSILON, LayerTensors, pooling } from './layer-tensors';
import { isCounter, shortShapes } from './layer-names';

const RELU: Computed = { kind: 'activation', activation: { name: 'relu' } };
/** What the layers of blocks are called; there are three or four. */
const STAGES = ['layer1', 'layer2', 'layer3', 'layer4'] as const;

interface ResidualBlock {
  /** e.g. "layer2.0". */
  readonly name: string;
  readonly stride: number;
  /** Convolutions in it: 2 in a basic block, 3 in a bottleneck. */
  readonly convs: number;
  /** The convolution and the norm of its shortcut; null where that is the identity. */
  readonly shortcut: readonly [conv: string, norm: string] | null;
}

/**
 * The ResNets of torchvision, and of timm and pytorch-cifar, which have the same names: a stem, three or four layers of basic or
 * bottleneck blocks, global average pooling and a readout. He et al. (2016). Strides are torchvision's: 2 in the first block
 * of every layer but the first, in a bottleneck at its 3 × 3 convolution.
 * @returns how to build it for samples of a shape; null where the tensors are not exactly those of one
 */
export function resNet(checkpoint: Checkpoint): ((sampleShape: Shape) => Network) | null {
  const { prefix, shapes } = shortShapes(checkpoint);
  const [width, channels, kernel, across] = shapes.get('conv1.weight') ?? [];
  const readout = ['fc', 'linear'].find((name) => shapes.get(`${name}.weight`)?.length === 2);
  if (readout === undefined || width === undefined || channels === undefined || kernel !== across)
    return null;
  if (kernel !== 7 && kernel !== 3) return null;

  const used = new Set<string>();
  const has = (name: string, ...sizes: readonly (number | null)[]): boolean => {
    const shape = shapes.get(name);
    used.add(name);
    return shape?.length === sizes.length && sizes.every((size, i) => size === null || shape[i] === size);
  };
  const isNorm = (name: string, size: number): boolean =>
    ['weight', 'bias', 'running_mean', 'running_var'].every((part) => has(`${name}.${part}`, size));

  if (!has('conv1.weight', width, channels, kernel, kernel) || !isNorm('bn1', width)) return null;
  const blocks: ResidualBlock[] = [];
  let inputs = width;
  for (const [stage, layer] of STAGES.entries()) {
    for (let i = 0; shapes.has(`${layer}.${i}.conv1.weight`); i++) {
      const name = `${layer}.${i}`;
      const block = blockOf(name, inputs, stage > 0 && i === 0 ? 2 : 1, shapes, has, isNorm);
      if (block === null) return null;
      blocks.push(block);
      inputs = shapes.get(`${name}.conv${block.convs}.weight`)?.[0] ?? 0;
    }
  }
  const [classes = 0] = shapes.get(`${readout}.weight`) ?? [];
  if (blocks.length < 3 || !has(`${readout}.weight`, classes, inputs)) return null;
  if (shapes.has(`${readout}.bias`) && !has(`${readout}.bias`, classes)) return null;
  const others = [...shapes.keys()].filter((name) => !used.has(name) && !isCounter(name));
  if (others.length > 0) return null;
  const stem = { channels, large: kernel === 7 };
  return (sampleShape) =>
    build(checkpoint, prefix, blocks, readout, stem, pictureShape(sampleShape, channels));
}

function blockOf(
  name: string,
  inputs: number,
  stride: number,
  shapes: ReadonlyMap<string, Shape>,
  has: (name: string, ...sizes: readonly (number | null)[]) => boolean,
  isNorm: (name: string, size: number) => boolean,
): ResidualBlock | null {
  const convs = shapes.has(`${name}.conv3.weight`) ? 3 : 2;
  const kernels = convs === 3 ? [1, 3, 1] : [3, 3];
  let before = inputs;
  for (const [i, kernel] of kernels.entries()) {
    const [outputs = 0, taken = 0] = shapes.get(`${name}.conv${i + 1}.weight`) ?? [];
    // ResNeXt's convolution in the middle has groups.
    const fits = taken === before || (convs === 3 && i === 1 && taken > 0 && before % taken === 0);
    if (!fits || !has(`${name}.conv${i + 1}.weight`, outputs, taken, kernel, kernel)) return null;
    if (!isNorm(`${name}.bn${i + 1}`, outputs)) return null;
    before = outputs;
  }
  const shortcut = ['downsample', 'shortcut'].find((one) => shapes.has(`${name}.${one}.0.weight`));
  if (shortcut === undefined)
    return stride === 1 && before === inputs ? { name, stride, convs, shortcut: null } : null;
  const [conv, norm] = [`${name}.${shortcut}.0`, `${name}.${shortcut}.1`];
  const projects = has(`${conv}.weight`, before, inputs, 1, 1) && isNorm(norm, before);
  return projects ? { name, stride, convs, shortcut: [conv, norm] } : null;
}

function build(
  checkpoint: Checkpoint,
  prefix: string,
  blocks: readonly ResidualBlock[],
  readout: string,
  { large }: { readonly channels: number; readonly large: boolean },
  input: Shape,
): Network {
  const tensors = new LayerTensors(checkpoint);
  const graph = new GraphBuilder(checkpoint.path, checkpoint.tensors, input);
  const conv = (name: string, stride: number, from: number): number => {
    const full = prefix + name;
    const { kernel, groups } = tensors.filters(full, graph.node(from).shape[0] ?? 1);
    const padding = Math.floor((kernel - 1) / 2);
    const options = {
      strides: [stride, stride],
      padding: [padding, padding],
      dilations: [1, 1],
      groups,
    } as const;
    return graph.add(full, tensors.conv(full, options), [from]);
  };
  const norm = (name: string, from: number): number =>
    graph.add(prefix + name, tensors.batchNorm(prefix + name, EPSILON), [from]);
  const relu = (name: string, from: number): number => graph.add(prefix + name, RELU, [from]);

  let last = relu('conv1', norm('bn1', conv('conv1', large ? 2 : 1, 0)));
  if (large)
    last = graph.add(`${prefix}maxpool`, pooling('max', [3, 3], { strides: [2, 2], padding: [1, 1] }), [
      last,
    ]);
  for (const { name, stride, convs, shortcut } of blocks) {
    const side = shortcut === null ? last : norm(shortcut[1], conv(shortcut[0], stride, last));
    // The 3 × 3 convolution takes the stride: the first of a basic block, the second of a bottleneck.
    const strided = convs === 3 ? 2 : 1;
    let inner = last;
    for (let i = 1; i <= convs; i++) {
      inner = norm(`${name}.bn${i}`, conv(`${name}.conv${i}`, i === strided ? stride : 1, inner));
      if (i < convs) inner = relu(`${name}.conv${i}`, inner);
    }
    last = relu(name, graph.add(prefix + name, { kind: 'add' }, [inner, side]));
  }
  graph.add(`${prefix}avgpool`, { kind: 'reduce', mode: 'average', axes: [1, 2], keep: false }, [last]);
  graph.add(prefix + readout, tensors.dense(prefix + readout));
  return graph.finish({
    source: 'tensor names and shapes, which are those of a ResNet',
    assumptions: [structure(large)],
    notes: [],
  });
}

function structure(large: boolean): Assumption {
  const stem = large
    ? 'stride 2 and a max-pool after the 7 × 7 convolution at its beginning'
    : 'neither stride nor max-pool after the 3 × 3 convolution at its beginning, as is usual for small images';
  return {
    name: 'structure',
    says: `The network was taken to be torchvision's ResNet, with its strides, ReLU and batch norms, and with ${stem}.`,
    otherwise: 'With another stem, other strides or another nonlinearity, all measures differ.',
    fix: 'The graph settles it: {"model": "model.onnx"} in modscope.json, an ONNX export of the network.',
  };
}
