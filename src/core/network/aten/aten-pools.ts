import type { Value } from '../onnx/graph-value';
import { type AtenCall, type AtenOperator, operator } from './aten-call';

/** Windows lie beside each other where no stride is given. */
function windows(
  call: AtenCall,
  axes: number,
): {
  kernel_shape: readonly number[];
  strides: readonly number[];
  pads: readonly number[];
  ceil_mode: number;
} {
  const kernel = call.sizes('kernel_size', axes, 1);
  const strides = (call.numbers('stride') ?? []).length === 0 ? kernel : call.sizes('stride', axes, 1);
  const padding = call.sizes('padding', axes, 0);
  return {
    ...{ kernel_shape: kernel, strides, pads: [...padding, ...padding] },
    ceil_mode: Number(call.boolean('ceil_mode', false)),
  };
}

const maxPool = (axes: number): ((call: AtenCall) => Promise<Value>) => {
  return (call) => {
    const dilations = call.sizes('dilation', axes, 1);
    return call.onnx('MaxPool', [call.value('self')], { ...windows(call, axes), dilations });
  };
};

const averagePool = (axes: number): AtenOperator['run'] => {
  return (call) => {
    if (call.has('divisor_override')) throw call.refuse('divides by a number of its own');
    const count_include_pad = Number(call.boolean('count_include_pad', true));
    return call.onnx('AveragePool', [call.value('self')], { ...windows(call, axes), count_include_pad });
  };
};

/** Only where the windows are all of one size and do not overlap. */
const adaptivePool = (onnx: 'Average' | 'Max', axes: number): ((call: AtenCall) => Promise<Value>) => {
  return (call) => {
    const x = call.value('self');
    const sides = x.shape.slice(-axes);
    const given = call.any('output_size');
    // None keeps a side.
    const sizes = (Array.isArray(given) ? given : [given]).map((size, i) => size ?? sides[i] ?? 0);
    const results = sides.map((_, i) => sizes[i] ?? sizes[0]);
    if (results.every((size) => size === 1)) return call.onnx(`Global${onnx}Pool`, [x]);
    const kernel_shape = sides.map((side, i) => side / Number(results[i]));
    if (!kernel_shape.every((size) => Number.isSafeInteger(size) && size > 0))
      throw call.refuse(
        `pools [${sides.join(', ')}] to [${results.map(String).join(', ')}]; only sizes that divide those of its input can be read`,
      );
    return call.onnx(`${onnx}Pool`, [x], { kernel_shape, strides: kernel_shape });
  };
};

/** Also the places of the largest, which nothing may ask for. */
const withPlaces = (run: (call: AtenCall) => Promise<Value>): AtenOperator['run'] => {
  return async (call) => [await run(call), null];
};

const MAX_POOL = 'self kernel_size stride padding dilation ceil_mode';
const AVERAGE_POOL = 'self kernel_size stride padding ceil_mode count_include_pad divisor_override';

export const atenPools: Readonly<Record<string, AtenOperator>> = {
  max_pool1d: operator(MAX_POOL, maxPool(1)),
  max_pool2d: operator(MAX_POOL, maxPool(2)),
  max_pool1d_with_indices: operator(MAX_POOL, withPlaces(maxPool(1))),
  max_pool2d_with_indices: operator(MAX_POOL, withPlaces(maxPool(2))),
  avg_pool1d: operator(AVERAGE_POOL, averagePool(1)),
  avg_pool2d: operator(AVERAGE_POOL, averagePool(2)),
  adaptive_avg_pool1d: operator('self output_size', adaptivePool('Average', 1)),
  adaptive_avg_pool2d: operator('self output_size', adaptivePool('Average', 2)),
  _adaptive_avg_pool2d: operator('self output_size', adaptivePool('Average', 2)),
  adaptive_max_pool1d: operator('self output_size', withPlaces(adaptivePool('Max', 1))),
  adaptive_max_pool2d: operator('self output_size', withPlaces(adaptivePool('Max', 2))),
};
