const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * JSON.parse for text that is not trusted. A key given twice is an error, where JSON.parse silently takes the last, and
 * so is nesting deeper than `maxDepth`.
 * @throws SyntaxError
 */
export function parseStrictJson(text: string, maxDepth: number): unknown {
  /** The keys of each object the scan is inside of; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      open.push(code === OPEN_BRACE ? new Set() : undefined);
      if (open.length > maxDepth) throw new SyntaxError(`nested more than ${maxDepth} deep`);
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) open.pop();
    else if (code === QUOTE) {
      const end = stringEnd(text, at);
      if (isKey(text, end)) noteKey(open.at(-1), text.slice(at, end));
      at = end - 1;
    }
  }
  // The scan takes the text for JSON. Whether it is, JSON.parse tells.
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message quotes the text, with its line breaks and control characters.
    throw new SyntaxError(String(error).replace(/[\p{Cc}\s]+/gu, ' '), { cause: error });
  }
}

/** Just past the closing quote of the string that opens at `start`. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return at;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text.charAt(at))) at++;
  return text.charCodeAt(at) === COLON;
}

function noteKey(keys: Set<string> | undefined, quoted: string): void {
  // An escape is another spelling of the same key.
  const key: unknown = quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1);
  if (keys === undefined || typeof key !== 'string') return;
  if (keys.has(key)) throw new SyntaxError(`the key ${quoted.slice(0, 100)} is there twice`);
  keys.add(key);
}
