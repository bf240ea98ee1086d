import { activationOperators } from './activation-operators';
import { constantOperators } from './constant-operators';
import { elementwiseOperators } from './elementwise-operators';
import { imageOperators } from './image-operators';
import { layerOperators } from './layer-operators';
import type { Operator } from './operator-call';
import { reduceOperators } from './reduce-operators';
import { reshapeOperators } from './reshape-operators';
import { selectionOperators } from './select-operators';

/** What every operator means, by its name in ONNX. Source: onnx.ai/onnx/operators. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    activationOperators,
    elementwiseOperators,
    imageOperators,
    constantOperators,
    layerOperators,
    reduceOperators,
    reshapeOperators,
    selectionOperators,
  ].flatMap((group) => Object.entries(group)),
);
