import { describe, expect, test } from 'vitest';
import { InputError } from '../../../../src/core/base/error';
import { onnxReader } from '../../../../src/core/checkpoint/formats/onnx/onnx';
import { SELU } from '../../../../src/core/network/ops/activation';
import { networkFromOnnx } from '../../../../src/core/network/onnx/from-onnx';
import { logitsOf, worst } from '../../../support/logits';
import { MemoryFile } from '../../../support/memory-file';
import {
  field,
  floatAttribute,
  graphModel,
  integersAttribute as integers,
  nodeProto as node,
  rawFloats,
  tensorProto,
  textAttribute,
  varint,
} from '../../../support/onnx';

type Tensor = readonly [shape: readonly number[], values: readonly number[]];

const floats = (name: string, [shape, values]: Tensor) =>
  tensorProto(name, 'f32', shape, rawFloats(...values));
const whole = (name: string, values: readonly number[]) =>
  tensorProto(name, 'i64', [values.length], field(7, Buffer.concat(values.map(varint))));

async function network(...graph: Parameters<typeof graphModel>) {
  const checkpoint = await onnxReader.open(new MemoryFile(graphModel(...graph), 'net.onnx'));
  return { checkpoint, network: await networkFromOnnx(checkpoint) };
}

/** What a graph gives for one sample. */
async function run(x: readonly number[], ...graph: Parameters<typeof graphModel>) {
  const { checkpoint, network: found } = await network(...graph);
  const size = found.nodes.at(-1)?.shape.reduce((a, b) => a * b, 1) ?? 0;
  const values = await logitsOf(checkpoint, found, Float32Array.from([...x, ...x]), 2);
  expect(values.length).toBe(2 * (found.nodes.at(-1)?.shape[0] ?? 0));
  return { shape: found.nodes.at(-1)?.shape, values: [...values.slice(0, size)], found };
}

const one = (
  operator: string,
  shape: readonly number[],
  inputs: readonly string[],
  ...attributes: Uint8Array[]
) => [['n', ...shape], [node(operator, ['x', ...inputs], ['y'], ...attributes)]] as const;

describe('axes, pads, bounds and sizes as attributes or as inputs', () => {
  const cases: [
    string,
    readonly number[],
    Tensor['1'],
    Uint8Array[],
    (readonly [string, number[]])[],
    number[],
  ][] = [
    ['ReduceMean', [2, 2], [1, 3, 5, 9], [integers('axes', [1]), integers('keepdims', 0)], [], [3, 6]],
    ['ReduceMax', [2, 2], [1, 3, 5, 9], [integers('axes', [-1]), integers('keepdims', 0)], [], [3, 9]],
    ['ReduceSum', [2, 2], [1, 3, 5, 9], [integers('keepdims', 0)], [['axes', [2]]], [4, 14]],
    ['Squeeze', [1, 2], [1, 3], [integers('axes', [1])], [], [1, 3]],
    ['Squeeze', [1, 2], [1, 3], [], [['axes', [1]]], [1, 3]],
    ['Pad', [2], [1, 3], [integers('pads', [0, 1, 0, 2])], [], [0, 1, 3, 0, 0]],
    ['Pad', [2], [1, 3], [], [['pads', [0, 1, 0, 0]]], [0, 1, 3]],
    [
      'Slice',
      [4],
      [1, 2, 3, 4],
      [integers('starts', [-3]), integers('ends', [100]), integers('axes', [1])],
      [],
      [2, 3, 4],
    ],
    [
      'Slice',
      [4],
      [1, 2, 3, 4],
      [],
      [
        ['s', [1]],
        ['e', [2 ** 62]],
        ['a', [1]],
        ['t', [2]],
      ],
      [2, 4],
    ],
    ['Gather', [4], [1, 2, 3, 4], [integers('axis', 1)], [['i', [3, -4, 1]]], [4, 1, 2]],
  ];
  test.each(cases)('%s of %j', async (operator, shape, x, attributes, inputs, expected) => {
    const [input, nodes] = one(
      operator,
      shape,
      inputs.map(([name]) => name),
      ...attributes,
    );
    const { values } = await run(
      x,
      input,
      nodes,
      inputs.map(([name, list]) => whole(name, list)),
      11,
    );
    expect(values).toEqual(expected);
  });

  test('Clip', async () => {
    const [shape, nodes] = one('Clip', [3], [], floatAttribute('min', -1), floatAttribute('max', 2));
    expect((await run([-5, 0, 5], shape, nodes, [], 6)).values).toEqual([-1, 0, 2]);
    const bounds = [floats('min', [[], [0]]), floats('max', [[], [6]])];
    const both = one('Clip', [3], ['min', 'max']);
    expect((await run([-5, 1, 9], ...both, bounds)).values).toEqual([0, 1, 6]);
    const { values, found } = await run([-5, 1, 9], ...one('Clip', [3], ['min']), bounds);
    expect([values, found.nodes.at(-1)?.operation]).toEqual([
      [0, 1, 9],
      { kind: 'activation', activation: { name: 'relu' } },
    ]);
  });

  test.each<[string, Uint8Array[], number[], object]>([
    ['Elu', [floatAttribute('alpha', 0.5)], [-0.3160603, 2], { name: 'elu', alpha: 0.5, scale: 1, rate: 1 }],
    ['Selu', [], [-1.1113307, 2.101402], SELU],
    [
      'Selu',
      [floatAttribute('alpha', 2), floatAttribute('gamma', 0.5)],
      [-0.6321206, 1],
      { alpha: 2, scale: 0.5 },
    ],
    ['Celu', [floatAttribute('alpha', 0.5)], [-0.4323324, 2], { name: 'elu', alpha: 0.5, scale: 1, rate: 2 }],
    ['Mish', [], [-0.3034014, 1.943959], { name: 'mish' }],
    ['Softplus', [], [0.3132617, 2.126928], { name: 'softplus', beta: 1, threshold: Infinity }],
    ['Softsign', [], [-0.5, 0.6666667], { name: 'softsign' }],
    ['Shrink', [floatAttribute('lambd', 1.5)], [0, 2], { name: 'shrink', lambda: 1.5, bias: 0 }],
    ['Shrink', [floatAttribute('bias', 0.25)], [-0.75, 1.75], { name: 'shrink', lambda: 0.5, bias: 0.25 }],
    ['ThresholdedRelu', [], [0, 2], { name: 'threshold', threshold: 1, value: 0 }],
    ['HardSigmoid', [], [0.3, 0.9], { name: 'hardsigmoid', alpha: 0.2, beta: 0.5 }],
    ['HardSwish', [], [-0.3333333, 1.6666667], { name: 'hardswish' }],
    ['Swish', [floatAttribute('alpha', 2)], [-0.1192029, 1.9640276], { name: 'swish', beta: 2 }],
  ])('%s of -1 and 2 is what the standard says, %#', async (operator, attributes, expected, activation) => {
    const { values, found } = await run([-1, 2], ...one(operator, [2], [], ...attributes), [], 24);
    expect(worst(values, expected)).toBeLessThan(2e-7);
    expect(found.nodes.at(-1)?.operation).toMatchObject({ kind: 'activation', activation });
  });

  test('PRelu has its slopes as a parameter, whatever they are along', async () => {
    const units = await run([-1, 2], ...one('PRelu', [2], ['s']), [floats('s', [[2], [0.5, 3]])]);
    expect([units.values, units.found.nodes.at(-1)?.operation]).toEqual([
      [-0.5, 2],
      { kind: 'prelu', weight: 's', aligned: 'last' },
    ]);
    expect((await run([-1, -2], ...one('PRelu', [2], ['s']), [floats('s', [[1], [0.5]])])).values).toEqual([
      -0.5, -1,
    ]);
    const channels = floats('s', [
      [1, 2, 1],
      [0.5, 3],
    ]);
    expect((await run([-1, -2, -3, 4], ...one('PRelu', [2, 2], ['s']), [channels])).values).toEqual([
      -0.5, -1, -9, 4,
    ]);
  });

  test('nonlinearities that are written out are one', async () => {
    const written = async (nodes: Parameters<typeof graphModel>[1], numbers: Record<string, number>) => {
      const tensors = Object.entries(numbers).map(([name, value]) => floats(name, [[], [value]]));
      const { values, found } = await run([-1, 2], ['n', 2], nodes, tensors);
      return [
        found.nodes.length,
        found.nodes.at(-1)?.operation,
        values.map((value) => Number(value.toFixed(5))),
      ];
    };
    const of = (activation: object, ...values: number[]) => [2, { kind: 'activation', activation }, values];
    const negated = [node('Neg', ['x'], ['m']), node('Softplus', ['m'], ['s']), node('Neg', ['s'], ['y'])];
    expect(await written(negated, {})).toEqual(of({ name: 'log_sigmoid' }, -1.31326, -0.12693));
    const line = [
      node('Mul', ['x', 'a'], ['m']),
      node('Add', ['m', 'b'], ['s']),
      node('Clip', ['s', 'zero', 'one'], ['y']),
    ];
    expect(await written(line, { a: 0.25, b: 0.5, zero: 0, one: 1 })).toEqual(
      of({ name: 'hardsigmoid', alpha: 0.25, beta: 0.5 }, 0.25, 1),
    );
    const scaled = [
      node('Mul', ['x', 'a'], ['m']),
      node('Softplus', ['m'], ['s']),
      node('Div', ['s', 'a'], ['y']),
    ];
    expect(await written(scaled, { a: 0.5 })).toEqual(
      of({ name: 'softplus', beta: 0.5, threshold: Infinity }, 0.94815, 2.62652),
    );
    const soft = [node('Exp', ['x'], ['e']), node('Add', ['e', 'a'], ['s']), node('Log', ['s'], ['y'])];
    expect(await written(soft, { a: 1 })).toEqual(
      of({ name: 'softplus', beta: 1, threshold: Infinity }, 0.31326, 2.12693),
    );
    const kept = [node('Greater', ['x', 'a'], ['m']), node('Where', ['m', 'x', 'b'], ['y'])];
    expect(await written(kept, { a: 0.5, b: -3 })).toEqual(
      of({ name: 'threshold', threshold: 0.5, value: -3 }, -3, 2),
    );
  });

  test('Split into even parts, sizes of an attribute, of an input', async () => {
    const join = node('Concat', ['b', 'a'], ['y'], integers('axis', 1));
    const split = (...rest: Parameters<typeof node>[3][]) =>
      node('Split', ['x'], ['a', 'b'], integers('axis', 1), ...rest);
    expect((await run([1, 2, 3, 4], ['n', 4], [split(), join])).values).toEqual([3, 4, 1, 2]);
    const sized = split(integers('split', [1, 3]));
    expect((await run([1, 2, 3, 4], ['n', 4], [sized, join], [], 11)).values).toEqual([2, 3, 4, 1]);
    const given = node('Split', ['x', 's'], ['a', 'b'], integers('axis', 1));
    expect((await run([1, 2, 3, 4], ['n', 4], [given, join], [whole('s', [3, 1])])).values).toEqual([
      4, 1, 2, 3,
    ]);
  });
});

describe('softmax', () => {
  // Behind it stands a reshape, so that it is no output that is left off.
  const graph = (...attributes: Uint8Array[]) => [
    node('Softmax', ['x'], ['s'], ...attributes),
    node('Reshape', ['s', 'to'], ['y']),
  ];
  const e = Math.E;
  const x = [1, 1, 0, 0];
  const all = [e, e, 1, 1].map((value) => value / (2 * e + 2));

  test('before version 13 it goes over all axes from one on', async () => {
    for (const attributes of [[], [integers('axis', 1)]]) {
      const { values } = await run(x, ['n', 2, 2], graph(...attributes), [whole('to', [-1, 4])], 11);
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(all[i] ?? NaN, 6);
    }
  });

  test('from version 13 over one, by default the last', async () => {
    const over = async (axis: number) =>
      (await run(x, ['n', 2, 2], graph(integers('axis', axis)), [whole('to', [0, -1])])).values;
    expect(await over(-1)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect((await over(1))[0]).toBeCloseTo(e / (e + 1), 6);
  });
});

describe('windows', () => {
  const image = [1, 1, 5, 5] as const;
  const filter = floats('w', [[1, 1, 3, 3], new Array<number>(9).fill(1)]);
  const shapeOf = async (operator: string, ...attributes: Uint8Array[]) => {
    const inputs = operator === 'Conv' ? ['w'] : [];
    const [, nodes] = one(operator, [], inputs, ...attributes);
    const found = (await network(['n', ...image.slice(1)], nodes, [filter])).network;
    return found.nodes.at(-1);
  };
  const square = integers('kernel_shape', [2, 2]);
  const strides = integers('strides', [2, 2]);

  test('auto_pad', async () => {
    const same = await shapeOf('Conv', textAttribute('auto_pad', 'SAME_UPPER'), strides);
    expect([same?.shape, same?.operation]).toEqual([
      [1, 3, 3],
      expect.objectContaining({ pads: [1, 1, 1, 1] }),
    ]);
    const upper = await shapeOf('MaxPool', textAttribute('auto_pad', 'SAME_UPPER'), square, strides);
    expect(upper?.operation).toMatchObject({ pads: [0, 0, 1, 1] });
    const lower = await shapeOf('MaxPool', textAttribute('auto_pad', 'SAME_LOWER'), square, strides);
    expect(lower?.operation).toMatchObject({ pads: [1, 1, 0, 0] });
    expect((await shapeOf('Conv', textAttribute('auto_pad', 'VALID')))?.shape).toEqual([1, 3, 3]);
  });

  test('ceil_mode and count_include_pad', async () => {
    expect((await shapeOf('MaxPool', square, strides))?.shape).toEqual([1, 2, 2]);
    expect((await shapeOf('MaxPool', square, strides, integers('ceil_mode', 1)))?.shape).toEqual([1, 3, 3]);
    const pads = integers('pads', [1, 1, 1, 1]);
    const counted = await shapeOf('AveragePool', square, pads, integers('count_include_pad', 1));
    expect(counted?.operation).toMatchObject({ mode: 'average', countPads: true, pads: [1, 1, 1, 1] });
  });
});

test('constants are folded: Shape, Gather, Concat, Reshape and the like', async () => {
  const nodes = [
    node('Shape', ['x'], ['shape']),
    node('Gather', ['shape', 'first'], ['n']),
    node('Mul', ['n', 'one'], ['n1']),
    node('Concat', ['n1', 'rest'], ['to'], integers('axis', 0)),
    node('Reshape', ['x', 'to'], ['flat']),
    node('ConstantOfShape', ['to2'], ['zeros']),
    node('Range', ['from', 'limit', 'step'], ['range']),
    node('Cast', ['range'], ['scale'], integers('to', 1)),
    node('Mul', ['flat', 'scale'], ['scaled']),
    node('Add', ['scaled', 'zeros'], ['y']),
  ];
  const scalar = (name: string, value: number) => tensorProto(name, 'i64', [], field(7, varint(value)));
  const constants = [whole('first', [0]), whole('one', [1]), whole('rest', [-1]), whole('to2', [1, 4])];
  const range = [scalar('from', 1), scalar('limit', 5), scalar('step', 1)];
  const { values } = await run([1, 1, 2, 2], ['n', 2, 2], nodes, [...constants, ...range]);
  expect(values).toEqual([1, 2, 6, 8]);
});

test('what is one operation in several steps is one', async () => {
  const kinds = async (nodes: Uint8Array[], constants: Uint8Array[] = []) => {
    const found = (await network(['n', 4], nodes, constants)).network;
    return found.nodes.map(({ operation }) =>
      operation.kind === 'activation' ? operation.activation.name : operation.kind,
    );
  };
  expect(await kinds([node('Sigmoid', ['x'], ['s']), node('Mul', ['s', 'x'], ['y'])])).toEqual([
    'input',
    'silu',
  ]);
  const number = (name: string, value: number) => floats(name, [[], [value]]);
  const tanh = [
    node('Pow', ['x', 'three'], ['cube']),
    node('Mul', ['cube', 'c'], ['small']),
    node('Add', ['x', 'small'], ['sum']),
    node('Mul', ['sum', 'root'], ['inner']),
    node('Tanh', ['inner'], ['t']),
    node('Add', ['t', 'one'], ['gate']),
    node('Mul', ['x', 'half'], ['halved']),
    node('Mul', ['halved', 'gate'], ['y']),
  ];
  const numbers = { three: 3, c: 0.044715, root: Math.sqrt(2 / Math.PI), one: 1, half: 0.5 };
  const constants = Object.entries(numbers).map(([name, value]) => number(name, value));
  expect(await kinds(tanh, constants)).toEqual(['input', 'gelu']);
  // Other numbers are another function.
  const other = [...constants.slice(1), number('three', 2)];
  expect(await kinds(tanh, other)).toContain('tanh');
});

describe('what cannot be read is named with its node', () => {
  const refuses = async (message: string | RegExp, ...graph: Parameters<typeof graphModel>) => {
    await expect(network(...graph)).rejects.toThrow(InputError);
    await expect(network(...graph)).rejects.toThrow(message);
  };

  test('operators', async () => {
    await refuses('node "/LSTM" is of the operator LSTM', ...one('LSTM', [4], []));
    const foreign = Buffer.concat([node('Gelu', ['x'], ['y']), field(7, 'com.microsoft')]);
    await refuses('the operator com.microsoft.Gelu', ['n', 4], [foreign]);
    await refuses('"/Sin" (Sin) is not an operator', ...one('Sin', [4], []));
    await refuses('"/Exp" is an exponential of values that depend on the input', ...one('Exp', [4], []));
    const root = [node('Sqrt', ['x'], ['r']), node('Relu', ['r'], ['y'])];
    await refuses('"/Sqrt" is a square root of values that depend on the input', ['n', 4], root);
  });

  test('samples that mix', async () => {
    await refuses('goes over the samples', ...one('ReduceMean', [4], [], integers('axes', [0])));
    await refuses('works along the samples', ...one('Concat', [4], ['x'], integers('axis', 0)));
    await refuses('the first axis of "y" is not the samples', ...one('Transpose', [4], []));
    await refuses(
      '(Reshape) makes [4, -1]',
      ['n', 3],
      [node('Reshape', ['x', 'to'], ['y'])],
      [whole('to', [4, -1])],
    );
  });

  test('shapes that do not fit', async () => {
    const weight = floats('w', [
      [3, 2],
      [1, 2, 3, 4, 5, 6],
    ]);
    await refuses('(MatMul) takes 3 inputs', ...one('MatMul', [4], ['w']), [weight]);
    await refuses('(Add) ', ...one('Add', [4], ['w']), [weight]);
    await refuses('leaves its shape open', ['n', 'width'], [node('Relu', ['x'], ['y'])]);
    await refuses('which no node before it gives', ['n', 4], [node('Relu', ['z'], ['y'])]);
    await refuses('there are two values "x"', ['n', 4], [node('Relu', ['x'], ['x'])]);
    const huge = [whole('to', [1, 2 ** 40])];
    await refuses(
      'is too large',
      ['n', 4],
      [node('ConstantOfShape', ['to'], ['c']), node('Add', ['x', 'c'], ['y'])],
      huge,
    );
  });
});
