/** What torch.jit.save's code can say: expressions, statements, functions and classes. */
export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'value'; readonly value: number | string | boolean | null }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | {
      readonly kind: 'call';
      readonly callee: Expression;
      readonly args: readonly Expression[];
      readonly named: readonly (readonly [name: string, value: Expression])[];
    }
  | { readonly kind: 'subscript'; readonly of: Expression; readonly index: Expression }
  | {
      readonly kind: 'slice';
      readonly start: Expression | null;
      readonly end: Expression | null;
      readonly step: Expression | null;
    }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    };

export type Statement = { readonly line: number } & (
  | {
      readonly kind: 'assign';
      readonly targets: readonly Expression[];
      readonly unpacks: boolean;
      readonly value: Expression;
    }
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'return'; readonly value: Expression | null }
  | { readonly kind: 'raise' }
  | { readonly kind: 'if'; readonly condition: Expression; readonly yes: Block; readonly no: Block }
  | { readonly kind: 'while'; readonly condition: Expression; readonly body: Block }
  | { readonly kind: 'for'; readonly name: string; readonly items: Expression; readonly body: Block }
  | { readonly kind: 'pass' | 'break' | 'continue' }
);
export type Block = readonly Statement[];

export interface FunctionSource {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly default: Expression | null }[];
  readonly body: Block;
}

export interface ClassSource {
  readonly name: string;
  readonly methods: ReadonlyMap<string, FunctionSource>;
  /** What the class says of itself: `eps : Final[float] = 1e-05`, `__forward_hooks__ = [...]`. */
  readonly constants: ReadonlyMap<string, Expression>;
}

/** One file of code. */
export interface CodeFile {
  readonly classes: ReadonlyMap<string, ClassSource>;
  readonly functions: ReadonlyMap<string, FunctionSource>;
}
