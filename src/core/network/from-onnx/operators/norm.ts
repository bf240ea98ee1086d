import { gatherStrided } from '../../../tensor/strides';
import type { OperatorCall, Operator } from '../call';
import { type ConstantValue, lazyConstant } from '../value';

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

export const normOperators: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  InstanceNormalization: instanceNormalization,
};
