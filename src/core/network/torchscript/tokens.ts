/** A part of the source: indentation has become tokens of its own, as in Python. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end';
  /** As it is written; of a string what it says. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** What is wrong in the source, and in which line; whoever reads the file names it. */
export class SyntaxFault extends Error {
  constructor(
    problem: string,
    readonly line: number,
  ) {
    super(problem);
  }
}

/** Tokens of one file: more than any network's, and little enough for memory. */
const MAX_TOKENS = 2_000_000;
const MAX_INDENTS = 100;

const NAME = /[A-Za-z_]\w*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/y;
const OPERATOR = /->|\*\*|\/\/|<<|>>|[=!<>]=|[-+*/%@&|^~<>=()[\]{},:.]/y;
const BLANK = /[ \t\r]*(?:#[^\n]*)?/y;

/**
 * The tokens of what torch.jit.save writes: a part of Python's lexical rules.
 * @throws SyntaxFault at what is none of them
 */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const indents = [0];
  let [at, line, brackets] = [0, 1, 0];
  let startsLine = true;
  const push = (kind: Token['kind'], text: string): void => {
    if (tokens.length >= MAX_TOKENS) throw new SyntaxFault('the code is too long', line);
    tokens.push({ kind, text, line });
  };
  const indent = (width: number): void => {
    const last = (): number => indents.at(-1) ?? 0;
    if (width > last()) {
      if (indents.length > MAX_INDENTS) throw new SyntaxFault('blocks are nested too deep', line);
      indents.push(width);
      push('indent', '');
    }
    while (width < last()) {
      indents.pop();
      push('dedent', '');
    }
    if (width !== last()) throw new SyntaxFault('a line is indented as no line before it', line);
  };
  while (at < source.length) {
    const blank = matchAt(BLANK, source, at) ?? '';
    at += blank.length;
    if (at >= source.length) break;
    if (source[at] === '\n') {
      if (brackets === 0 && !startsLine) {
        push('newline', '');
        startsLine = true;
      }
      line++;
      at++;
      continue;
    }
    if (startsLine) {
      indent(blank.length);
      startsLine = false;
    }
    const [kind, text] = tokenAt(source, at, line);
    if ('([{'.includes(text) && kind === 'operator') brackets++;
    else if (')]}'.includes(text) && kind === 'operator') brackets = Math.max(0, brackets - 1);
    push(kind, kind === 'string' ? unescaped(text.slice(1, -1)) : text);
    at += text.length;
  }
  if (!startsLine) push('newline', '');
  indent(0);
  push('end', '');
  return tokens;
}

function tokenAt(source: string, at: number, line: number): [Token['kind'], string] {
  for (const [kind, pattern] of PATTERNS) {
    const text = matchAt(pattern, source, at);
    if (text !== null) return [kind, text];
  }
  throw new SyntaxFault(`${JSON.stringify(source.slice(at, at + 10))} is no code`, line);
}

const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['name', NAME],
  ['number', NUMBER],
  ['string', STRING],
  ['operator', OPERATOR],
];

/** What a sticky pattern matches at a place. */
function matchAt(pattern: RegExp, source: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? null;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f' };

/** The escapes that torch.jit.save writes: letters, octal and hexadecimal numbers. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([\dA-Fa-f]{2})|([0-7]{1,3})|(.))/g,
    (_, hex: string | undefined, octal: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
      return ESCAPES[letter ?? ''] ?? letter ?? '';
    },
  );
}
