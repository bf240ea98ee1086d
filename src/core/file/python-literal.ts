/** A Python literal. Tuples become arrays; the keys of dictionaries are text. */
export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<string, Literal>;

/** Deeper than any structured dtype. */
const MAX_DEPTH = 16;
const TOKEN = /\s*(?:([[\](){},:])|u?'([^'\\]*)'|u?"([^"\\]*)"|(True|False|None)|(-?\d+)L?)\s*/y;

/**
 * Parses a Python literal as ast.literal_eval does. Known are strings without escapes, whole numbers, True, False, None,
 * tuples, lists and dictionaries: what the headers of NumPy files are made of.
 * @throws SyntaxError
 */
export function parseLiteral(text: string): Literal {
  const parser = new Parser(text);
  const value = parser.value(0);
  if (!parser.atEnd()) throw new SyntaxError('more follows the value');
  return value;
}

type Token = { readonly mark: string } | { readonly value: string | number | boolean | null };

class Parser {
  private at = 0;
  private token: Token | undefined;

  constructor(private readonly text: string) {
    this.advance();
  }

  atEnd(): boolean {
    return this.token === undefined && this.at === this.text.length;
  }

  value(depth: number): Literal {
    if (depth > MAX_DEPTH) throw new SyntaxError('nested too deeply');
    const token = this.advance();
    if (token === undefined) throw new SyntaxError(`unexpected text at ${this.at}`);
    if ('value' in token) return token.value;
    if (token.mark === '[') return this.items(']', depth);
    if (token.mark === '(') return this.items(')', depth);
    if (token.mark === '{') return this.entries(depth);
    throw new SyntaxError(`unexpected ${token.mark}`);
  }

  private items(close: string, depth: number): readonly Literal[] {
    const items: Literal[] = [];
    while (!this.take(close)) {
      items.push(this.value(depth + 1));
      if (!this.take(',')) {
        this.expect(close);
        break;
      }
    }
    return items;
  }

  private entries(depth: number): ReadonlyMap<string, Literal> {
    const entries = new Map<string, Literal>();
    while (!this.take('}')) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' || entries.has(key))
        throw new SyntaxError('a key is no text, or there twice');
      this.expect(':');
      entries.set(key, this.value(depth + 1));
      if (!this.take(',')) {
        this.expect('}');
        break;
      }
    }
    return entries;
  }

  private take(mark: string): boolean {
    if (this.token === undefined || !('mark' in this.token) || this.token.mark !== mark) return false;
    this.advance();
    return true;
  }

  private expect(mark: string): void {
    if (!this.take(mark)) throw new SyntaxError(`${mark} expected`);
  }

  /** Moves to the next token and returns the one it was at. */
  private advance(): Token | undefined {
    const current = this.token;
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (match === null) {
      this.token = undefined;
      return current;
    }
    this.at = TOKEN.lastIndex;
    const [, mark, single, double, word, digits] = match;
    if (mark !== undefined) this.token = { mark };
    else if (digits !== undefined) this.token = { value: Number(digits) };
    else if (word !== undefined) this.token = { value: word === 'None' ? null : word === 'True' };
    else this.token = { value: single ?? double ?? '' };
    return current;
  }
}
