import { activationOperators } from './activation-operators';
import { elementwiseOperators, functionOperators } from './elementwise-operators';
import { imageOperators } from './image-operators';
import { constantOperators } from './constant-operators';
import { linearOperators, normOperators, reductionOperators } from './linear-operators';
import type { Operator } from './operator-call';
import { reshapeOperators } from './reshape-operators';
import { padOperator, selectionOperators } from './select-operators';

/** What every operator means, by its name in ONNX. Source: onnx.ai/onnx/operators. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    activationOperators,
    elementwiseOperators,
    functionOperators,
    imageOperators,
    constantOperators,
    linearOperators,
    normOperators,
    { Pad: padOperator },
    reductionOperators,
    reshapeOperators,
    selectionOperators,
  ].flatMap((group) => Object.entries(group)),
);
