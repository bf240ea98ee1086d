import { basename } from 'node:path';
import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';
import type { OnnxNode } from '../../checkpoint/onnx/graph';

export const NAMES_REMEDY =
  'Export it so that every parameter stays what it is: torch.onnx.export(model.eval(), …, dynamo=True, optimize=False), ' +
  'or with dynamo=False, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE';

/**
 * Refuses a graph in which a layer has lost some of its parameters, or a convolution has taken in its batch norm: names are
 * the same then, and what they mean is not.
 * @param used names of the checkpoint's tensors that the graph uses
 * @param unused the others
 */
export function refuseMergedLayers(
  onnx: Checkpoint,
  used: readonly string[],
  unused: readonly TensorInfo[],
): void {
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
export async function refuseMergedValues(
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
