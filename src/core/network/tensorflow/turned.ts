import type { OperatorCall } from '../onnx/operator-call';
import type { VariableValue } from '../onnx/graph-value';
import type { Computed } from '../ops/operation';

// TensorFlow has the channels of images last, and the operations here first. Images are turned for those and back; what
// works on single values is moved before the turn back, so that turns meet and feature maps are seen as such.

const TO_LAST = [1, 2, 0];
const TO_FIRST = [2, 0, 1];

/** The node of an image with its channels first, before it was turned back; null for any other value. */
export function turnedBack(call: OperatorCall, { node, shape }: VariableValue): number | null {
  const found = call.draft.nodes[node];
  const isTurn =
    found?.operation.kind === 'transpose' && String(found.operation.permutation) === String(TO_LAST);
  return isTurn && shape.length === 4 ? (found.inputs[0] ?? null) : null;
}

/** The image [channels, height, width] of a value [samples, height, width, channels]. */
export function channelsFirst(call: OperatorCall, x: VariableValue): number {
  const before = turnedBack(call, x);
  if (before !== null) return before;
  if (x.shape.length !== 4) throw call.refuse(`takes images and is given [${x.shape.slice(1).join(', ')}]`);
  return call.add({ kind: 'transpose', permutation: TO_FIRST }, [x.node], x.batch).node;
}

/** What is computed of images with their channels first, as TensorFlow sees it. */
export function channelsLast(
  call: OperatorCall,
  operation: Computed,
  inputs: readonly number[],
  like: VariableValue,
): VariableValue {
  const { node } = call.add(operation, inputs, like.batch);
  return call.add({ kind: 'transpose', permutation: TO_LAST }, [node], like.batch);
}

/** An operation on single values. */
export function pointwise(call: OperatorCall, operation: Computed, x: VariableValue): VariableValue {
  const before = turnedBack(call, x);
  return before === null
    ? call.add(operation, [x.node], x.batch)
    : channelsLast(call, operation, [before], x);
}
