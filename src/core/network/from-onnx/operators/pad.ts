import { withoutSamples } from '../batch';
import type { Operator } from '../call';
import { ownAxis } from './select';

/** A constant around the values; other modes are refused. */
export const padOperator: Operator = async (call) => {
  const x = call.variable(0);
  const mode = call.text('mode', 'constant');
  if (mode !== 'constant') throw call.refuse(`pads by mode ${mode}; constant can be read`);
  const rank = x.shape.length;
  const given = (await call.list('pads', 1)) ?? [];
  const axes = call.inputs[3] === undefined ? x.shape.map((_, axis) => axis) : await call.listOf(3);
  const value = call.inputs[2] === undefined ? call.number('value', 0) : await call.scalarOf(2);
  const shape = withoutSamples(x.shape, x.batch, call.draft.samples);
  const pads = shape.map((): [number, number] => [0, 0]);
  for (const [i, axis] of axes.entries()) {
    const [before, after] = [given[i] ?? 0, given[i + axes.length] ?? 0];
    if (before < 0 || after < 0) throw call.refuse(`pads by [${given.join(', ')}]`);
    if (before + after > 0) pads[ownAxis(call, x, call.axis(axis, rank))] = [before, after];
  }
  if (pads.every(([before, after]) => before + after === 0)) return x;
  return call.add({ kind: 'pad', pads, value }, [x.node], x.batch);
};
