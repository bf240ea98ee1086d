import { broadcastTo } from '../../../tensor/strides';
import { alignBatch, isSameBatch } from '../batch';
import type { OperatorCall, Operator } from '../call';
import { type ConstantValue, lazyConstant, type VariableValue } from '../value';
import { constantBeside, mapped, plus } from './elementwise';
import { transposedConstant } from './reshape';

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

export const linearOperators: Readonly<Record<string, Operator>> = { Gemm: gemm, MatMul: matmul };
