import { type Activation, HARD_SIGMOID, QUICK_GELU } from '../ops/activation';
import { isNear, type Neighbours, type Pattern } from './patterns';

// Nonlinearities as exporters write them out in steps.

type Replacement = NonNullable<ReturnType<Pattern>>;

function activation(of: Activation, input: number): Replacement {
  return { operation: { kind: 'activation', activation: of }, inputs: [input], hidden: true };
}

/** The two factors of a product, both ways round. */
function factorPairs(graph: Neighbours, index: number): readonly (readonly [number, number])[] {
  const { operation, inputs } = graph.at(index);
  const [a, b] = inputs;
  if (operation.kind !== 'multiply' || a === undefined || b === undefined) return [];
  return [
    [a, b],
    [b, a],
  ];
}

/** The number in number · x, where that is all; 1 where the node is x itself. */
function scaleOf(graph: Neighbours, index: number, x: number): number | null {
  if (index === x) return 1;
  const { number, nodes } = graph.factors(index);
  return nodes.length === 1 && nodes[0] === x ? number : null;
}

/** x · sigmoid(x), x · sigmoid(1.702 x). */
const swish: Pattern = (graph, index) => {
  for (const [x, gate] of factorPairs(graph, index)) {
    const scaled = graph.activationOf(gate, 'sigmoid');
    const beta = scaled === null ? null : scaleOf(graph, scaled, x);
    if (beta === null || !Number.isFinite(beta)) continue;
    if (beta === 1) return activation({ name: 'silu' }, x);
    return activation({ name: 'swish', beta: isNear(beta, QUICK_GELU) ? QUICK_GELU : beta }, x);
  }
  return null;
};

/** clip(alpha x + beta, 0, 1), also as clip(x + 3, 0, 6) / 6. */
const hardSigmoid: Pattern = (graph, index) => {
  const whole = graph.activationAt(index, 'clip');
  const { number, nodes } = whole === null ? graph.factors(index) : { number: 1, nodes: [index] };
  const [clipped, ...others] = nodes;
  if (clipped === undefined || others.length > 0) return null;
  const clip = graph.activationAt(clipped, 'clip');
  if (clip?.activation.min !== 0 || !isNear(number * clip.activation.max, 1)) return null;
  const sum = graph.plusNumber(clip.of);
  const line = sum === null ? null : graph.factors(sum.node);
  const [x, ...more] = line?.nodes ?? [];
  if (sum === null || line === null || x === undefined || more.length > 0) return null;
  return activation(standard(number * line.number, number * sum.number), x);
};

/** PyTorch's, where exporters' float32 is near to it. */
export function standard(alpha: number, beta: number): Extract<Activation, { name: 'hardsigmoid' }> {
  const isStandard = isNear(alpha, HARD_SIGMOID.alpha) && isNear(beta, HARD_SIGMOID.beta);
  return isStandard ? HARD_SIGMOID : { name: 'hardsigmoid', alpha, beta };
}

/** x · clip(x / 6 + ½, 0, 1), also as x · clip(x + 3, 0, 6) / 6. With other numbers it stays a product but is one nonlinearity. */
const hardSwish: Pattern = (graph, index) => {
  for (const [x, gate] of factorPairs(graph, index)) {
    const found = graph.activationAt(gate, 'hardsigmoid');
    if (found?.of !== x) continue;
    if (found.activation === HARD_SIGMOID) return activation({ name: 'hardswish' }, x);
    return { operation: { kind: 'multiply' }, inputs: graph.at(index).inputs, hidden: true, part: gate };
  }
  const { number, nodes } = graph.factors(index);
  const [a, b, ...more] = nodes;
  if (!isNear(number, 1 / 6) || a === undefined || b === undefined || more.length > 0) return null;
  for (const [x, gate] of [
    [a, b],
    [b, a],
  ] as const) {
    const clip = graph.activationAt(gate, 'clip');
    if (clip?.activation.min !== 0 || clip.activation.max !== 6) continue;
    const sum = graph.plusNumber(clip.of);
    if (sum?.node === x && sum.number === 3) return activation({ name: 'hardswish' }, x);
  }
  return null;
};

/** x · tanh(softplus(x)). */
const mish: Pattern = (graph, index) => {
  for (const [x, gate] of factorPairs(graph, index)) {
    const inner = graph.activationOf(gate, 'tanh');
    const soft = inner === null ? null : graph.activationAt(inner, 'softplus');
    if (soft?.of === x && soft.activation.beta === 1) return activation({ name: 'mish' }, x);
  }
  return null;
};

/** softplus(beta x) / beta; −softplus(−x) is log σ(x). */
const scaledSoftplus: Pattern = (graph, index) => {
  if (graph.at(index).operation.kind !== 'multiply') return null;
  const { number, nodes } = graph.factors(index);
  const [soft, ...others] = nodes;
  const found = soft === undefined || others.length > 0 ? null : graph.activationAt(soft, 'softplus');
  if (found?.activation.beta !== 1) return null;
  const inner = graph.factors(found.of);
  const [x, ...more] = inner.nodes;
  if (x === undefined || more.length > 0 || !isNear(inner.number * number, 1)) return null;
  if (inner.number === -1) return activation({ name: 'log_sigmoid' }, x);
  return inner.number > 0 ? activation({ ...found.activation, beta: inner.number }, x) : null;
};

/** log(1 + exp(x)). */
const writtenSoftplus: Pattern = (graph, index) => {
  const inner = graph.partialOf(index, 'Log');
  const sum = inner === null ? null : graph.plusNumber(inner);
  const x = sum?.number === 1 ? graph.partialOf(sum.node, 'Exp') : null;
  return x === null ? null : activation({ name: 'softplus', beta: 1, threshold: Infinity }, x);
};

/** log(σ(x)). */
const logSigmoid: Pattern = (graph, index) => {
  const inner = graph.partialOf(index, 'Log');
  const x = inner === null ? null : graph.activationOf(inner, 'sigmoid');
  return x === null ? null : activation({ name: 'log_sigmoid' }, x);
};

/** x / (1 + |x|). */
const softSign: Pattern = (graph, index) => {
  for (const [x, inverse] of factorPairs(graph, index)) {
    const divisor = graph.partialOf(inverse, 'Reciprocal');
    const sum = divisor === null ? null : graph.plusNumber(divisor);
    if (sum?.number === 1 && graph.partialOf(sum.node, 'Abs') === x)
      return activation({ name: 'softsign' }, x);
  }
  return null;
};

/** x − tanh(x). */
const tanhShrink: Pattern = (graph, index) => {
  const { operation, inputs } = graph.at(index);
  if (operation.kind !== 'add') return null;
  for (const [i, x] of inputs.entries()) {
    const { number, nodes } = graph.factors(inputs[1 - i] ?? x);
    const [inner, ...more] = nodes;
    if (number === -1 && inner !== undefined && more.length === 0 && graph.activationOf(inner, 'tanh') === x)
      return activation({ name: 'tanhshrink' }, x);
  }
  return null;
};

/** What a choice by a comparison with a number gives above it and elsewhere. */
interface Choice {
  readonly compared: number;
  readonly bound: number;
  readonly above: number;
  readonly elsewhere: number;
}

function choiceAt(graph: Neighbours, index: number): Choice | null {
  const [condition, yes, no] = graph.partialInputs(index, 'Where') ?? [];
  if (condition === undefined || yes === undefined || no === undefined) return null;
  const greater = graph.partialInputs(condition, 'Greater');
  const [compared, limit] = greater ?? graph.partialInputs(condition, 'LessOrEqual') ?? [];
  const bound = limit === undefined ? null : graph.at(limit).scalar;
  if (compared === undefined || bound === null) return null;
  const [above, elsewhere] = greater === null ? [no, yes] : [yes, no];
  return { compared, bound, above, elsewhere };
}

/** Softplus that becomes a line above a threshold, Threshold, Hardshrink and Softshrink, by a comparison. */
const chosen: Pattern = (graph, index) => {
  const choice = choiceAt(graph, index);
  if (choice === null) return null;
  const { compared, bound, above, elsewhere } = choice;
  const soft = graph.activationAt(elsewhere, 'softplus');
  if (soft !== null && soft.of === above && bound > 0) {
    const beta = scaleOf(graph, compared, above);
    if (beta !== null && isNear(beta, soft.activation.beta))
      return activation({ ...soft.activation, threshold: bound }, above);
  }
  const otherwise = graph.at(elsewhere).scalar;
  if (otherwise !== null && compared === above)
    return activation({ name: 'threshold', threshold: bound, value: otherwise }, above);
  const x = graph.partialOf(compared, 'Abs');
  if (x === null || !(bound >= 0)) return null;
  const isZero = otherwise === 0 || scaleOf(graph, elsewhere, x) === 0;
  if (isZero && above === x) return activation({ name: 'shrink', lambda: bound, bias: 0 }, x);
  return isZero && isMovedTowardsZero(graph, above, x, bound)
    ? activation({ name: 'shrink', lambda: bound, bias: bound }, x)
    : null;
};

/** x − by · sign(x). */
function isMovedTowardsZero(graph: Neighbours, index: number, x: number, by: number): boolean {
  const { operation, inputs } = graph.at(index);
  const moved = inputs.find((input) => input !== x);
  if (operation.kind !== 'add' || !inputs.includes(x) || moved === undefined) return false;
  const { number, nodes } = graph.factors(moved);
  const [sign, ...more] = nodes;
  return (
    isNear(number, -by) && sign !== undefined && more.length === 0 && graph.partialOf(sign, 'Sign') === x
  );
}

/** One half of a layer times a nonlinearity of the other. */
const gluOfHalves: Pattern = (graph, index) => {
  for (const [value, opened] of factorPairs(graph, index)) {
    const gate = graph.at(opened);
    const [of] = gate.inputs;
    if (gate.operation.kind !== 'activation' || of === undefined) continue;
    const [first, second] = [graph.at(value), graph.at(of)];
    if (first.operation.kind !== 'slice' || second.operation.kind !== 'slice') continue;
    const [x] = first.inputs;
    const { axis } = first.operation;
    if (x === undefined || second.inputs[0] !== x || second.operation.axis !== axis) continue;
    const half = (graph.at(x).shape[axis] ?? 0) / 2;
    const starts = [first.operation, second.operation].map(({ start, end, step }) =>
      step === 1 && end - start === half ? start : NaN,
    );
    if (String(starts) !== String([0, half]) && String(starts) !== String([half, 0])) continue;
    const { activation } = gate.operation;
    return {
      operation: { kind: 'glu', axis, activation, gate: starts[0] === 0 ? 'second' : 'first' },
      inputs: [x],
      hidden: true,
    };
  }
  return null;
};

/** A layer times a nonlinearity of another of the same input, as in SwiGLU: the units are the product. */
const gatedLayer: Pattern = (graph, index) => {
  for (const [value, opened] of factorPairs(graph, index)) {
    const gate = graph.at(opened);
    const [of] = gate.inputs;
    if (gate.operation.kind !== 'activation' || of === undefined || !graph.isPrivate(opened)) continue;
    const [layer, other] = [graph.at(value), graph.at(of)];
    const isLayer = layer.operation.kind === 'dense' || layer.operation.kind === 'conv';
    if (!isLayer || other.operation.kind !== layer.operation.kind) continue;
    if (value === of || layer.inputs[0] !== other.inputs[0] || String(layer.shape) !== String(other.shape))
      continue;
    return { operation: { kind: 'multiply' }, inputs: graph.at(index).inputs, hidden: true, part: opened };
  }
  return null;
};

/** x · ½ · (1 + erf(x / √2)), or of tanh(√(2/π) (x + 0.044715 x³)), however it is multiplied out. */
const gelu: Pattern = (graph, index) => {
  if (graph.at(index).operation.kind !== 'multiply') return null;
  const { number, nodes } = graph.factors(index);
  const [a, b, ...more] = nodes;
  if (!isNear(number, 0.5) || a === undefined || b === undefined || more.length > 0) return null;
  for (const [x, gate] of [
    [a, b],
    [b, a],
  ] as const) {
    const sum = graph.plusNumber(gate);
    if (sum === null || !isNear(sum.number, 1)) continue;
    const erf = graph.activationOf(sum.node, 'erf');
    if (erf !== null && isScaled(graph, erf, Math.SQRT1_2, [x]))
      return activation({ name: 'gelu', approximate: 'none' }, x);
    const tanh = graph.activationOf(sum.node, 'tanh');
    if (tanh !== null && isCubic(graph, tanh, x)) return activation({ name: 'gelu', approximate: 'tanh' }, x);
  }
  return null;
};

function isScaled(graph: Neighbours, index: number, scale: number, nodes: readonly number[]): boolean {
  const product = graph.factors(index);
  return isNear(product.number, scale) && String(product.nodes) === String(nodes);
}

/** √(2/π) (x + 0.044715 x³), also as √(2/π) x (1 + 0.044715 x²). */
function isCubic(graph: Neighbours, index: number, x: number): boolean {
  const { number, nodes } = graph.factors(index);
  if (!isNear(number, Math.sqrt(2 / Math.PI))) return false;
  const sum = nodes.find((node) => node !== x);
  if (sum === undefined || graph.at(sum).operation.kind !== 'add') return false;
  if (nodes.length === 1) {
    const cube = graph.at(sum).inputs.find((node) => node !== x);
    return (
      graph.at(sum).inputs.includes(x) && cube !== undefined && isScaled(graph, cube, 0.044715, [x, x, x])
    );
  }
  const square = graph.plusNumber(sum);
  return (
    nodes.length === 2 &&
    square !== null &&
    isNear(square.number, 1) &&
    isScaled(graph, square.node, 0.044715, [x, x])
  );
}

/** In this order: what one makes, a later one may be made of. */
export const ACTIVATION_PATTERNS: readonly Pattern[] = [
  swish,
  hardSigmoid,
  hardSwish,
  mish,
  writtenSoftplus,
  scaledSoftplus,
  logSigmoid,
  softSign,
  tanhShrink,
  chosen,
  gelu,
  gluOfHalves,
  gatedLayer,
];
