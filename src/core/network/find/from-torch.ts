import { InputError } from '../../base/error';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { Shape } from '../../tensor/shape';
import { type AtenProgram, networkOfProgram } from '../aten/from-program';
import { programOfExport } from '../export/from-export';
import type { Network } from '../network';
import { ownTensors } from '../onnx/graph-value';
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
  if (found === null) return null;
  const { nodes, hidden, constants, assumptions, notes } = found;
  return { nodes, hidden, constants, assumptions, notes, source };
}

function programOf({ path, script, exported }: Checkpoint): { program: AtenProgram; source: string } {
  if (exported !== undefined)
    return { program: programOfExport(path, exported), source: 'the torch.export graph' };
  if (script !== undefined) return { program: programOfScript(path, script), source: 'the TorchScript code' };
  throw new InputError(path, 'holds no program');
}
