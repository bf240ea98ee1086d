import type { ScriptAttribute, ScriptObject } from '../../checkpoint/checkpoint';
import type { TensorCell } from '../aten/tensor-cell';

/** A name of the program's libraries: "torch.add", "__torch__.torch.nn.functional.relu". */
export class Reference {
  constructor(readonly name: string) {}
}

/** A dictionary of the program. */
export type ScriptDictionary = Map<ScriptValue, ScriptValue>;

/** What an expression of the program is worth. Lists and tuples are arrays. */
export type ScriptValue =
  null | boolean | number | string | TensorCell | ScriptValue[] | ScriptDictionary | ScriptObject | Reference;

export function isObject(value: ScriptAttribute | ScriptValue): value is ScriptObject {
  return typeof value === 'object' && value !== null && 'className' in value;
}
