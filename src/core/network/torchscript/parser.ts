import type { Block, ClassSource, CodeFile, Expression, FunctionSource, Statement } from './syntax';
import { SyntaxFault, type Token, tokensOf } from './tokens';

/** How deep expressions and blocks nest at most: people's and PyTorch's go to some tens. */
const MAX_DEPTH = 200;

/** Operators of two operands, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>=', 'in', 'is', 'is not', 'not in'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//', '%', '@'],
];
const UNARY = ['-', '+', '~', 'not'];
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/**
 * The classes and functions of one file of code, which is Python as torch.jit.save writes it. It is read, never run.
 * @throws SyntaxFault at what is not of that part of Python
 */
export function parseCode(source: string): CodeFile {
  return new Parser(tokensOf(source)).file();
}

class Parser {
  #at = 0;
  #depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  file(): CodeFile {
    const classes = new Map<string, ClassSource>();
    const functions = new Map<string, FunctionSource>();
    while (this.#token.kind !== 'end') {
      if (this.#isWord('class')) {
        const found = this.#class();
        if (classes.has(found.name)) throw this.#fault(`there are two classes ${found.name}`);
        classes.set(found.name, found);
      } else if (this.#isWord('def')) {
        const found = this.#function();
        if (functions.has(found.name)) throw this.#fault(`there are two functions ${found.name}`);
        functions.set(found.name, found);
      } else {
        // Old files begin with "op_version_set = 1" and imports.
        this.#skipLine();
        this.#expect('newline');
      }
    }
    return { classes, functions };
  }

  #skipLine(): void {
    while (this.#token.kind !== 'newline' && this.#token.kind !== 'end') this.#at++;
  }

  #class(): ClassSource {
    this.#at++;
    const name = this.#name();
    if (this.#takes('(')) {
      this.#list(')');
    }
    const methods = new Map<string, FunctionSource>();
    const constants = new Map<string, Expression>();
    this.#operator(':');
    this.#expect('newline');
    this.#expect('indent');
    while (this.#token.kind !== 'dedent') {
      if (this.#isWord('def')) {
        const method = this.#function();
        if (methods.has(method.name)) throw this.#fault(`there are two methods ${method.name}`);
        methods.set(method.name, method);
        continue;
      }
      if (this.#isWord('pass')) this.#at++;
      else this.#member(constants);
      this.#expect('newline');
    }
    this.#at++;
    return { name, methods, constants };
  }

  /** `name : type`, `name : type = value`, `name = value`, `__annotations__["0"] = type`. */
  #member(constants: Map<string, Expression>): void {
    const member = this.#expression();
    if (this.#takes(':')) this.#expression();
    if (!this.#takes('=')) return;
    const value = this.#expression();
    if (member.kind === 'name') constants.set(member.name, value);
  }

  #function(): FunctionSource {
    this.#at++;
    const name = this.#name();
    this.#operator('(');
    const parameters: { name: string; default: Expression | null }[] = [];
    while (!this.#takes(')')) {
      if (this.#takes('*')) {
        this.#takes(',');
        continue;
      }
      const parameter = this.#name();
      if (this.#takes(':')) this.#expression();
      parameters.push({ name: parameter, default: this.#takes('=') ? this.#expression() : null });
      if (!this.#takes(',') && !this.#is(')')) throw this.#unexpected();
    }
    if (this.#takes('->')) this.#expression();
    return { name, parameters, body: this.#block() };
  }

  #block(): Statement[] {
    this.#operator(':');
    this.#expect('newline');
    this.#expect('indent');
    return this.#nested(() => {
      const statements: Statement[] = [];
      while (this.#token.kind !== 'dedent') statements.push(this.#statement());
      this.#at++;
      return statements;
    });
  }

  #statement(): Statement {
    const { line, text, kind } = this.#token;
    const word = kind === 'name' ? text : '';
    switch (word) {
      case 'if':
        return { line, ...this.#if() };
      case 'while': {
        this.#at++;
        const condition = this.#expression();
        return { line, kind: 'while', condition, body: this.#block() };
      }
      case 'for': {
        this.#at++;
        const name = this.#name();
        if (!this.#isWord('in')) throw this.#unexpected();
        this.#at++;
        const items = this.#expression();
        return { line, kind: 'for', name, items, body: this.#block() };
      }
      default: {
        const statement = this.#simple(word);
        this.#expect('newline');
        return { line, ...statement };
      }
    }
  }

  #if(): { kind: 'if'; condition: Expression; yes: Block; no: Block } {
    this.#at++;
    const condition = this.#expression();
    const yes = this.#block();
    const { line } = this.#token;
    if (this.#isWord('elif'))
      return { kind: 'if', condition, yes, no: [{ line, ...this.#nested(() => this.#if()) }] };
    if (!this.#isWord('else')) return { kind: 'if', condition, yes, no: [] };
    this.#at++;
    return { kind: 'if', condition, yes, no: this.#block() };
  }

  #simple(word: string): DistributiveOmit<Statement, 'line'> {
    if (word === 'pass' || word === 'break' || word === 'continue') {
      this.#at++;
      return { kind: word };
    }
    if (word === 'return') {
      this.#at++;
      return { kind: 'return', value: this.#token.kind === 'newline' ? null : this.#tuple() };
    }
    if (word === 'raise') {
      this.#at++;
      this.#expression();
      return { kind: 'raise' };
    }
    const start = this.#at;
    const value = this.#tuple();
    const annotated = this.#takes(':');
    if (annotated) this.#expression();
    if (!this.#takes('=')) return { kind: 'expression', value };
    const unpacks = value.kind === 'tuple' && !annotated && this.tokens[start]!.text !== '(';
    const targets = value.kind === 'tuple' && unpacks ? value.items : [value];
    return { kind: 'assign', targets, unpacks, value: this.#tuple() };
  }

  /** `a, b` and `a,` are tuples without parentheses. */
  #tuple(): Expression {
    const first = this.#expression();
    if (!this.#is(',')) return first;
    const items = [first];
    while (this.#takes(',')) {
      if (this.#is('=') || this.#token.kind === 'newline') break;
      items.push(this.#expression());
    }
    return { kind: 'tuple', items };
  }

  #expression(): Expression {
    return this.#nested(() => {
      const yes = this.#binary(0);
      if (!this.#isWord('if')) return yes;
      this.#at++;
      const condition = this.#binary(0);
      if (!this.#isWord('else')) throw this.#unexpected();
      this.#at++;
      return { kind: 'choice', condition, yes, no: this.#expression() };
    });
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let count = 0; ; count++) {
      const operator = this.#binaryOperator(operators);
      if (operator === null) return left;
      if (count > MAX_DEPTH) throw this.#fault('an expression is too long');
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #binaryOperator(operators: readonly string[]): string | null {
    const { kind, text } = this.#token;
    if (kind !== 'operator' && kind !== 'name') return null;
    const next = this.tokens[this.#at + 1]?.text;
    const pair =
      (text === 'is' && next === 'not') || (text === 'not' && next === 'in') ? `${text} ${next}` : text;
    if (!operators.includes(pair)) return null;
    this.#at += pair === text ? 1 : 2;
    return pair;
  }

  #unary(): Expression {
    const { kind, text } = this.#token;
    if ((kind === 'operator' || kind === 'name') && UNARY.includes(text)) {
      this.#at++;
      return this.#nested(() => ({
        kind: 'unary',
        operator: text,
        // In Python `not` takes in a comparison.
        operand: text === 'not' ? this.#binary(2) : this.#unary(),
      }));
    }
    const base = this.#postfix(this.#atom());
    if (!this.#takes('**')) return base;
    return this.#nested(() => ({ kind: 'binary', operator: '**', left: base, right: this.#unary() }));
  }

  /** Attributes, calls and subscripts behind an expression. */
  #postfix(base: Expression): Expression {
    let result = base;
    for (let count = 0; ; count++) {
      if (count > MAX_DEPTH) throw this.#fault('an expression is too long');
      if (this.#takes('.')) result = { kind: 'attribute', of: result, name: this.#name() };
      else if (this.#takes('(')) result = this.#call(result);
      else if (this.#takes('[')) result = { kind: 'subscript', of: result, index: this.#index() };
      else return result;
    }
  }

  #call(callee: Expression): Expression {
    const args: Expression[] = [];
    const named: [string, Expression][] = [];
    while (!this.#takes(')')) {
      const isNamed = this.#token.kind === 'name' && this.tokens[this.#at + 1]?.text === '=';
      if (isNamed) {
        const name = this.#name();
        this.#at++;
        named.push([name, this.#expression()]);
      } else args.push(this.#expression());
      if (!this.#takes(',') && !this.#is(')')) throw this.#unexpected();
    }
    return { kind: 'call', callee, args, named };
  }

  #index(): Expression {
    const part = (): Expression | null => (this.#is(':') || this.#is(']') ? null : this.#expression());
    const start = part();
    if (this.#takes(':')) {
      const end = part();
      const step = this.#takes(':') ? part() : null;
      this.#operator(']');
      return { kind: 'slice', start, end, step };
    }
    if (start === null) throw this.#unexpected();
    if (this.#takes(']')) return start;
    // Types: Tuple[Tensor, Tensor]
    this.#operator(',');
    return { kind: 'tuple', items: [start, ...this.#list(']')] };
  }

  #atom(): Expression {
    const { kind, text } = this.#token;
    this.#at++;
    if (kind === 'number') return { kind: 'value', value: Number(text) };
    if (kind === 'string') return { kind: 'value', value: text };
    if (kind === 'name') {
      const word = WORDS.get(text);
      return word === undefined ? { kind: 'name', name: text } : { kind: 'value', value: word };
    }
    if (kind === 'operator' && text === '(') return this.#parentheses();
    if (kind === 'operator' && text === '[') return { kind: 'list', items: this.#list(']') };
    if (kind === 'operator' && text === '{') return this.#dictionary();
    this.#at--;
    throw this.#unexpected();
  }

  #parentheses(): Expression {
    if (this.#takes(')')) return { kind: 'tuple', items: [] };
    const first = this.#expression();
    if (this.#takes(')')) return first;
    this.#operator(',');
    return { kind: 'tuple', items: [first, ...this.#list(')')] };
  }

  #dictionary(): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.#takes('}')) {
      const key = this.#expression();
      this.#operator(':');
      entries.push([key, this.#expression()]);
      if (!this.#takes(',') && !this.#is('}')) throw this.#unexpected();
    }
    return { kind: 'dictionary', entries };
  }

  /** Up to and with the closing bracket. */
  #list(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#takes(close)) {
      items.push(this.#expression());
      if (!this.#takes(',') && !this.#is(close)) throw this.#unexpected();
    }
    return items;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.#fault('the code is nested too deep');
    const result = read();
    this.#depth--;
    return result;
  }

  get #token(): Token {
    return this.tokens[Math.min(this.#at, this.tokens.length - 1)]!;
  }

  #is(operator: string): boolean {
    const { kind, text } = this.#token;
    return kind === 'operator' && text === operator;
  }

  #isWord(word: string): boolean {
    const { kind, text } = this.#token;
    return kind === 'name' && text === word;
  }

  #takes(operator: string): boolean {
    if (!this.#is(operator)) return false;
    this.#at++;
    return true;
  }

  #operator(operator: string): void {
    if (!this.#takes(operator)) throw this.#unexpected();
  }

  #name(): string {
    const { kind, text } = this.#token;
    if (kind !== 'name') throw this.#unexpected();
    this.#at++;
    return text;
  }

  #expect(kind: 'newline' | 'indent'): void {
    if (this.#token.kind !== kind) throw this.#unexpected();
    this.#at++;
  }

  #unexpected(): SyntaxFault {
    const { kind, text } = this.#token;
    const found =
      kind === 'name' || kind === 'number' || kind === 'operator' ? text.slice(0, 40) : `a ${kind}`;
    return this.#fault(`${found} stands where it cannot`);
  }

  #fault(problem: string): SyntaxFault {
    return new SyntaxFault(problem, this.#token.line);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
