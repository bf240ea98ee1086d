import { sizeOf } from '../../tensor/shape';
import { knownConstant, lazyConstant, type Value } from '../onnx/graph-value';
import { type AtenCall, type AtenOperator, operator } from './aten-call';

const linear = (call: AtenCall): Promise<Value> => {
  const inputs = [call.value('input'), call.value('weight'), call.optional('bias')];
  return call.onnx('Gemm', inputs, { transB: 1 });
};

/** beta · self + alpha · mat1 mat2. */
const addmm = (call: AtenCall): Promise<Value> =>
  call.onnx('Gemm', [call.value('mat1'), call.value('mat2'), call.value('self')], {
    alpha: call.number('alpha', 1),
    beta: call.number('beta', 1),
  });

const product = (parameters: string): AtenOperator => {
  const [left = '', right = ''] = parameters.split(' ');
  return operator(parameters, (call) => call.onnx('MatMul', [call.value(left), call.value(right)]));
};

/** softmax(q kᵀ / √d + mask) v, as torch writes it out itself. */
const attention = async (call: AtenCall): Promise<Value> => {
  const [query, key, value] = [call.value('query'), call.value('key'), call.value('value')];
  const rank = key.shape.length;
  if (call.boolean('is_causal', false)) throw call.refuse('masks what comes later');
  if (rank < 3) throw call.refuse(`takes keys of [${key.shape.join(', ')}]`);
  const perm = [...key.shape.keys()].toSpliced(-2, 2, rank - 1, rank - 2);
  const scores = await call.onnx('MatMul', [query, await call.onnx('Transpose', [key], { perm })]);
  const scale = call.has('scale') ? call.number('scale') : 1 / Math.sqrt(query.shape.at(-1) ?? 1);
  const scaled = await call.onnx('Mul', [scores, knownConstant('float', [], [scale])]);
  const mask = call.optional('attn_mask');
  if (mask?.kind === 'constant' && mask.type === 'boolean')
    throw call.refuse('takes a mask of True and False');
  const masked = mask === undefined ? scaled : await call.onnx('Add', [scaled, mask]);
  return call.onnx('MatMul', [await call.onnx('Softmax', [masked], { axis: -1 }), value]);
};

interface ConvolutionOptions {
  /** "same" is as torch pads: what cannot be halved goes after. */
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly axes: number;
}

async function convolve(call: AtenCall, { padding, axes }: ConvolutionOptions): Promise<Value> {
  const weight = call.value('weight');
  if (call.boolean('transposed', false)) throw call.refuse('is a transposed convolution');
  if (weight.shape.length !== axes + 2) throw call.refuse(`takes a weight of [${weight.shape.join(', ')}]`);
  const dilations = call.sizes('dilation', axes, 1);
  const totals = weight.shape.slice(2).map((size, i) => dilations[i]! * (size - 1));
  const pads =
    padding === 'same'
      ? [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))]
      : padding === 'valid'
        ? totals.concat(totals).fill(0)
        : [...padding, ...padding];
  return call.onnx('Conv', [call.value('input'), weight, call.optional('bias')], {
    ...{ strides: call.sizes('stride', axes, 1), pads, dilations },
    group: call.number('groups', 1),
  });
}

const convolution = (axes: number | null): AtenOperator['run'] => {
  return (call) => {
    const dimensions = axes ?? call.value('weight').shape.length - 2;
    const padding = call.any('padding');
    if (padding === 'same' || padding === 'valid') return convolve(call, { padding, axes: dimensions });
    return convolve(call, { padding: call.sizes('padding', dimensions, 0), axes: dimensions });
  };
};

const CONVOLUTION = 'input weight bias stride padding dilation groups';
const FULL_CONVOLUTION =
  'input weight bias stride padding dilation transposed output_padding groups benchmark deterministic cudnn_enabled allow_tf32';

const TRAINING =
  'The file was saved in training mode; it is taken in evaluation mode: dropout is off, and batch norms use the mean and variance they kept.';

async function batchNorm(call: AtenCall): Promise<Value> {
  const x = call.operatorCall('BatchNormalization', [call.value('input')]).leading(0);
  const [mean, variance] = [await call.parameter('running_mean'), await call.parameter('running_var')];
  if (mean === null || variance === null)
    throw call.refuse('normalises by the mean and variance of the batch: it kept none while it was trained');
  if (call.has('training') && call.boolean('training', false)) call.note(TRAINING);
  const [weight, bias] = [await call.parameter('weight'), await call.parameter('bias')];
  const epsilon = call.number('eps', 1e-5);
  const operation = { kind: 'batch_norm', weight, bias, mean, variance, epsilon } as const;
  return call.operatorCall('BatchNormalization', []).add(operation, [x.node], x.batch);
}

async function layerNorm(call: AtenCall): Promise<Value> {
  const x = call.variable('input');
  const dimensions = call.numbers('normalized_shape')?.length ?? 0;
  if (x.shape.length - dimensions <= x.batch.axis) throw call.refuse('goes over the samples');
  const [weight, bias] = [await call.parameter('weight'), await call.parameter('bias')];
  const operation = {
    kind: 'layer_norm',
    dimensions,
    weight,
    bias,
    epsilon: call.number('eps', 1e-5),
  } as const;
  return call.operatorCall('LayerNormalization', []).add(operation, [x.node], x.batch);
}

async function groupNorm(call: AtenCall, groups: number): Promise<Value> {
  const onnx = call.operatorCall('GroupNormalization', [call.value('input')]);
  const x = onnx.leading(0);
  const [weight, bias] = [await call.parameter('weight'), await call.parameter('bias')];
  const operation = { kind: 'group_norm', groups, weight, bias, epsilon: call.number('eps', 1e-5) } as const;
  return onnx.add(operation, [x.node], x.batch);
}

const instanceNorm = (call: AtenCall): Promise<Value> =>
  call.boolean('use_input_stats', true)
    ? groupNorm(call, call.value('input').shape[1] ?? 0)
    : batchNorm(call);

/** Divided by the largest of its norm and a small number: weights that are normalised are constants. */
const weightNorm = (call: AtenCall): Value => {
  const [v, g] = [call.constant('v'), call.constant('g')];
  const axis = call.axis('dim', v.shape.length, 0);
  const inner = sizeOf(v.shape.slice(axis + 1));
  const count = v.shape[axis] ?? 1;
  return lazyConstant('float', v.shape, async () => {
    const [values, scales] = [await v.values(), await g.values()];
    const squares = new Float64Array(count);
    const rowOf = (i: number): number => Math.floor(i / inner) % count;
    for (const [i, value] of values.entries()) squares[rowOf(i)]! += value * value;
    return Float64Array.from(
      values,
      (value, i) => (value * scales[rowOf(i)]!) / Math.sqrt(squares[rowOf(i)]!),
    );
  });
};

/** Off in evaluation mode: the same tensor. */
const dropout: AtenOperator['run'] = (call) => {
  if (call.has('train') && call.boolean('train', false)) call.note(TRAINING);
  return call.cell('input');
};

export const atenLayers: Readonly<Record<string, AtenOperator>> = {
  linear: operator('input weight bias', linear),
  addmm: operator('self mat1 mat2 beta alpha', addmm),
  mm: product('self mat2'),
  bmm: product('self mat2'),
  matmul: product('self other'),
  scaled_dot_product_attention: operator(
    'query key value attn_mask dropout_p is_causal scale enable_gqa',
    attention,
  ),
  conv1d: operator(CONVOLUTION, convolution(1)),
  conv2d: operator(CONVOLUTION, convolution(2)),
  convolution: operator(FULL_CONVOLUTION, convolution(null)),
  _convolution: operator(FULL_CONVOLUTION, convolution(null)),
  _convolution_mode: operator(CONVOLUTION, convolution(null)),
  batch_norm: operator(
    'input weight bias running_mean running_var training momentum eps cudnn_enabled',
    batchNorm,
  ),
  _native_batch_norm_legit_no_training: operator(
    'input weight bias running_mean running_var momentum eps',
    async (call) => [await batchNorm(call), null, null],
  ),
  layer_norm: operator('input normalized_shape weight bias eps cudnn_enable', layerNorm),
  native_layer_norm: operator('input normalized_shape weight bias eps', async (call) => [
    await layerNorm(call),
    null,
    null,
  ]),
  group_norm: operator('input num_groups weight bias eps cudnn_enabled', (call) =>
    groupNorm(call, call.number('num_groups')),
  ),
  native_group_norm: operator('input weight bias N C HxW group eps', async (call) => [
    await groupNorm(call, call.number('group')),
    null,
    null,
  ]),
  instance_norm: operator(
    'input weight bias running_mean running_var use_input_stats momentum eps cudnn_enabled',
    instanceNorm,
  ),
  _weight_norm: operator('v g dim', weightNorm),
  dropout: operator('input p train', dropout),
  feature_dropout: operator('input p train', dropout),
  alpha_dropout: operator('input p train', dropout),
  feature_alpha_dropout: operator('input p train', dropout),
  native_dropout: operator('input p train', (call) => [call.cell('input'), null]),
  embedding: operator('weight indices padding_idx scale_grad_by_freq sparse', (call) =>
    call.onnx('Gather', [call.value('weight'), call.value('indices')], { axis: 0 }),
  ),
};
