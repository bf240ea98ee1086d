import { basename } from 'node:path';
import { nearest } from '../../analysis/nearest';
import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';
import type { OnnxNode } from '../../checkpoint/onnx/graph';
import { quote } from '../../checkpoint/quote';
import { InputError } from '../../error';
import { stripWrappers } from '../names';
import type { TensorSource } from './source';

/** The inputs at which these operators take parameters. */
const PARAMETERS = new Map<string, readonly number[]>([
  ['Gemm', [1, 2]],
  ['MatMul', [0, 1]],
  ['Conv', [1, 2]],
  ['BatchNormalization', [1, 2, 3, 4]],
  ['LayerNormalization', [1, 2]],
]);

const REMEDY =
  'Export it so that names survive: torch.onnx.export(model.eval(), …, dynamo=False, do_constant_folding=False, ' +
  'training=torch.onnx.TrainingMode.PRESERVE), which also keeps batch norm apart from convolutions';

/**
 * The tensors of an ONNX graph with values from another checkpoint: floating-point initializers by name, wrappers such as
 * "module." aside; what has no namesake and is no weight stays what it is.
 * @param nodes what is needed of the graph
 * @throws InputError where a weight has no namesake, or one of another shape
 */
export function matchTensors(
  checkpoint: Checkpoint,
  onnx: Checkpoint,
  nodes: readonly OnnxNode[],
): { source: TensorSource; account: string[] } {
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const weights = [...checkpoint.tensors.values()].filter(({ role }) => role === 'weight');
  const candidates = byShortName(weights);
  const initializers = [...onnx.tensors.values()].filter(({ role }) => role === 'weight');
  const matches = new Map<string, TensorInfo>();
  let constants = 0;
  for (const [short, initializer] of byShortName(initializers)) {
    if (!used.has(initializer.name)) continue;
    const found = candidates.get(short);
    if (found === undefined) {
      if (isWeight(initializer, nodes)) throw noNamesake(checkpoint, onnx, initializer, candidates);
      constants++;
    } else {
      checkShape(checkpoint, onnx, found, initializer);
      matches.set(initializer.name, found);
    }
  }
  return {
    source: {
      names: new Set(checkpoint.tensors.keys()),
      tensor(name) {
        const found = matches.get(name);
        if (found !== undefined)
          return { info: found, parameter: found.name, read: () => checkpoint.read(found.name) };
        const info = onnx.tensors.get(name);
        return info && { info, parameter: null, read: () => onnx.read(name) };
      },
    },
    account: accountOf(basename(onnx.path), matches, constants, weights),
  };
}

function byShortName(tensors: readonly TensorInfo[]): Map<string, TensorInfo> {
  const short = stripWrappers(tensors.map(({ name }) => name));
  return new Map(tensors.map((tensor) => [short.get(tensor.name) ?? tensor.name, tensor]));
}

function isWeight({ name, shape }: TensorInfo, nodes: readonly OnnxNode[]): boolean {
  return (
    shape.length >= 2 ||
    nodes.some(({ operator, inputs }) => PARAMETERS.get(operator)?.some((index) => inputs[index] === name))
  );
}

function checkShape(
  checkpoint: Checkpoint,
  onnx: Checkpoint,
  found: TensorInfo,
  initializer: TensorInfo,
): void {
  if (String(found.shape) === String(initializer.shape)) return;
  throw new InputError(
    checkpoint.path,
    `${quote(found.name)} has shape [${found.shape.join(', ')}], and [${initializer.shape.join(', ')}] in ${basename(onnx.path)}`,
    'Export the graph from a network of the same architecture',
  );
}

function noNamesake(
  checkpoint: Checkpoint,
  onnx: Checkpoint,
  { name, shape }: TensorInfo,
  candidates: ReadonlyMap<string, TensorInfo>,
): InputError {
  const close = nearest(name, [...candidates.keys()]);
  const alike = [...candidates]
    .filter(([, info]) => String(info.shape) === String(shape))
    .map(([short]) => short);
  const near = [...new Set([...(close === null ? [] : [close]), ...alike])].slice(0, 3);
  const listed = near.length === 0 ? '' : `; the nearest there are ${near.map(quote).join(', ')}`;
  return new InputError(
    onnx.path,
    `its parameter ${quote(name)} [${shape.join(', ')}] is not in ${basename(checkpoint.path)}${listed}`,
    REMEDY,
  );
}

/** Counts batches in training; nothing is computed with it. */
const COUNTER = /(^|\.)num_batches_tracked$/;

function accountOf(
  graph: string,
  matches: ReadonlyMap<string, TensorInfo>,
  constants: number,
  weights: readonly TensorInfo[],
): string[] {
  const taken =
    constants === 0
      ? ''
      : `; ${constants} ${constants === 1 ? 'constant was' : 'constants were'} taken from it`;
  const account = [
    `${matches.size} of ${matches.size} parameters matched by name to the ONNX graph ${graph}${taken}.`,
  ];
  const used = new Set([...matches.values()].map(({ name }) => name));
  const unused = weights.filter(({ name }) => !used.has(name) && !COUNTER.test(name)).map(({ name }) => name);
  if (unused.length > 0) {
    const more = unused.length > 5 ? ` and ${unused.length - 5} more` : '';
    account.push(`The graph does not use ${unused.slice(0, 5).join(', ')}${more} of the checkpoint.`);
  }
  return account;
}
