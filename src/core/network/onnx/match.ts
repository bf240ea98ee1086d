import { basename } from 'node:path';
import { InputError } from '../../base/error';
import { nearestName, quote } from '../../base/text';
import type { Checkpoint, OnnxNode, TensorInfo } from '../../checkpoint/checkpoint';
import { stripWrappers } from '../network';
import type { TensorSource } from './graph-value';
import { PARAMETER_INPUTS } from '../../checkpoint/formats/onnx/held-tensors';

/** Counts batches in training; nothing is computed with it. */
const COUNTER = /(^|[.])num_batches_tracked$/;

const NAMES_REMEDY =
  'Export it so that every parameter stays what it is: torch.onnx.export(model.eval(), …, dynamo=True, optimize=False), ' +
  'or with dynamo=False, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE';

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
  const tensors = [...checkpoint.tensors.values()];
  const weights = tensors.filter(({ role }) => role === 'weight');
  // A graph may compute a weight from its parts itself, e.g. apply the mask of pruning.
  const candidates = byShortName(tensors.filter(({ role }) => role !== 'other'));
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
  const unused = weights.filter(
    ({ name, computed }) => !taken.has(name) && !COUNTER.test(name) && computed === undefined,
  );
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
    nodes.some(({ operator, inputs }) =>
      PARAMETER_INPUTS.get(operator)?.some((index) => inputs[index] === name),
    )
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

/**
 * Refuses a graph in which a layer has lost some of its parameters, or a convolution has taken in its batch norm: names are
 * the same then, and what they mean is not.
 * @param used names of the checkpoint's tensors that the graph uses
 * @param unused the others
 */
function refuseMergedLayers(onnx: Checkpoint, used: readonly string[], unused: readonly TensorInfo[]): void {
  const modules = new Set(used.flatMap(modulesOf));
  const layers = new Set(used.map(parentOf));
  for (const { name } of unused) {
    const layer = parentOf(name);
    const isBatchNorm = name.endsWith('running_mean');
    if (layer === '' || !(isBatchNorm ? modules.has(parentOf(layer)) : layers.has(layer))) continue;
    const merged = isBatchNorm
      ? 'its exporter has merged that batch norm with another layer'
      : 'other tensors of that layer it does';
    throw new InputError(
      onnx.path,
      `the graph does not use ${quote(name)} of the checkpoint: ${merged}`,
      NAMES_REMEDY,
    );
  }
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

/** The modules a tensor is in, the network itself being "". */
function modulesOf(name: string): string[] {
  const modules = [];
  for (let module = parentOf(name); module !== ''; module = parentOf(module)) modules.push(module);
  return [...modules, ''];
}

/**
 * Refuses a graph that uses one tensor where the checkpoint has two that differ: exporters store parameters of equal values
 * once, as those of a network that is not trained are.
 * @param matches the checkpoint's tensor by the name of an initializer
 * @param unused tensors of the checkpoint that the graph does not use
 */
async function refuseMergedValues(
  checkpoint: Checkpoint,
  onnx: Checkpoint,
  nodes: readonly OnnxNode[],
  matches: ReadonlyMap<string, TensorInfo>,
  unused: readonly TensorInfo[],
): Promise<void> {
  const uses = new Map<string, number>();
  for (const { inputs } of nodes) for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const [name, info] of matches) {
    if ((uses.get(name) ?? 0) < 2) continue;
    for (const other of unused) {
      if (String(other.shape) !== String(info.shape)) continue;
      const [a, b] = [await checkpoint.read(info.name), await checkpoint.read(other.name)];
      if (a.data.every((value, i) => value === b.data[i])) continue;
      throw new InputError(
        onnx.path,
        `the graph uses ${quote(info.name)} of ${basename(checkpoint.path)} in several places and ${quote(other.name)} in none, which hold different values: its exporter has stored equal parameters once`,
        'Export it from a trained network, whose parameters all differ',
      );
    }
  }
}
