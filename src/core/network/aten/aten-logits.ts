import type { Assumption } from '../../base/assumption';
import { InputError } from '../../base/error';
import type { Draft } from '../onnx/draft';
import { endingNote } from '../ending';
import type { Ending } from '../network';
import { isLeading, type VariableValue } from '../onnx/graph-value';
import { type AtenValue, isTensor } from './tensor-cell';

/** The node that is the logits, what was assumed of it, and what was left off. */
export interface DraftLogits {
  readonly node: number;
  readonly assumptions: readonly Assumption[];
  readonly notes: readonly string[];
  /** What was left off; absent where nothing was. */
  readonly ending?: Ending;
}

/** Outputs of a program that are looked at. */
const MAX_OUTPUTS = 256;

/**
 * The logits among what a program gives: the one tensor, or the one that all others lead to; without a softmax at its end.
 * @param path the program's file, for messages
 * @throws InputError where nothing of the output depends on the input, or it cannot be told which is meant
 */
export function logitsOfOutput(path: string, draft: Draft, output: AtenValue): DraftLogits {
  const found = [...variablesIn(output)];
  const [first] = found;
  if (first === undefined) throw new InputError(path, 'its forward gives nothing that depends on the input');
  const last = found.reduce((latest, value) => (value.node > latest.node ? value : latest), first);
  const before = ancestorsOf(draft, last.node);
  if (found.some(({ node }) => !before.has(node)))
    throw new InputError(
      path,
      `its forward gives ${found.length} tensors, and it cannot be told which of them is the logits`,
      'Save the module that gives the logits alone',
    );
  if (!isLeading(last.batch)) throw new InputError(path, 'the first axis of its output is not the samples');
  const { node, left } = withoutSoftmax(draft, last);
  const assumptions = found.length > 1 ? [lastTaken(found.length)] : [];
  return left === null
    ? { node, assumptions, notes: [] }
    : { node, assumptions, notes: [endingNote(left)], ending: left };
}

function lastTaken(outputs: number): Assumption {
  return {
    name: 'logits',
    says: `Of the ${outputs} tensors that forward gives, the one computed last was taken for the logits.`,
    otherwise: 'With another, loss, accuracy and all downstream measures differ.',
    fix: 'Save a module that gives the logits alone.',
  };
}

/** What a softmax at the end is given. */
function withoutSoftmax(draft: Draft, { node }: VariableValue): { node: number; left: Ending | null } {
  const { operation, inputs } = draft.nodes[node]!;
  const isLog = operation.kind === 'partial' && operation.operator === 'Log';
  const softmax = isLog ? (inputs[0] ?? node) : node;
  const { operation: inner, inputs: logits } = draft.nodes[softmax]!;
  if (inner.kind !== 'softmax' || inner.axis !== 0 || logits[0] === undefined) return { node, left: null };
  return { node: logits[0], left: isLog ? 'LogSoftmax' : 'Softmax' };
}

/** Tensors that depend on the input, one for each node; in lists too, and in lists of those. */
function variablesIn(output: AtenValue): Set<VariableValue> {
  const values = [output].flat(2).slice(0, MAX_OUTPUTS);
  const found = new Map<number, VariableValue>();
  for (const value of values)
    if (isTensor(value) && value.value.kind === 'variable') found.set(value.value.node, value.value);
  return new Set(found.values());
}

function ancestorsOf(draft: Draft, node: number): Set<number> {
  const found = new Set<number>();
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...draft.nodes[next]!.inputs);
  }
  return found;
}
