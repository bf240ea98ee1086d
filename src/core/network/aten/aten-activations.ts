import { type Value } from '../onnx/graph-value';
import { type AtenCall, type AtenOperator, operator } from './aten-call';

const plain = (onnx: string): AtenOperator =>
  operator('self', (call) => call.onnx(onnx, [call.value('self')]));

const clip = (call: AtenCall, min: number, max: number): Promise<Value> =>
  call.onnx('Clip', [call.value('self')], { min, max });

/** A bound that is a number, or none. */
const bound = (call: AtenCall, name: string, otherwise: number): number =>
  call.has(name) ? call.number(name) : otherwise;

/** Softmax over an axis, whatever type it is computed in. */
const softmax = (call: AtenCall): Promise<Value> =>
  call.onnx('Softmax', [call.value('self')], { axis: call.number('dim', -1) });

/** Its logarithm is known at the end of a network alone, where it is left off. */
const logSoftmax = async (call: AtenCall): Promise<Value> => {
  const probabilities = await softmax(call);
  if (probabilities.kind === 'constant') return call.onnx('Log', [probabilities]);
  const { node, batch } = probabilities;
  return call.draft.add(call.place.label, { kind: 'partial', operator: 'Log' }, [node], batch);
};

/** SELU and CELU too, which decomposed graphs say by the scales of an ELU. */
const elu = async (call: AtenCall): Promise<Value> => {
  const [alpha, scale] = [call.number('alpha', 1), call.number('scale', 1)];
  const rate = call.number('input_scale', 1);
  const x = [call.value('self')];
  if (rate === 1 && scale === 1) return call.onnx('Elu', x, { alpha });
  if (rate === 1) return call.onnx('Selu', x, { alpha, gamma: scale });
  if (scale === 1 && Math.abs(rate * alpha - 1) < 1e-6) return call.onnx('Celu', x, { alpha });
  throw call.refuse(`scales its input by ${rate} and its output by ${scale}, as neither SELU nor CELU does`);
};

const softplus = async (call: AtenCall): Promise<Value> => {
  const beta = call.number('beta', 1);
  if (beta !== 1) throw call.refuse(`has the beta ${beta}; 1 can be read`);
  return call.onnx('Softplus', [call.value('self')]);
};

/** a · sigmoid(b), of the halves of its input. */
const glu = async (call: AtenCall): Promise<Value> => {
  const x = call.value('self');
  const axis = call.axis('dim', x.shape.length, -1);
  const half = (x.shape[axis] ?? 0) / 2;
  if (!Number.isInteger(half)) throw call.refuse(`halves an axis of ${x.shape[axis] ?? 0}`);
  const [a, b] = await call.several('Split', [x], { axis, split: [half, half] }, 2);
  return call.onnx('Mul', [a, await call.onnx('Sigmoid', [b])]);
};

/** In evaluation mode the slope is the mean of what it is drawn from. */
const rrelu = (call: AtenCall): Promise<Value> =>
  call.onnx('LeakyRelu', [call.value('self')], {
    alpha: (call.number('lower', 1 / 8) + call.number('upper', 1 / 3)) / 2,
  });

export const atenActivations: Readonly<Record<string, AtenOperator>> = {
  relu: plain('Relu'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  erf: plain('Erf'),
  silu: plain('Swish'),
  selu: plain('Selu'),
  mish: plain('Mish'),
  hardswish: plain('HardSwish'),
  hardsigmoid: operator('self', (call) =>
    call.onnx('HardSigmoid', [call.value('self')], { alpha: 1 / 6, beta: 0.5 }),
  ),
  log_sigmoid: operator('self', async (call) =>
    call.onnx('Neg', [await call.onnx('Softplus', [await call.onnx('Neg', [call.value('self')])])]),
  ),
  gelu: operator('self approximate', (call) =>
    call.onnx('Gelu', [call.value('self')], { approximate: call.text('approximate', 'none') }),
  ),
  leaky_relu: operator('self negative_slope', (call) =>
    call.onnx('LeakyRelu', [call.value('self')], { alpha: call.number('negative_slope', 0.01) }),
  ),
  rrelu: operator('self lower upper training generator', rrelu),
  prelu: operator('self weight', (call) => call.onnx('PRelu', [call.value('self'), call.value('weight')])),
  elu: operator('self alpha scale input_scale', elu),
  celu: operator('self alpha', (call) =>
    call.onnx('Celu', [call.value('self')], { alpha: call.number('alpha', 1) }),
  ),
  softplus: operator('self beta threshold', softplus),
  relu6: operator('self', (call) => clip(call, 0, 6)),
  hardtanh: operator('self min_val max_val', (call) =>
    clip(call, call.number('min_val', -1), call.number('max_val', 1)),
  ),
  clamp: operator('self min max', (call) =>
    clip(call, bound(call, 'min', -Infinity), bound(call, 'max', Infinity)),
  ),
  clamp_min: operator('self min', (call) => clip(call, call.number('min'), Infinity)),
  clamp_max: operator('self max', (call) => clip(call, -Infinity, call.number('max'))),
  glu: operator('self dim', glu),
  softmax: operator('self dim dtype', softmax),
  _softmax: operator('self dim half_to_float', softmax),
  log_softmax: operator('self dim dtype', logSoftmax),
  _log_softmax: operator('self dim half_to_float', logSoftmax),
};
