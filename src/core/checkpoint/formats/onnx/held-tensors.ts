import { InputError } from '../../../base/error';
import { quote } from '../../../base/text';
import type { Tensor } from '../../../tensor/dtype';
import { type Shape, sizeOf } from '../../../tensor/shape';
import { rowMajorStrides } from '../../../tensor/strides';
import type { OnnxNode, TensorInfo } from '../../checkpoint';
import type { LazyTensor } from '../../lazy';

/** The types that weights have. */
export const FLOATS: ReadonlySet<string> = new Set(['f64', 'f32', 'f16', 'bf16', 'f8_e4m3', 'f8_e5m2']);

/** The inputs at which these operators take parameters. */
export const PARAMETER_INPUTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['Gemm', [1, 2]],
  ['MatMul', [0, 1]],
  ['Conv', [1, 2]],
  ['BatchNormalization', [1, 2, 3, 4]],
  ['LayerNormalization', [1, 2]],
  ['PRelu', [1]],
]);

/** What only changes how a parameter is stored. */
const PASSING = new Set(['Identity', 'Cast', 'CastLike', 'Transpose', 'Reshape', 'Unsqueeze', 'Squeeze']);
/** They take a bias or a scale, of one dimension, on either side. */
const VECTOR_OPERATORS = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** What becomes tensors of the file and what stays of the nodes. */
export interface Held {
  readonly nodes: readonly OnnxNode[];
  /** Called as the values that the nodes gave. */
  readonly tensors: readonly LazyTensor[];
  /** Names of attributes' tensors that are among these now. */
  readonly taken: readonly string[];
  /** Names of tensors that are only what others were quantised with. */
  readonly quantisers: ReadonlySet<string>;
}

/**
 * Nodes that give a parameter and compute nothing, as tensors of their own: a Constant that a layer takes, as some exporters
 * write every weight; the Identity of a tensor, by which PyTorch gives other names to parameters of equal values; and
 * DequantizeLinear of stored integers.
 * @param tensors the initializers
 * @param attributes tensors among the nodes' attributes, by their names
 */
export function heldTensors(
  file: string,
  nodes: readonly OnnxNode[],
  tensors: readonly LazyTensor[],
  attributes: readonly LazyTensor[],
): Held {
  const isParameter = parametersAmong(nodes);
  const byName = new Map(tensors.map((tensor) => [tensor.info.name, tensor]));
  const ofAttributes = new Map(attributes.map((tensor) => [tensor.info.name, tensor]));
  /** Constants that stay nodes: what is dequantised may be in them. */
  const constants = new Map<string, LazyTensor>();
  const held: LazyTensor[] = [];
  const taken: string[] = [];
  const quantisers = new Set<string>();
  const kept = nodes.filter((node) => {
    const [name] = node.outputs;
    if (node.domain !== '' || name === undefined) return true;
    const find = (index: number): LazyTensor | undefined => {
      const input = node.inputs[index] ?? '';
      return byName.get(input) ?? constants.get(input);
    };
    let given: LazyTensor | undefined;
    if (node.operator === 'Constant') {
      const constant = ofAttributes.get(tensorOf(node) ?? '');
      if (constant === undefined) return true;
      if (isParameter({ ...constant.info, name })) {
        given = constant;
        taken.push(constant.info.name);
      } else constants.set(name, constant);
    } else if (node.operator === 'Identity') {
      given = byName.get(node.inputs[0] ?? '');
    } else if (node.operator === 'DequantizeLinear') {
      given = dequantised(file, node, find);
      if (given !== undefined) for (const input of node.inputs) quantisers.add(input);
    }
    if (given === undefined) return true;
    const tensor = { ...given, info: { ...given.info, name } };
    byName.set(name, tensor);
    held.push(tensor);
    return false;
  });
  return { nodes: kept, tensors: held, taken, quantisers };
}

function tensorOf({ attributes }: OnnxNode): string | null {
  const value = attributes.get('value');
  return typeof value === 'object' && value !== null && 'tensor' in value ? value.tensor : null;
}

/** Whether a layer takes a value as its parameter, by the value's name, type and shape. */
function parametersAmong(nodes: readonly OnnxNode[]): (info: TensorInfo) => boolean {
  const [parameters, vectors] = [new Set<string>(), new Set<string>()];
  for (const { operator, domain, inputs, outputs } of nodes.toReversed()) {
    if (domain !== '') continue;
    for (const index of PARAMETER_INPUTS.get(operator) ?? []) parameters.add(inputs[index] ?? '');
    if (VECTOR_OPERATORS.has(operator)) for (const input of inputs) vectors.add(input);
    if (!PASSING.has(operator)) continue;
    const [[input = ''], [output = '']] = [inputs, outputs];
    if (parameters.has(output)) parameters.add(input);
    if (vectors.has(output)) vectors.add(input);
  }
  return ({ name, dtype, shape: [length, ...rest] }) => {
    if (!FLOATS.has(dtype) || length === undefined) return false;
    return parameters.has(name) || (vectors.has(name) && rest.length === 0 && length > 1);
  };
}

/** (x − zero point) · scale, with one scale or one for each place along an axis; undefined where it is not of stored tensors. */
function dequantised(
  file: string,
  { attributes, inputs, outputs: [name = ''] }: OnnxNode,
  find: (index: number) => LazyTensor | undefined,
): LazyTensor | undefined {
  const [x, scale, zero] = [find(0), find(1), find(2)];
  const isShifted = (inputs[2] ?? '') !== '';
  if (x === undefined || scale === undefined || (isShifted && zero === undefined)) return undefined;
  const { shape } = x.info;
  const [given = 1, blocks = 0] = ['axis', 'block_size'].map((key) => {
    const value = attributes.get(key);
    return typeof value === 'number' ? value : undefined;
  });
  const along = alongAxis(scale.info.shape, shape, given);
  if (blocks !== 0 || along === null || (zero && sizeOf(zero.info.shape) !== sizeOf(scale.info.shape)))
    throw new InputError(
      file,
      `${quote(name)} is dequantised in blocks, or by scales that do not fit its shape, [${shape.join(', ')}]`,
      'Export the weights as floating-point numbers',
    );
  return {
    info: { name, dtype: 'f32', shape, role: 'weight' },
    async read() {
      const { data } = await x.read();
      const [scales, zeros] = [await valuesOf(scale), zero === undefined ? null : await valuesOf(zero)];
      const values = Float32Array.from(data, (value, i) => {
        const place = along(i);
        return (value - (zeros?.[place] ?? 0)) * scales[place]!;
      });
      return { shape, data: values };
    },
  };
}

async function valuesOf(tensor: LazyTensor): Promise<Tensor['data']> {
  return (await tensor.read()).data;
}

/** Of an entry, the place of its scale; null where the scales do not fit. @param given the axis, from the end where negative */
function alongAxis(scales: Shape, shape: Shape, given: number): ((entry: number) => number) | null {
  if (sizeOf(scales) === 1) return () => 0;
  const axis = given < 0 ? given + shape.length : given;
  const length = shape[axis];
  if (scales.length !== 1 || length === undefined || scales[0] !== length) return null;
  const stride = rowMajorStrides(shape)[axis]!;
  return (entry) => Math.floor(entry / stride) % length;
}
