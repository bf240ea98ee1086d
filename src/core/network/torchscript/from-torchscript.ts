import type { ScriptProgram } from '../../checkpoint/checkpoint';
import { InputError } from '../../base/error';
import { OPEN_BATCH } from '../aten/aten-graph';
import type { AtenProgram } from '../aten/from-program';
import { type AtenValue, isTensor } from '../aten/tensor-cell';
import { Evaluator } from './evaluator';
import { Dictionary } from './script-value';

/**
 * The program of a TorchScript file, scripted or traced: the code of `forward` and of all that it calls, followed with shapes.
 * @param path of the file, for messages
 */
export function programOfScript(path: string, script: ScriptProgram): AtenProgram {
  const [traced, ...sample] = script.tracedShape ?? [];
  // A sample without a batch tells nothing of where samples are.
  const isTraced = traced !== undefined && sample.length > 0;
  return {
    path,
    batches: isTraced && traced > 0 ? [OPEN_BATCH, traced] : [OPEN_BATCH],
    sample: isTraced ? sample : null,
    async follow(graph, input) {
      return outputOf(path, await new Evaluator(graph, script).forward(input));
    },
  };
}

/** What forward gives, as tensors. */
function outputOf(path: string, output: AtenValue): AtenValue {
  const tensors = (values: Iterable<AtenValue>): AtenValue[] =>
    [...values].flatMap((value): AtenValue[] =>
      isTensor(value) ? [value] : Array.isArray(value) ? value.filter(isTensor) : [],
    );
  if (isTensor(output)) return output;
  if (Array.isArray(output)) return tensors(output);
  if (output instanceof Dictionary) return tensors(output.entries.values());
  throw new InputError(path, 'its forward gives no tensor');
}
