import { broadcastTo, gatherStrided } from '../../tensor/strides';
import { constantBeside, mapped, plus } from './elementwise-operators';
import { alignBatch, type ConstantValue, isSameBatch, lazyConstant, type VariableValue } from './graph-value';
import type { Operator, OperatorCall } from './operator-call';
import { transposedConstant } from './reshape-operators';

/** x · W, or x · Wᵀ of a matrix [inputs, outputs] that is stored so. */
async function dense(
  call: OperatorCall,
  x: VariableValue,
  matrix: ConstantValue,
  bias: string | null,
): Promise<VariableValue> {
  if (matrix.shape.length !== 2 || x.batch.axis === x.shape.length - 1)
    throw call.refuse(`multiplies [${x.shape.join(', ')}] by [${matrix.shape.join(', ')}]`);
  const { name, transposed } = await call.draft.matrix(call.label, matrix);
  const layout = transposed ? 'out_in' : 'in_out';
  return call.add({ kind: 'dense', weight: name, bias, layout }, [x.node], x.batch);
}

const gemm: Operator = async (call) => {
  const x = call.variable(0);
  if (call.number('transA', 0) !== 0) throw call.refuse('transposes its input', 'Only its parameters may be');
  const given = call.constant(1);
  const alpha = call.number('alpha', 1);
  const scaled = alpha === 1 ? given : mapped(given, (value) => alpha * value);
  const weight = call.number('transB', 0) === 0 ? scaled : turned(call, scaled);
  const c = call.inputs[2];
  const beta = call.number('beta', 1);
  if (c === undefined || beta === 0) return dense(call, x, weight, null);
  if (c.kind === 'variable') {
    if (beta !== 1) throw call.refuse(`has the beta ${beta}; 1 can be read`);
    return plus(call, await dense(call, x, weight, null), c);
  }
  const outputs = weight.shape[1] ?? 0;
  const bias = vector(call, beta === 1 ? c : mapped(c, (value) => beta * value), outputs);
  return dense(call, x, weight, await call.draft.parameter(call.label, bias));
};

/** A constant that is the same for every row, as a vector. */
function vector(call: OperatorCall, c: ConstantValue, length: number): ConstantValue {
  if (c.shape.length === 1 && c.shape[0] === length) return c;
  const size = c.shape.at(-1) ?? 1;
  if (c.shape.slice(0, -1).some((rows) => rows !== 1) || (size !== 1 && size !== length))
    throw call.refuse(`adds a constant of [${c.shape.join(', ')}] to ${length} outputs`);
  return lazyConstant(c.type, [length], async () => broadcastTo(await c.values(), [size], [length]));
}

/** A matrix the other way round. */
function turned(call: OperatorCall, x: ConstantValue): ConstantValue {
  const [rows, columns, ...rest] = x.shape;
  if (rows === undefined || columns === undefined || rest.length > 0)
    throw call.refuse(`multiplies by a tensor of [${x.shape.join(', ')}]`);
  return transposedConstant(x, [1, 0]);
}

const matmul: Operator = async (call) => {
  const [a, b] = [call.input(0), call.input(1)];
  if (a.kind === 'variable' && b.kind === 'constant' && b.shape.length === 2) return dense(call, a, b, null);
  const rank = Math.max(a.shape.length, b.shape.length);
  if (Math.min(a.shape.length, b.shape.length) < 2) throw call.refuse('multiplies by a vector');
  const origin = a.kind === 'variable' ? a : b;
  if (origin.kind === 'constant') throw call.refuse('multiplies constants, which Modscope does not do');
  const batch = alignBatch(origin.batch, origin.shape.length, rank);
  if (batch.axis >= rank - 2) throw call.refuse('multiplies along the samples');
  const nodes: number[] = [];
  for (const value of [a, b]) {
    if (value.kind === 'constant') nodes.push(await constantBeside(call, value, rank, batch));
    else if (isSameBatch(alignBatch(value.batch, value.shape.length, rank), batch)) nodes.push(value.node);
    else throw call.refuse('multiplies values whose samples are along different axes');
  }
  return call.add({ kind: 'matmul' }, nodes, batch);
};

/** ONNX's, of every norm. */
const EPSILON = 1e-5;

const batchNormalization: Operator = async (call) => {
  const x = call.leading(0);
  const [weight, bias, mean, variance] = [
    await call.parameter(1),
    await call.parameter(2),
    await call.parameter(3),
    await call.parameter(4),
  ];
  const epsilon = call.number('epsilon', EPSILON);
  return call.add({ kind: 'batch_norm', weight, bias, mean, variance, epsilon }, [x.node], x.batch);
};

const layerNormalization: Operator = async (call) => {
  const x = call.variable(0);
  const axis = call.axis(call.number('axis', -1), x.shape.length);
  if (axis <= x.batch.axis) throw call.refuse('goes over the samples');
  const weight = await call.parameter(1);
  const bias = call.optional(2) === null ? null : await call.parameter(2);
  const epsilon = call.number('epsilon', EPSILON);
  const dimensions = x.shape.length - axis;
  return call.add({ kind: 'layer_norm', dimensions, weight, bias, epsilon }, [x.node], x.batch);
};

const groupNormalization: Operator = async (call) => {
  const x = call.leading(0);
  const channels = x.shape[1] ?? 0;
  const weight = perChannel(call, call.constant(1), channels);
  const bias = perChannel(call, call.constant(2), channels);
  return addGroupNorm(call, call.number('num_groups', 1), weight, bias);
};

const instanceNormalization: Operator = async (call) =>
  addGroupNorm(call, call.leading(0).shape[1] ?? 0, call.constant(1), call.constant(2));

async function addGroupNorm(call: OperatorCall, groups: number, weight: ConstantValue, bias: ConstantValue) {
  const x = call.leading(0);
  const operation = {
    kind: 'group_norm',
    groups,
    weight: await call.draft.parameter(call.label, weight),
    bias: await call.draft.parameter(call.label, bias),
    epsilon: call.number('epsilon', EPSILON),
  } as const;
  return call.add(operation, [x.node], x.batch);
}

/** Version 18 had a number per group, later ones one per channel. */
function perChannel(call: OperatorCall, given: ConstantValue, channels: number): ConstantValue {
  const [groups = 1] = given.shape;
  if (groups === channels) return given;
  if (channels % groups !== 0) throw call.refuse(`has ${groups} groups of ${channels} channels`);
  const shape = [groups, channels / groups];
  return lazyConstant('float', [channels], async () => gatherStrided(await given.values(), shape, [1, 0]));
}

export const layerOperators: Readonly<Record<string, Operator>> = {
  Gemm: gemm,
  MatMul: matmul,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  InstanceNormalization: instanceNormalization,
};
