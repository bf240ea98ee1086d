import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { Network } from '../network';
import { networkFromGraph } from '../onnx/from-onnx';
import { batchAlong } from '../onnx/graph-value';
import { TENSORFLOW_OPERATORS } from './tensorflow-operators';

/**
 * The network that a TensorFlow graph is, as graph models of TF.js hold it. Images come in with their channels first, as data
 * sets are read, and are turned for the graph.
 * @throws InputError naming the node that cannot be read, and why
 */
export function networkFromTensorflow(checkpoint: Checkpoint): Promise<Network> {
  return networkFromGraph(checkpoint, {
    operators: TENSORFLOW_OPERATORS,
    source: 'the TensorFlow graph',
    input(draft, [samples = 1, ...sizes]) {
      const [height, width, channels] = sizes;
      if (height === undefined || width === undefined || channels === undefined || sizes.length !== 3)
        return draft.input([samples, ...sizes], batchAlong(0));
      const image = draft.input([samples, channels, height, width], batchAlong(0));
      return draft.add('input', { kind: 'transpose', permutation: [1, 2, 0] }, [image.node], batchAlong(0));
    },
  });
}
