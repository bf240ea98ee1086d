import { basename } from 'node:path';
import { InputError } from '../../base/error';
import { nearestName, quote } from '../../base/text';
import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';
import type { OnnxNode } from '../../checkpoint/onnx/graph';
import { stripWrappers } from '../names';
import { NAMES_REMEDY, refuseMergedLayers, refuseMergedValues } from './merged';
import type { TensorSource } from './source';

/** The inputs at which these operators take parameters. */
const PARAMETERS = new Map<string, readonly number[]>([
  ['Gemm', [1, 2]],
  ['MatMul', [0, 1]],
  ['Conv', [1, 2]],
  ['BatchNormalization', [1, 2, 3, 4]],
  ['LayerNormalization', [1, 2]],
]);

/**
 * The tensors of an ONNX graph with values from another checkpoint: floating-point initializers by name, wrappers such as
 * "module." aside; what has no namesake and is no weight stays what it is.
 * @param nodes what is needed of the graph
 * @throws InputError where a weight has no namesake, or one of another shape, or the exporter has changed what parameters mean
 */
export async function matchTensors(
  checkpoint: Checkpoint,
  onnx: Checkpoint,
  nodes: readonly OnnxNode[],
): Promise<{ source: TensorSource; account: string[] }> {
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
  const taken = new Set([...matches.values()].map(({ name }) => name));
  const unused = weights.filter(({ name }) => !taken.has(name) && !COUNTER.test(name));
  refuseMergedLayers(onnx, [...taken], unused);
  await refuseMergedValues(checkpoint, onnx, nodes, matches, unused);
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
    account: accountOf(basename(onnx.path), taken.size, constants, unused),
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
  const close = nearestName(name, [...candidates.keys()]);
  const alike = [...candidates].filter(([, info]) => String(info.shape) === String(shape));
  const near = [...new Set([...(close === null ? [] : [close]), ...alike.map(([short]) => short)])];
  const listed = near.length === 0 ? '' : `; the nearest there are ${near.slice(0, 3).map(quote).join(', ')}`;
  return new InputError(
    onnx.path,
    `its parameter ${quote(name)} [${shape.join(', ')}] is not in ${basename(checkpoint.path)}${listed}`,
    NAMES_REMEDY,
  );
}

/** Counts batches in training; nothing is computed with it. */
const COUNTER = /(^|[.])num_batches_tracked$/;

function accountOf(
  graph: string,
  matched: number,
  constants: number,
  unused: readonly TensorInfo[],
): string[] {
  const were = constants === 1 ? 'constant was' : 'constants were';
  const taken = constants === 0 ? '' : `; ${constants} ${were} taken from it`;
  const account = [`${matched} of ${matched} parameters matched by name to the ONNX graph ${graph}${taken}.`];
  if (unused.length > 0) {
    const names = unused.slice(0, 5).map(({ name }) => name);
    const more = unused.length > 5 ? ` and ${unused.length - 5} more` : '';
    account.push(`The graph does not use ${names.join(', ')}${more} of the checkpoint.`);
  }
  return account;
}
