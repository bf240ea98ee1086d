import { basename } from 'node:path';
import { InputError } from '../../base/error';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { Shape } from '../../tensor/shape';
import { type AtenProgram, networkOfProgram, type ProgramNetwork } from '../aten/from-program';
import { programOfExport } from '../export/from-export';
import type { Network } from '../network';
import { ownTensors } from '../onnx/graph-value';
import { matchTensors } from '../onnx/match';
import { programOfScript } from '../torchscript/from-torchscript';

/**
 * The network of a TorchScript file or of a torch.export archive, with the parameters it holds.
 * @param sampleShape of the data, where it is known
 * @returns null where it takes the shape of a sample to tell, and none was given
 * @throws InputError naming the place in the program that cannot be read
 */
export async function networkFromTorch(checkpoint: Checkpoint, sampleShape?: Shape): Promise<Network | null> {
  const { program, source } = programOf(checkpoint);
  const found = await networkOfProgram(program, ownTensors(checkpoint), sampleShape);
  return found && asNetwork(found, `the ${source}`, []);
}

/**
 * The network whose graph is a TorchScript file's or a torch.export archive's and whose parameters are another checkpoint's,
 * matched by name.
 * @throws InputError as networkFromTorch, and naming a parameter of the graph that the checkpoint does not have
 */
export async function networkFromTorchFor(
  checkpoint: Checkpoint,
  graph: Checkpoint,
  sampleShape?: Shape,
): Promise<Network | null> {
  const { program, source: kind } = programOf(graph);
  // Which tensors are used is known once the program was followed with its own.
  const own = await networkOfProgram(program, ownTensors(graph), sampleShape);
  if (own === null) return null;
  // A tensor that was saved once for several names is used under one of them, and the same in the checkpoint.
  const uses = new Map([...own.uses.keys()].map((name) => [name, 1]));
  const use = { kind, remedy: OTHER_NETWORK, uses, isWeight: () => true };
  const matched = await matchTensors(checkpoint, graph, use);
  const found = await networkOfProgram(program, matched.source, sampleShape);
  return found && asNetwork(found, `the ${kind} ${basename(graph.path)}`, matched.account);
}

function asNetwork(
  { nodes, hidden, constants, assumptions, notes, ending }: ProgramNetwork,
  source: string,
  account: readonly string[],
): Network {
  const network = { nodes, hidden, constants, assumptions, notes: [...notes, ...account], source };
  return ending === undefined ? network : { ...network, ending };
}

const OTHER_NETWORK =
  'Save the graph of the network that the checkpoint is of: torch.export.save(torch.export.export(model.eval(), (example,)), "model.pt2")';

function programOf({ path, script, exported }: Checkpoint): { program: AtenProgram; source: string } {
  if (exported !== undefined)
    return { program: programOfExport(path, exported), source: 'torch.export graph' };
  if (script !== undefined) return { program: programOfScript(path, script), source: 'TorchScript code' };
  throw new InputError(path, 'holds no program');
}
