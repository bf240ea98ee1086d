import { sizeOf } from '../../tensor/shape';
import { elementwiseOperators } from '../onnx/elementwise-operators';
import {
  type ConstantValue,
  knownConstant,
  lazyConstant,
  type Value,
  type VariableValue,
} from '../onnx/graph-value';
import { layerOperators } from '../onnx/layer-operators';
import type { Operator, OperatorCall } from '../onnx/operator-call';
import { OPERATORS } from '../onnx/operators';
import { type Activation, activationNamed } from '../ops/activation';
import type { Pool } from '../ops/pooling';
import type { Pads, Sides } from '../ops/window';
import { channelsFirst, channelsLast, pointwise, turnedBack } from './turned';

/** An operator of ONNX that means the same. */
function onnx(name: string): Operator {
  const found = OPERATORS.get(name);
  if (found === undefined) throw new Error(`ONNX has no operator ${name}`);
  return found;
}

const activate = (activation: Activation): Operator => {
  return (call) => pointwise(call, { kind: 'activation', activation }, call.variable(0));
};

/** What a fused operation does after its product, by TensorFlow's names. */
function fusedActivation(call: OperatorCall, name: string): Activation | null {
  if (name === 'LeakyRelu') return { name: 'leaky_relu', negativeSlope: call.number('leakyrelu_alpha', 0.2) };
  return activationNamed(name);
}

/** The bias and the nonlinearity that an operation was fused with. */
async function fused(
  call: OperatorCall,
  build: (bias: string | null) => Promise<VariableValue> | VariableValue,
): Promise<Value> {
  const steps = call.texts('fused_ops');
  const [first, ...others] = steps;
  if (steps.length > 0 && first !== 'BiasAdd') throw call.refuse(`is fused with ${steps.join(', ')}`);
  const value = await build(first === undefined ? null : await call.parameter(2));
  const [name, ...more] = others;
  if (name === undefined) return value;
  const activation = fusedActivation(call, name);
  if (activation === null || more.length > 0) throw call.refuse(`is fused with ${steps.join(', ')}`);
  return pointwise(call, { kind: 'activation', activation }, value);
}

const matmul: Operator = (call) =>
  fused(call, async (bias) => {
    if (call.number('transpose_a', 0) !== 0 || call.number('adj_x', 0) !== 0)
      throw call.refuse('transposes its input', 'Only its parameters may be');
    const x = call.variable(0);
    const given = call.input(1);
    const transposes = call.number('transpose_b', call.number('adj_y', 0)) !== 0;
    if (given.kind === 'variable' || given.shape.length !== 2) {
      if (transposes || bias !== null)
        throw call.refuse('multiplies by values that depend on the input, transposed');
      const product = await layerOperators['MatMul']!(call);
      if (!('kind' in product) || product.kind !== 'variable') throw call.refuse('multiplies constants');
      return product;
    }
    const { name, transposed } = await call.draft.matrix(call.label, given);
    const layout = transposed === transposes ? 'in_out' : 'out_in';
    return call.add({ kind: 'dense', weight: name, bias, layout }, [x.node], x.batch);
  });

function sides(call: OperatorCall, name: string): Sides {
  const [samples = 1, height = 1, width = 1, channels = 1] = call.integers(name) ?? [1, 1, 1, 1];
  if (call.text('data_format', 'NHWC') !== 'NHWC')
    throw call.refuse('has its channels first', 'NHWC can be read');
  if (samples !== 1 || channels !== 1)
    throw call.refuse(`has ${name} of [${samples}, ${height}, ${width}, ${channels}]`);
  return [height, width];
}

/** What cannot be halved goes below and to the right. */
function padding(
  call: OperatorCall,
  shape: readonly number[],
  kernel: Sides,
  strides: Sides,
  dilations: Sides,
): Pads {
  const kind = call.text('padding', 'VALID');
  if (kind === 'VALID') return [0, 0, 0, 0];
  if (kind === 'EXPLICIT') {
    const [, , top = 0, bottom = 0, left = 0, right = 0] = call.integers('explicit_paddings') ?? [];
    return [top, left, bottom, right];
  }
  if (kind !== 'SAME') throw call.refuse(`has the padding ${kind}`);
  const around = (side: 0 | 1): readonly [number, number] => {
    const length = shape[side + 1] ?? 1;
    const reach =
      (Math.ceil(length / strides[side]) - 1) * strides[side] + dilations[side] * (kernel[side] - 1) + 1;
    const total = Math.max(0, reach - length);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const [[top, bottom], [left, right]] = [around(0), around(1)];
  return [top, left, bottom, right];
}

const conv = (depthwise: boolean): Operator => {
  return (call) =>
    fused(call, async (bias) => {
      const x = call.variable(0);
      const filter = call.constant(1);
      const [height = 1, width = 1, inputs = 1] = filter.shape;
      const kernel: Sides = [height, width];
      const [strides, dilations] = [sides(call, 'strides'), sides(call, 'dilations')];
      const pads = padding(call, x.shape, kernel, strides, dilations);
      const weight = await call.draft.parameter(call.label, filter);
      const channels = x.shape[3] ?? 0;
      const groups = depthwise ? channels : channels / inputs;
      const layout = depthwise ? 'hwcm' : 'hwio';
      const operation = { kind: 'conv', weight, bias, strides, pads, dilations, groups, layout } as const;
      return channelsLast(call, operation, [channelsFirst(call, x)], x);
    });
};

const pool = (mode: Pool['mode']): Operator => {
  return (call) => {
    const x = call.variable(0);
    const [kernel, strides] = [sides(call, 'ksize'), sides(call, 'strides')];
    const pads = padding(call, x.shape, kernel, strides, [1, 1]);
    const operation = {
      kind: 'pool',
      mode,
      kernel,
      strides,
      pads,
      dilations: [1, 1],
      ceil: false,
      countPads: false,
    } as const;
    return channelsLast(call, operation, [channelsFirst(call, x)], x);
  };
};

/** Value by value: of images, what stands beside is one number per channel, or another image. */
const binary = (name: 'Add' | 'Mul' | 'Sub'): Operator => {
  return async (call) => {
    const [a, b] = [call.input(0), call.input(1)];
    const image = a.kind === 'variable' ? a : b.kind === 'variable' ? b : null;
    const nodes = image === null ? null : await besideImages(call, image, [a, b]);
    if (image === null || nodes === null || name === 'Sub') return elementwiseOperators[name]!(call);
    return channelsLast(call, { kind: name === 'Add' ? 'add' : 'multiply' }, nodes, image);
  };
};

async function besideImages(
  call: OperatorCall,
  image: VariableValue,
  values: readonly Value[],
): Promise<number[] | null> {
  if (turnedBack(call, image) === null) return null;
  const nodes: number[] = [];
  for (const value of values) {
    const node = value.kind === 'variable' ? turnedBack(call, value) : await channelConstant(call, value);
    if (node === null) return null;
    nodes.push(node);
  }
  return nodes;
}

/** A number per channel as [channels, 1, 1]; null for a constant of another shape. */
async function channelConstant(call: OperatorCall, constant: ConstantValue): Promise<number | null> {
  const channels = constant.shape.at(-1) ?? 1;
  if (sizeOf(constant.shape) !== channels) return null;
  const shape = [channels, 1, 1];
  return call.draft.constantNode(
    call.label,
    lazyConstant(constant.type, shape, () => constant.values()),
    shape,
  );
}

/** With fixed statistics: those of a batch are training's. */
const batchNorm: Operator = async (call) => {
  const x = call.variable(0);
  if (call.number('is_training', 1) !== 0)
    throw call.refuse(
      'takes statistics of the batch, as TensorFlow writes layer norms too',
      'Save the Keras model itself, model.save("model.keras")',
    );
  if (call.text('data_format', 'NHWC') !== 'NHWC')
    throw call.refuse('has its channels first', 'NHWC can be read');
  const operation = {
    kind: 'batch_norm',
    weight: await call.parameter(1),
    bias: await call.parameter(2),
    mean: await call.parameter(3),
    variance: await call.parameter(4),
    epsilon: call.number('epsilon', 1e-4),
  } as const;
  return channelsLast(call, operation, [channelsFirst(call, x)], x);
};

const biasAdd: Operator = (call) => binary('Add')(call);

/** The list that a constant input holds goes before the values in ONNX's attributes or inputs. */
const concat: Operator = async (call) => {
  const values = call.inputs.slice(0, -1);
  const axis = await call.scalarOf(call.inputs.length - 1);
  const [first] = values;
  const images = values.map((value) => (value?.kind === 'variable' ? turnedBack(call, value) : null));
  if (first?.kind === 'variable' && images.every((node) => node !== null) && call.axis(axis, 4) === 3)
    return channelsLast(call, { kind: 'concat', axis: 0 }, images, first);
  return onnx('Concat')(call.with(values, { axis }));
};

const reduce = (name: 'ReduceMean' | 'ReduceMax'): Operator => {
  return async (call) => {
    const axes = await call.listOf(1);
    const x = call.variable(0);
    const keepdims = call.number('keep_dims', 0);
    const before = turnedBack(call, x);
    const whole = [...axes].map((axis) => call.axis(axis, x.shape.length)).sort((a, b) => a - b);
    if (before !== null && String(whole) === '1,2' && keepdims === 0) {
      const operation = {
        kind: 'reduce',
        mode: name === 'ReduceMax' ? 'max' : 'average',
        axes: [1, 2],
        keep: false,
      } as const;
      return call.add(operation, [before], x.batch);
    }
    return onnx(name)(call.with([x], { axes, keepdims }, 13));
  };
};

const pad: Operator = async (call) => {
  const list = await call.listOf(1);
  const rank = list.length / 2;
  const starts = Array.from({ length: rank }, (_, i) => list[2 * i] ?? 0);
  const ends = Array.from({ length: rank }, (_, i) => list[2 * i + 1] ?? 0);
  const value = call.inputs[2] === undefined ? 0 : await call.scalarOf(2);
  const x = call.variable(0);
  const before = turnedBack(call, x);
  if (before === null) return onnx('Pad')(call.with([x], { pads: [...starts, ...ends], value }, 2));
  if (starts[0] !== 0 || ends[0] !== 0) throw call.refuse('pads the samples');
  const pads = [3, 1, 2].map((axis) => [starts[axis] ?? 0, ends[axis] ?? 0] as const);
  return channelsLast(call, { kind: 'pad', pads, value }, [before], x);
};

const stridedSlice: Operator = async (call) => {
  const x = call.constant(0);
  const [[begin = 0], [end = 0], [step = 1]] = [
    await call.listOf(1),
    await call.listOf(2),
    await call.listOf(3),
  ];
  const masks = ['ellipsis_mask', 'new_axis_mask'].some((name) => call.number(name, 0) !== 0);
  if (x.shape.length !== 1 || masks || step !== 1) throw call.refuse('cuts what is no list of sizes');
  const values = await x.values();
  const from = call.number('begin_mask', 0) !== 0 ? 0 : begin;
  const to = call.number('end_mask', 0) !== 0 ? values.length : end;
  const shrinks = call.number('shrink_axis_mask', 0) !== 0;
  const part = [...values].slice(from, shrinks ? from + 1 || undefined : to);
  return knownConstant(x.type, shrinks ? [] : [part.length], part);
};

const prod: Operator = async (call) => {
  const x = call.constant(0);
  const product = [...(await x.values())].reduce((all, value) => all * value, 1);
  return knownConstant(x.type, [], [product]);
};

const pack: Operator = async (call) => {
  const parts: number[] = [];
  for (let i = 0; i < call.inputs.length; i++) parts.push(await call.scalarOf(i));
  return knownConstant('integer', [parts.length], parts);
};

const fill: Operator = async (call) => {
  const shape = await call.listOf(0);
  const value = await call.scalarOf(1);
  return lazyConstant('float', shape, () => Promise.resolve(new Float64Array(sizeOf(shape)).fill(value)));
};

/** What TensorFlow's operators mean, by name. Source: tensorflow/core/ops. */
export const TENSORFLOW_OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...['Relu', 'Relu6', 'Sigmoid', 'Tanh', 'Erf'].flatMap((name): [string, Operator][] => {
    const activation: Activation | null = name === 'Erf' ? { name: 'erf' } : activationNamed(name);
    return activation === null ? [] : [[name, activate(activation)]];
  }),
  ['LeakyRelu', (call) => activate({ name: 'leaky_relu', negativeSlope: call.number('alpha', 0.2) })(call)],
  ['MatMul', matmul],
  ['_FusedMatMul', matmul],
  ['BatchMatMulV2', matmul],
  ['Conv2D', conv(false)],
  ['_FusedConv2D', conv(false)],
  ['DepthwiseConv2dNative', conv(true)],
  ['FusedDepthwiseConv2dNative', conv(true)],
  ['MaxPool', pool('max')],
  ['AvgPool', pool('average')],
  ['FusedBatchNorm', batchNorm],
  ['FusedBatchNormV2', batchNorm],
  ['FusedBatchNormV3', batchNorm],
  ['BiasAdd', biasAdd],
  ['Add', binary('Add')],
  ['AddV2', binary('Add')],
  ['Mul', binary('Mul')],
  ['Sub', binary('Sub')],
  ['RealDiv', onnx('Div')],
  ['Rsqrt', async (call) => onnx('Reciprocal')(call.with([first(await onnx('Sqrt')(call))]))],
  ...['Sqrt', 'Neg', 'Pow', 'Identity', 'Shape'].map((name): [string, Operator] => [name, onnx(name)]),
  ['Softmax', (call) => onnx('Softmax')(call.with(call.inputs, { axis: -1 }, 13))],
  ['Reshape', (call) => onnx('Reshape')(call)],
  [
    'Transpose',
    async (call) => onnx('Transpose')(call.with([call.input(0)], { perm: await call.listOf(1) })),
  ],
  ['Squeeze', (call) => onnx('Squeeze')(call.with([call.input(0)], squeezed(call), 11))],
  [
    'ExpandDims',
    async (call) => onnx('Unsqueeze')(call.with([call.input(0)], { axes: [...(await call.listOf(1))] }, 11)),
  ],
  ['ConcatV2', concat],
  ['Mean', reduce('ReduceMean')],
  ['Max', reduce('ReduceMax')],
  ['Pad', pad],
  ['PadV2', pad],
  ['StridedSlice', stridedSlice],
  ['Prod', prod],
  ['Pack', pack],
  ['Fill', fill],
]);

function squeezed(call: OperatorCall): Readonly<Record<string, readonly number[]>> {
  const axes = call.integers('squeeze_dims') ?? call.integers('axis');
  return axes === null || axes.length === 0 ? {} : { axes };
}

function first(values: Value | readonly Value[]): Value | undefined {
  return 'kind' in values ? values : values[0];
}
