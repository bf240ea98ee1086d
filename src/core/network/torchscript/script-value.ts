import type { ScriptObject } from '../../checkpoint/checkpoint';
import { type AtenValue, ForeignValue } from '../aten/tensor-cell';

/** A name of the program's libraries: "torch.add", "__torch__.torch.nn.functional.relu". */
export class Reference extends ForeignValue {
  readonly what = 'a function';

  constructor(readonly name: string) {
    super();
  }
}

/** A module of the program. */
export class Instance extends ForeignValue {
  readonly what = 'a module';

  constructor(readonly object: ScriptObject) {
    super();
  }
}

/** A dictionary of the program. */
export class Dictionary extends ForeignValue {
  readonly what = 'a dictionary';

  constructor(readonly entries: ReadonlyMap<AtenValue, AtenValue>) {
    super();
  }
}
