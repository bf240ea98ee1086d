import { sizeOf } from '../../tensor/shape';
import { integers, knownConstant, type Value } from '../onnx/graph-value';
import { type AtenCall, type AtenOperator, operator, viewOperator } from './aten-call';

const axesOf = (call: AtenCall, name: string, rank: number): number[] =>
  (call.numbers(name) ?? []).map((axis) => call.counted(axis, rank));

const reshaped = (call: AtenCall, x: Value, shape: readonly number[]): Promise<Value> =>
  call.onnx('Reshape', [x], { shape, allowzero: 1 });

const view = (call: AtenCall): Promise<Value> =>
  reshaped(call, call.value('self'), call.numbers('size') ?? []);

const flatten = (call: AtenCall): Promise<Value> => {
  const x = call.value('self');
  const rank = Math.max(1, x.shape.length);
  const [start, end] = [call.axis('start_dim', rank, 0), call.axis('end_dim', rank, -1)];
  if (start === end) return Promise.resolve(x);
  const joined = sizeOf(x.shape.slice(start, end + 1));
  return reshaped(call, x, [...x.shape.slice(0, start), joined, ...x.shape.slice(end + 1)]);
};

const unflatten = (call: AtenCall): Promise<Value> => {
  const x = call.value('self');
  const axis = call.axis('dim', x.shape.length);
  const sizes = [...(call.numbers('sizes') ?? [])];
  const open = sizes.indexOf(-1);
  if (open >= 0) sizes[open] = (x.shape[axis] ?? 0) / sizeOf(sizes.toSpliced(open, 1));
  return reshaped(call, x, x.shape.toSpliced(axis, 1, ...sizes));
};

/** Exchanges two axes. */
const transpose = (call: AtenCall): Promise<Value> => {
  const x = call.value('self');
  const rank = x.shape.length;
  const [a, b] = [call.axis('dim0', rank), call.axis('dim1', rank)];
  const perm = [...x.shape.keys()].with(a, b).with(b, a);
  return call.onnx('Transpose', [x], { perm });
};

const transposeMatrix = (call: AtenCall): Value | Promise<Value> => {
  const x = call.value('self');
  if (x.shape.length < 2) return x;
  return call.onnx('Transpose', [x], { perm: [...x.shape.keys()].reverse() });
};

const permute = (call: AtenCall): Promise<Value> => {
  const x = call.value('self');
  return call.onnx('Transpose', [x], { perm: axesOf(call, 'dims', x.shape.length) });
};

/** Axes that are not of size 1 stay, as in torch. */
const squeeze = (call: AtenCall): Value | Promise<Value> => {
  const x = call.value('self');
  if (!call.has('dim')) return call.onnx('Squeeze', [x]);
  const axes = axesOf(call, 'dim', x.shape.length).filter((axis) => x.shape[axis] === 1);
  return axes.length === 0 ? x : call.onnx('Squeeze', [x], { axes });
};

const expand = (call: AtenCall): Promise<Value> => {
  const x = call.value('self');
  const size = call.numbers('size') ?? [];
  const shift = size.length - x.shape.length;
  return call.onnx('Expand', [
    x,
    integers(size.map((one, i) => (one === -1 ? (x.shape[i - shift] ?? 1) : one))),
  ]);
};

const slice = (call: AtenCall): Promise<Value> => {
  const bound = (name: string, otherwise: number): number => (call.has(name) ? call.number(name) : otherwise);
  return call.onnx('Slice', [call.value('self')], {
    ...{ starts: [bound('start', 0)], ends: [bound('end', Number.MAX_SAFE_INTEGER)] },
    ...{ axes: [call.number('dim', 0)], steps: [call.number('step', 1)] },
  });
};

const select = (call: AtenCall): Promise<Value> =>
  call.onnx('Gather', [call.value('self'), knownConstant('integer', [], [call.number('index')])], {
    axis: call.number('dim'),
  });

/** Parts of these sizes along an axis. */
async function parts(call: AtenCall, sizes: readonly number[]): Promise<Value[]> {
  const x = call.value('self');
  if (sizes.length > 4096) throw call.refuse(`makes ${sizes.length} parts`);
  const attributes = { axis: call.axis('dim', x.shape.length, 0), split: sizes };
  return [...(await call.several('Split', [x], attributes, sizes.length))];
}

/** As many of one size as there are, the last with what is left. */
function equalParts(call: AtenCall, size: number): number[] {
  const x = call.value('self');
  const total = x.shape[call.axis('dim', x.shape.length, 0)] ?? 0;
  const count = Math.ceil(total / size);
  if (!(size >= 1 && count <= 4096)) throw call.refuse(`splits ${total} into parts of ${size}`);
  return Array.from({ length: count }, (_, i) => Math.min(size, total - i * size));
}

const split = (call: AtenCall): Promise<Value[]> => {
  const given = call.any('split_size');
  return parts(
    call,
    Array.isArray(given) ? (call.numbers('split_size') ?? []) : equalParts(call, call.number('split_size')),
  );
};

const chunk = (call: AtenCall): Promise<Value[]> => {
  const x = call.value('self');
  const total = x.shape[call.axis('dim', x.shape.length, 0)] ?? 0;
  return parts(call, equalParts(call, Math.ceil(total / call.number('chunks'))));
};

const unbind = async (call: AtenCall): Promise<Value[]> => {
  const x = call.value('self');
  const axis = call.axis('dim', x.shape.length, 0);
  const all = await parts(call, equalParts(call, 1));
  return Promise.all(all.map((part) => call.onnx('Squeeze', [part], { axes: [axis] })));
};

const cat = (call: AtenCall): Promise<Value> =>
  call.onnx('Concat', call.values('tensors'), { axis: call.number('dim', 0) });

const stack = async (call: AtenCall): Promise<Value> => {
  const values = call.values('tensors');
  const axis = call.axis('dim', (values[0]?.shape.length ?? 0) + 1, 0);
  const raised = await Promise.all(values.map((value) => call.onnx('Unsqueeze', [value], { axes: [axis] })));
  return call.onnx('Concat', raised, { axis });
};

/** Of the last axes, last first, before and after each. */
const pad = (call: AtenCall): Promise<Value> => {
  const x = call.value('self');
  const mode = call.text('mode', 'constant');
  if (mode !== 'constant') throw call.refuse(`pads by the mode ${mode}`);
  const given = call.numbers('pad') ?? [];
  const axes = x.shape.map((_, axis) => x.shape.length - 1 - axis);
  const before = axes.map((i) => given[2 * i] ?? 0);
  const after = axes.map((i) => given[2 * i + 1] ?? 0);
  const value = call.has('value') ? call.number('value') : 0;
  return call.onnx('Pad', [x, integers([...before, ...after])], { value });
};

/** One size, or all. */
const size = (call: AtenCall): number | number[] => {
  const { shape } = call.value('self');
  return call.has('dim') ? shape[call.axis('dim', shape.length)]! : [...shape];
};

/** torch's numbers for types: uint8 to int64, and bool. */
const WHOLE = new Set([0, 1, 2, 3, 4]);
const BOOLEAN = 11;
/** ONNX's for int64, bool and float. */
const [ONNX_INTEGER, ONNX_BOOLEAN, ONNX_FLOAT] = [7, 9, 1];

/** A change of type, device or memory: for floating-point numbers nothing. */
const convert = (parameters: string): AtenOperator =>
  operator(parameters, (call) => {
    // torch.to takes a type, or a device and a type.
    const type = call.any(typeof call.any('layout') === 'number' ? 'layout' : 'dtype');
    if (typeof type !== 'number') return call.cell('self');
    const to = WHOLE.has(type) ? ONNX_INTEGER : type === BOOLEAN ? ONNX_BOOLEAN : ONNX_FLOAT;
    return call.onnx('Cast', [call.value('self')], { to });
  });

/** The same values. */
const same = (parameters = 'self memory_format'): AtenOperator =>
  operator(parameters, (call) => call.cell('self'));
/** The same values in memory of their own. */
const copy = (parameters = 'self memory_format'): AtenOperator =>
  operator(parameters, (call) => call.value('self'));

export const atenShapes: Readonly<Record<string, AtenOperator>> = {
  view: viewOperator('self size', view),
  reshape: viewOperator('self size', view),
  _unsafe_view: viewOperator('self size', view),
  flatten: viewOperator('self start_dim end_dim', flatten),
  unflatten: viewOperator('self dim sizes', unflatten),
  transpose: viewOperator('self dim0 dim1', transpose),
  t: viewOperator('self', transposeMatrix),
  numpy_T: viewOperator('self', transposeMatrix),
  permute: viewOperator('self dims', permute),
  squeeze: viewOperator('self dim', squeeze),
  unsqueeze: viewOperator('self dim', (call) =>
    call.onnx('Unsqueeze', [call.value('self')], { axes: [call.number('dim')] }),
  ),
  expand: viewOperator('self size implicit', expand),
  expand_as: viewOperator('self other', (call) =>
    call.onnx('Expand', [call.value('self'), integers(call.value('other').shape)]),
  ),
  slice: viewOperator('self dim start end step', slice),
  select: viewOperator('self dim index', select),
  narrow: viewOperator('self dim start length', (call) =>
    call.onnx('Slice', [call.value('self')], {
      ...{ starts: [call.number('start')], axes: [call.number('dim')] },
      ends: [call.number('start') + call.number('length')],
    }),
  ),
  split: viewOperator('self split_size dim', split),
  split_with_sizes: viewOperator('self split_size dim', split),
  chunk: viewOperator('self chunks dim', chunk),
  unbind: viewOperator('self dim', unbind),
  cat: operator('tensors dim', cat),
  concat: operator('tensors dim', cat),
  stack: operator('tensors dim', stack),
  pad: operator('self pad mode value', pad),
  constant_pad_nd: operator('self pad value', pad),
  size: operator('self dim', size),
  sym_size: operator('self dim', size),
  dim: operator('self', (call) => call.value('self').shape.length),
  to: convert('self dtype layout device pin_memory non_blocking copy memory_format'),
  _to_copy: convert('self dtype layout device pin_memory non_blocking memory_format'),
  type_as: same('self other'),
  float: same('self'),
  double: same('self'),
  contiguous: same(),
  detach: same(),
  alias: same(),
  lift_fresh_copy: copy(),
  clone: copy(),
};
