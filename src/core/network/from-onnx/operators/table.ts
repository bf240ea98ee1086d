import type { Operator } from '../call';
import { activationOperators } from './activation';
import { elementwiseOperators } from './elementwise';
import { functionOperators } from './functions';
import { imageOperators } from './image';
import { knownOperators } from './known';
import { linearOperators } from './linear';
import { normOperators } from './norm';
import { padOperator } from './pad';
import { reductionOperators } from './reduce';
import { reshapeOperators } from './reshape';
import { selectionOperators } from './select';

/** What every operator means, by its name in ONNX. Source: onnx.ai/onnx/operators. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    activationOperators,
    elementwiseOperators,
    functionOperators,
    imageOperators,
    knownOperators,
    linearOperators,
    normOperators,
    { Pad: padOperator },
    reductionOperators,
    reshapeOperators,
    selectionOperators,
  ].flatMap((group) => Object.entries(group)),
);
