import type { Operator } from '../call';
import { activations } from './activation';
import { elementwise } from './elementwise';
import { functions } from './functions';
import { images } from './image';
import { known } from './known';
import { linear } from './linear';
import { norms } from './norm';
import { pad } from './pad';
import { reductions } from './reduce';
import { reshapes } from './reshape';
import { selections } from './select';

/** What every operator means, by its name in ONNX. Source: onnx.ai/onnx/operators. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    activations,
    elementwise,
    functions,
    images,
    known,
    linear,
    norms,
    { Pad: pad },
    reductions,
    reshapes,
    selections,
  ].flatMap((group) => Object.entries(group)),
);
